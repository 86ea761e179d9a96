/** Time in a run: what is overdue ends, and one `run.woken` stands at the earliest deadline that is left. */
import { ActionRequested, RunWoken, ToolRequested } from "../events/catalog.ts";
import type { Change, ChangeState } from "../records/change.ts";
import type { OutboxEntry } from "../records/outbox.ts";
import type { Run } from "../records/run.ts";
import { isHeldBack } from "./chain.ts";
import { changeOf, moveChange, oweProposal } from "./changes.ts";
import type { Context } from "./context.ts";
import { oweNotice } from "./notices.ts";
import { cancelEntries, isHeld, owe } from "./outbox.ts";
import { failStep } from "./steps.ts";
import { REMIND_MINUTES } from "./timing.ts";
import { isChangeOver } from "./transitions.ts";

/** While the kill switch stood on, deadlines and what was due later stood still. */
export function shiftByPause(run: Run, context: Context): Run {
  const shift = context.stoodStillMs - run.stoodStillMs;
  if (shift <= 0) return run;
  const later = <T extends { deadline?: number | undefined; remindAt?: number | undefined }>(item: T): T => ({
    ...item,
    ...(item.deadline !== undefined && { deadline: item.deadline + shift }),
    ...(item.remindAt !== undefined && { remindAt: item.remindAt + shift }),
  });
  const held = run.heldUntil === undefined ? {} : { heldUntil: run.heldUntil + shift };
  return { ...run, ...held, stoodStillMs: context.stoodStillMs, steps: run.steps.map(later), changes: run.changes.map(later) };
}

/** Ends what is overdue: steps fail, changes that wait for people are reminded of and expire. A proof's deadline is its look's business. */
export function expire(run: Run, context: Context): Run {
  if (run.phase !== "running") return run;
  const overdue = run.steps.filter((step) => step.state === "running" && step.deadline !== undefined && step.deadline <= context.now);
  const timedOut = overdue.reduce((state, step) => {
    const failed = failStep(state, step.id, "timed out", context);
    return cancelEntries(failed, context, (entry) => isWorkOf(step.id, entry));
  }, run);
  const reminded = timedOut.changes.reduce((state, change) => remind(state, change, context), timedOut);
  return reminded.changes.reduce((state, change) => expireChange(state, change, context), reminded);
}

function isWorkOf(step: string, { type, data }: OutboxEntry): boolean {
  return (type === ToolRequested.type || type === ActionRequested.type) && data["step"] === step;
}

/** States in which nothing goes on before a person has said or done something. */
const WAITS_FOR_PEOPLE: ReadonlySet<ChangeState> = new Set(["proposed", "waiting", "conflicted"]);

/** Says once after a day, and louder after three, that a proposal still waits; who is away for longer than that gets one reminder, not two. */
function remind(run: Run, change: Change, context: Context): Run {
  if (change.remindAt === undefined || change.remindAt > context.now || change.deadline <= context.now) return run;
  const { remindAt, ...rest } = change;
  const [first, second] = REMIND_MINUTES;
  const next = remindAt + Math.round((second - first) * context.minuteMs);
  const isLast = change.reminders > 0 || next <= context.now;
  const kept = { ...rest, reminders: change.reminders + 1, ...(!isLast && { remindAt: next }) };
  const noted: Run = { ...run, changes: run.changes.map((each) => (each.number === change.number ? kept : each)) };
  if (!WAITS_FOR_PEOPLE.has(change.state)) return noted;
  return oweNotice(noted, { say: isLast ? "called" : "reminded", change: change.number, chat: true, urgent: isLast }, context);
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
  const waiting = run.changes.filter((change) => !isChangeOver(change.state) && !waitsForProof(change));
  const changes = waiting.flatMap((change) => [change.deadline, change.remindAt]);
  const held = run.outbox.filter((entry) => isHeld(entry, context.now)).map((entry) => entry.claim?.until);
  const deadlines = run.phase === "ending" ? held : [...steps, ...changes, isHeldBack(run, context) ? run.heldUntil : undefined];
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
