/** Time in a run: what is overdue ends, and one `run.woken` stands at the earliest deadline that is left. */
import { RunWoken, ToolRequested } from "../events/catalog.ts";
import type { Change } from "../records/change.ts";
import type { Run } from "../records/run.ts";
import { changeOf, moveChange, oweProposal } from "./changes.ts";
import type { Context } from "./context.ts";
import { oweNotice } from "./notices.ts";
import { cancelEntries, isHeld, owe } from "./outbox.ts";
import { failStep } from "./steps.ts";
import { isChangeOver } from "./transitions.ts";

/** While the kill switch stood on, deadlines and what was due later stood still. */
export function shiftByPause(run: Run, context: Context): Run {
  const shift = context.stoodStillMs - run.stoodStillMs;
  if (shift <= 0) return run;
  const later = <T extends { deadline?: number | undefined }>(item: T): T =>
    item.deadline === undefined ? item : { ...item, deadline: item.deadline + shift };
  return { ...run, stoodStillMs: context.stoodStillMs, steps: run.steps.map(later), changes: run.changes.map(later) };
}

/** Ends what is overdue: steps fail, changes that wait for people expire. A proof's deadline is its look's business. */
export function expire(run: Run, context: Context): Run {
  if (run.phase !== "running") return run;
  const overdue = run.steps.filter((step) => step.state === "running" && step.deadline !== undefined && step.deadline <= context.now);
  const timedOut = overdue.reduce((state, step) => {
    const failed = failStep(state, step.id, "timed out", context);
    return cancelEntries(failed, context, (entry) => entry.type === ToolRequested.type && entry.data["step"] === step.id);
  }, run);
  return timedOut.changes.reduce((state, change) => expireChange(state, change, context), timedOut);
}

function expireChange(run: Run, change: Change, context: Context): Run {
  if (change.deadline > context.now || waitsForProof(change)) return run;
  const moved = moveChange(run, change.number, { trigger: "expired", reason: "nobody answered in time" }, context);
  if (changeOf(moved, change.number)?.state !== "expired") return run;
  const bare = change.pullRequest === undefined && change.state !== "planned";
  const closing = bare ? moved : oweProposal(moved, { mode: "close", change: change.number, why: "expired" }, context);
  return oweNotice(closing, { say: "expired", change: change.number, chat: true }, context);
}

function waitsForProof(change: Change): boolean {
  return change.state === "merged" || change.state === "applied";
}

/** While a run ends nothing expires any more: it waits for the holds that are left. */
function earliestDeadline(run: Run, context: Context): number | undefined {
  const steps = run.steps.filter((step) => step.state === "running").map((step) => step.deadline);
  const changes = run.changes.filter((change) => !isChangeOver(change.state) && !waitsForProof(change)).map((change) => change.deadline);
  const held = run.outbox.filter((entry) => isHeld(entry, context.now)).map((entry) => entry.claim?.until);
  const deadlines = run.phase === "ending" ? held : [...steps, ...changes];
  const times = deadlines.filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Keeps exactly one `run.woken` at the earliest deadline; none in a run that has ended. */
export function scheduleWaking(run: Run, context: Context): Run {
  const over = run.phase !== "running" && run.phase !== "ending";
  const at = over ? undefined : earliestDeadline(run, context);
  const waiting = run.outbox.filter((entry) => entry.type === RunWoken.type && !isHeld(entry, context.now));
  if (waiting.length === (at === undefined ? 0 : 1) && waiting.every((entry) => entry.at === at)) return run;
  const cleared = cancelEntries(run, context, (entry) => entry.type === RunWoken.type);
  return at === undefined ? cleared : owe(cleared, { event: RunWoken, data: {}, at }, context);
}
