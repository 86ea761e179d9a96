/** `npm start`, `npm test` and `npx anchorwatch` pass on what happens to them, and leave nothing running. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "anchorwatch-through-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Starts a child through the wrapper; resolves with its words so far once it has said "ready", and with how the wrapper ended. */
async function through(script: string, atReady: (wrapper: ReturnType<typeof spawn>, said: string) => void): Promise<{ code: number | null; said: string }> {
  const child = join(directory, "child.mjs");
  const wrapper = join(directory, "wrapper.mjs");
  writeFileSync(child, script);
  const module = pathToFileURL(join(process.cwd(), "scripts/dev/run-through.mjs")).href;
  writeFileSync(wrapper, `import { runThrough } from ${JSON.stringify(module)};\nrunThrough([${JSON.stringify(child)}]);\n`);
  const run = spawn(process.execPath, [wrapper], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  run.stdout.on("data", (chunk: Buffer) => {
    const first = !said.includes("ready");
    said += chunk.toString();
    if (first && said.includes("ready")) atReady(run, said);
  });
  const code = await new Promise<number | null>((resolve) => {
    run.once("close", resolve);
  });
  return { code, said };
}

const WAITING = `process.on("SIGTERM", () => process.exit(7)); setInterval(() => undefined, 1000); console.log("ready " + process.pid);`;

it("hands SIGTERM to the program, whose own end is the end", async () => {
  const { code, said } = await through(WAITING, (wrapper) => wrapper.kill("SIGTERM"));
  expect(code).toBe(7);
  const pid = Number(/ready (\d+)/.exec(said)?.[1]);
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

it("ends like the program: with its code, or as a killed one does", async () => {
  expect((await through(`console.log("ready"); process.exitCode = 3;`, () => undefined)).code).toBe(3);
  expect((await through(WAITING, (_wrapper, said) => process.kill(Number(/ready (\d+)/.exec(said)?.[1]), "SIGKILL"))).code).toBe(137);
});
