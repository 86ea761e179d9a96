/** Every function of the real process killed (SIGKILL) before its claim, after it, after the effect and after the write: nothing lost, nothing done twice. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const FUNCTIONS = ["gitea-push", "tool-call", "change-plan", "change-propose", "notify", "approval-comment", "change-merge", "change-verify"] as const;
const PLACES = ["before-claim", "after-claim", "after-effect", "after-write"] as const;

/** Kills by function and place; a place that was never reached would be a zero. */
const kills = new Map<string, number>();

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
}

async function runStory(data: string, crashAt?: string): Promise<Ended> {
  const env = { ...process.env, ANCHORWATCH_DATA: data, ANCHORWATCH_MINUTE_MS: "200", ...(crashAt !== undefined && { ANCHORWATCH_CRASH_AT: crashAt }) };
  const child = spawn(process.execPath, ["--import", "tsx", "test/chaos/story-process.ts"], { env, stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  return await new Promise((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, out }));
  });
}

/** One place for each function in the everyday run; all of them with ANCHORWATCH_ALL_KILLS=1. */
const cases = FUNCTIONS.flatMap((name, at) =>
  (process.env["ANCHORWATCH_ALL_KILLS"] === "1" ? PLACES : [PLACES[at % PLACES.length] ?? "after-effect"]).map((place) => ({ name, place })),
);

describe("a kill", () => {
  it.each(cases)("of $name $place loses nothing and does nothing twice", async ({ name, place }) => {
    const data = mkdtempSync(join(tmpdir(), "anchorwatch-kill-"));
    try {
      const killed = await runStory(data, `${name}:${place}:1`);
      expect(killed.signal).toBe("SIGKILL");
      kills.set(`${name} ${place}`, (kills.get(`${name} ${place}`) ?? 0) + 1);
      const { out } = await runStory(data);
      expect(JSON.parse(out)).toMatchObject({ phase: "succeeded", changes: ["verified"], runs: 1, pulls: 1, merges: 1, repeated: 0 });
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  });
});

afterAll(() => {
  console.log([...kills].map(([where, count]) => `${count} kill of ${where}`).join("\n"));
  expect(kills.size).toBe(cases.length);
});
