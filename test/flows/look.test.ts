/**
 * What a stranger sees: the whole of `npm start`, and each story in which nothing is proposed, as a person has read and approved it
 * (`test/look/`). Times, ids, hashes and counts are evened out. After a change that is meant, `vitest -u` writes the files; read them.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "vitest";
import { SCENARIOS } from "../../functions/core/local/scenarios/registry.ts";
import { evenOut } from "./even-out.ts";

const LIMIT_MS = 170_000;

/** What is seen at a moment depends on how busy the machine is then: a story may be told again before its look counts as another. */
const OPTIONS = { timeout: LIMIT_MS, retry: 2 } as const;

/** Every escape of colour, as it would be written in a string. */
const ESCAPE = String.fromCodePoint(27);

interface Told {
  readonly coloured: string;
  readonly plain: string;
  readonly exitCode: number;
}

/** Tells a story in a process of its own, in colour. */
async function tell(name: string): Promise<Told> {
  const directory = mkdtempSync(join(tmpdir(), "anchorwatch-look-"));
  const args = ["node_modules/tsx/dist/cli.mjs", "scripts/cli/anchorwatch.ts", "demo", "--scenario", name, "--color", "always"];
  try {
    return await new Promise((resolve) => {
      const options = { env: { ...process.env, ANCHORWATCH_DATA: directory, ANCHORWATCH_MINUTE_MS: "500" }, timeout: LIMIT_MS };
      execFile(process.execPath, args, options, (error, stdout) => {
        const even = evenOut(stdout.replaceAll(directory, "DATA"));
        const coloured = even.replaceAll(ESCAPE, "\\e");
        resolve({ coloured, plain: coloured.replaceAll(/\\e\[\d*m/g, ""), exitCode: error ? Number(error.code ?? 1) : 0 });
      });
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Stories that change nothing; of those it is what was said that counts, without the closing that all stories have. */
const QUIET = SCENARIOS.filter(({ end }) => end === "told" || end === "recovered").map(({ name }) => name);

/** One refusal shows the colours of all. */
const SHOWN_IN_COLOUR = "out-of-memory-no-room";

function withoutClosing(text: string): string {
  return `${text.slice(0, text.indexOf("\nWhat is left:")).trim()}\n`;
}

describe.concurrent("the reviewed look", () => {
  it("npm start", OPTIONS, async ({ expect }) => {
    const { coloured, plain, exitCode } = await tell("crash-loop");
    expect(exitCode).toBe(0);
    await expect(plain).toMatchFileSnapshot("../look/crash-loop.txt");
    await expect(coloured).toMatchFileSnapshot("../look/crash-loop.colour.txt");
  });

  it.for(QUIET)("%s", OPTIONS, async (name, { expect }) => {
    const { coloured, plain, exitCode } = await tell(name);
    expect(exitCode).toBe(0);
    await expect(withoutClosing(plain)).toMatchFileSnapshot(`../look/${name}.txt`);
    if (name === SHOWN_IN_COLOUR) await expect(withoutClosing(coloured)).toMatchFileSnapshot(`../look/${name}.colour.txt`);
  });
});
