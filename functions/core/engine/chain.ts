/** Incidents that come back: each run of a chain waits longer, the third changes nothing, and after it a person has it (safety T27, E7, E8). */
import type { Run } from "../records/run.ts";
import { type Context, minutesSince } from "./context.ts";
import { isResolved } from "./incident.ts";

/** What comes back within this belongs to the chain. */
const CHAIN_MINUTES = 24 * 60;

/** The pause before the second and the third run, from the end of the one before. */
const PAUSE_MINUTES: readonly number[] = [10, 20];

/** The run that only looks, and asks a person. */
const LAST_LINK = 3;

/** How long after it was applied a change of ours may be what another alert comes from. */
const OWN_ROLLOUT_MINUTES = 60;

/** Where a new run stands in its chain. */
export type Link = Pick<Run, "link" | "heldUntil">;

/** The place of the next run after one that has ended; `left` = a person has it, so it is only noted. */
export function nextLink(last: { readonly link: number; readonly endedAt: number }, context: Context): Link | "left" {
  if (minutesSince(context, last.endedAt) >= CHAIN_MINUTES) return {};
  if (last.link >= LAST_LINK) return "left";
  const pause = PAUSE_MINUTES[last.link - 1] ?? 0;
  return { link: last.link + 1, heldUntil: last.endedAt + pause * context.minuteMs };
}

/** The place of a run for an object that the change of an ended run touched a while ago: it may be its doing. */
export function linkAfterChange(run: Run, context: Context): Link {
  const applied = Math.max(0, ...run.changes.map((change) => change.appliedAt ?? 0));
  return minutesSince(context, applied) < OWN_ROLLOUT_MINUTES ? { link: Math.min((run.link ?? 1) + 1, LAST_LINK) } : {};
}

/** Why this run changes nothing, in words; undefined when it may. */
export function whyOnlyLook(run: Run): string | undefined {
  return (run.link ?? 1) >= LAST_LINK
    ? "this has come back for the third time within a day, so a person should look before anything is changed again"
    : undefined;
}

/** Is the run waiting for its first step? */
export function isHeldBack(run: Run, context: Context): boolean {
  return run.heldUntil !== undefined && run.heldUntil > context.now;
}

/** Ends a run that was held back, where its alerts have resolved before it could begin: nobody has to hear of it. */
export function endHeld(run: Run, context: Context): Run {
  const isOver = run.heldUntil !== undefined && run.heldUntil <= context.now && run.phase === "running" && run.steps.every((step) => step.state === "pending");
  if (!isOver || !isResolved(run)) return run;
  const steps = run.steps.map((step) => ({ ...step, state: "skipped" as const, endedAt: context.now }));
  return { ...run, steps, phase: "succeeded", endedAt: context.now, outcome: "it was over before there was anything to do" };
}
