/** One run of a rendering tool over files in a folder of its own: no network credentials, no environment, bounded in time and output. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { Refused, Unavailable } from "../../ports/errors.ts";
import type { SourceFile } from "../../records/source.ts";

const TIMEOUT_MS = 15_000;
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
const MAX_WORDS = 400;

export interface ToolRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly files: readonly SourceFile[];
}

/** @returns what it wrote. @throws Refused with the tool's words where it refuses the input, Unavailable where it did not run or was too slow */
export async function runTool({ program, args, files }: ToolRun): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "anchorwatch-render-"));
  try {
    const source = join(directory, "source");
    for (const file of files) await writeInside(source, file);
    await mkdir(join(directory, "home"), { mode: 0o700 });
    return await execute({ program, args, cwd: source, home: join(directory, "home") });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function writeInside(source: string, { path, text }: SourceFile): Promise<void> {
  const file = join(source, path);
  if (!file.startsWith(source + sep)) throw new Refused(`${path} is outside the repository`);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, text, { mode: 0o600 });
}

function execute({ program, args, cwd, home }: { program: string; args: readonly string[]; cwd: string; home: string }): Promise<string> {
  // Git is what a tool would fetch with: it is not on this path, and proxies lead nowhere.
  const env = { HOME: home, PATH: "/nonexistent", TMPDIR: home, HTTP_PROXY: "http://127.0.0.1:9", HTTPS_PROXY: "http://127.0.0.1:9" };
  const options = { cwd, env, timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES, killSignal: "SIGKILL" } as const;
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const words = stderr.replaceAll(cwd, "").trim().slice(0, MAX_WORDS);
      const isRefusal = typeof error.code === "number" && error.killed !== true;
      return reject(isRefusal ? new Refused(words) : new Unavailable(`${program.split("/").at(-1)}: ${words || error.message}`));
    });
  });
}
