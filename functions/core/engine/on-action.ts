/** What an action, or the advice to do it by hand, means for its step; people are told when it happens. */
import type { Run } from "../records/run.ts";
import { cut } from "./changes.ts";
import type { Context } from "./context.ts";
import { oweNotice } from "./notices.ts";
import type { Result } from "./results.ts";
import { stepOf, succeedStep } from "./steps.ts";

type Told = Extract<Result, { result: "acted" | "advised" }>;

/** The step has done its part either way. What comes after its time-out is told all the same: it was done. */
export function onActed(run: Run, step: string, result: Told, context: Context): Run {
  const acted = result.result === "acted";
  if (!acted && stepOf(run, step)?.state !== "running") return run;
  const record = acted ? { record: result.record } : {};
  const moved = succeedStep(run, step, { output: { acted, words: cut(result.words) }, ...record }, context);
  const command = !acted && result.command !== undefined ? `\n\n    ${result.command}` : "";
  return oweNotice(moved, { say: result.result, words: `${result.words}${command}`, chat: true }, context);
}
