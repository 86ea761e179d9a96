/** Small records that fit their schemas: what the store's tests write. */
import type { Lock } from "../../functions/core/records/lock.ts";
import type { Run } from "../../functions/core/records/run.ts";
import type { ToolResult } from "../../functions/core/records/tool-result.ts";

const repository = { id: 7, name: "home/cluster" };

export function aRun(change: Partial<Run> = {}): Run {
  return {
    schema: 1,
    spec: { trigger: { kind: "alert" }, repository, baseRef: "main" },
    phase: "running",
    createdAt: 1_000,
    steps: [],
    changes: [],
    noted: [],
    outbox: [],
    ordinal: 0,
    stoodStillMs: 0,
    warnings: [],
    ...change,
  };
}

/** A run whose thread is pull request or issue `number`. */
export function aRunWithThread(number: number, change: Partial<Run> = {}): Run {
  return aRun({ thread: { repository, number, kind: "issue" }, ...change });
}

export function aToolResult(change: Partial<ToolResult> = {}): ToolResult {
  return { schema: 1, run: "run-a", step: "find", tool: "find_problems", at: 2_000, ...change };
}

export function aLock(change: Partial<Lock> = {}): Lock {
  return { schema: 1, run: "run-a", what: "incident KubePodCrashLooping web/shop", takenAt: 3_000, ...change };
}
