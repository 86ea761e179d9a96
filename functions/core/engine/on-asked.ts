/** What the judgement of a workflow's command means for the run that waits for it. */
import type { Run } from "../records/run.ts";
import { cut } from "./changes.ts";
import type { Context } from "./context.ts";

/** Its first step may begin. */
export function beginAsked(run: Run): Run {
  const { awaits: _awaits, ...begun } = run;
  return begun;
}

/** The command was refused, or said by somebody who does not count: the run is over before it began. Others stay as they are. */
export function endAsked(run: Run, why: string, context: Context): Run {
  if (run.awaits === undefined) return run;
  const steps = run.steps.map((step) => ({ ...step, state: "skipped" as const, endedAt: context.now }));
  return { ...beginAsked(run), steps, phase: "stopped", endedAt: context.now, outcome: cut(why) };
}
