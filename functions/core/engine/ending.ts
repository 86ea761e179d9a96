/** Ending a run from outside: what is under way is waited for and then undone (design 5.3). */
import type { Run } from "../records/run.ts";
import { changeOf, cut, moveChange, oweProposal } from "./changes.ts";
import type { Context } from "./context.ts";
import { outlivesTheRun } from "./moot.ts";
import { oweNotice } from "./notices.ts";
import { cancelEntries, isHeld } from "./outbox.ts";
import { isChangeOver } from "./transitions.ts";

/** A person wants the run to end. Ended at once where nothing is under way, else when the late results have come. */
export function stopRun(run: Run, by: string, context: Context): Run {
  if (run.phase !== "running") return run;
  const quiet = cancelEntries(run, context, (entry) => !outlivesTheRun(entry));
  return finishEnding({ ...quiet, phase: "ending", outcome: cut(`stopped by ${by}`) }, context);
}

/** Ends a run in `ending` once nobody works for it any more: open pull requests are closed, steps fail as stopped. */
export function finishEnding(run: Run, context: Context): Run {
  if (run.phase !== "ending") return run;
  const underWay = run.outbox.some((entry) => isHeld(entry, context.now) && !outlivesTheRun(entry));
  if (underWay) return run;
  const swept = cancelEntries(run, context, (entry) => !outlivesTheRun(entry));
  const undone = swept.changes.reduce((state, change) => undo(state, change.number, context), swept);
  const steps = undone.steps.map((step) => {
    if (step.state === "running") return { ...step, state: "failed" as const, endedAt: context.now, error: "stopped" };
    return step.state === "pending" ? { ...step, state: "skipped" as const, endedAt: context.now } : step;
  });
  return oweNotice({ ...undone, steps, phase: "stopped", endedAt: context.now }, { say: "stopped", words: undone.outcome ?? "stopped" }, context);
}

function undo(run: Run, number: number, context: Context): Run {
  const change = changeOf(run, number);
  if (!change || isChangeOver(change.state)) return run;
  const moved = moveChange(run, number, { trigger: "stopped", reason: run.outcome ?? "stopped" }, context);
  const open = changeOf(moved, number)?.state === "closed" && (change.pullRequest !== undefined || change.state === "planned");
  return open ? oweProposal(moved, { mode: "close", change: number, why: "stopped" }, context) : moved;
}
