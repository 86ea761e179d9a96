/** The command as a whole: only what is asked for is loaded, and nothing is missing from the list. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";

function anchorwatch(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ["scripts/cli/bin.mjs", ...args], { encoding: "utf8" });
}

describe("anchorwatch", { timeout: 60_000 }, () => {
  it("lists every command in its help, and loads the one that is asked for", () => {
    const names = [...anchorwatch("--help").stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    expect(names).toEqual(
      expect.arrayContaining(["demo", "diagnose", "dump", "status", "pause", "resume", "stop", "up", "init", "doctor", "uninstall", "help"]),
    );
    for (const name of ["resume", "doctor"]) expect(anchorwatch(name, "--help").stdout).toContain(`Usage: anchorwatch ${name}`);
  });

  it("says which commands there are for a word that is none", () => {
    const { status, stderr } = anchorwatch("diagnoze");
    expect(status).not.toBe(0);
    expect(stderr).toContain("unknown command 'diagnoze'");
    expect(stderr).toContain("diagnose");
  });
});
