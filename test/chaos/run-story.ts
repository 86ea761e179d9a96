/** The story in a process of its own, told where to die; each call is one life on the same folder. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
}

export interface Life {
  /** Which story; default `crash-loop`. */
  readonly scenario?: string;
  /** `function:place:count`; absent = it lives to the end of the story. */
  readonly crashAt?: string;
  /** How long the story may take; default 90 s. */
  readonly limitMs?: number;
  /** Killed after so long, wherever it is then. */
  readonly killAfterMs?: number;
  /** What the step `find` may take, in real time; default: so much that no slow machine fails it. */
  readonly findTimeout?: string;
}

/** What the process says at its end of what the forge, the store and the run came to. */
export interface Told {
  readonly phase: string;
  readonly outcome: string;
  readonly changes: readonly string[];
  readonly runs: number;
  readonly pulls: number;
  readonly merges: number;
  readonly issues: number;
  readonly repeated: number;
  readonly approvals: number;
  /** Jobs that are still in the cluster. */
  readonly jobs: number;
}

export async function live(data: string, { scenario = "crash-loop", crashAt, killAfterMs, limitMs = 90_000, findTimeout = "10m" }: Life = {}): Promise<Ended> {
  const env = {
    ...process.env,
    ANCHORWATCH_DATA: data,
    // The deadlines of a proof are minutes, too: they have to outlast a slow start.
    ANCHORWATCH_MINUTE_MS: "400",
    ...(crashAt !== undefined && { ANCHORWATCH_CRASH_AT: crashAt }),
    ANCHORWATCH_TEST_SCENARIO: scenario,
    ANCHORWATCH_TEST_FIND_TIMEOUT: findTimeout,
    ANCHORWATCH_TEST_LIMIT_MS: String(limitMs),
  };
  const child = spawn(process.execPath, ["--import", "tsx", "test/chaos/story-process.ts"], { env, stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  return await new Promise((resolve) => {
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, out });
    });
  });
}

/** The last life of a story. @throws Error with what the process said instead */
export async function finish(data: string, life: Life = {}): Promise<Told> {
  const { code, out } = await live(data, life);
  if (code !== 0) throw new Error(`the process ended with ${code}: ${out}`);
  return JSON.parse(out) as Told;
}

/** A folder for one story, taken away afterwards. */
export async function withFolder<T>(work: (data: string) => Promise<T>): Promise<T> {
  const data = mkdtempSync(join(tmpdir(), "anchorwatch-kill-"));
  try {
    return await work(data);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
