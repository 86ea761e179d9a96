/** What a run is doing, in a few words: its phase, and what it waits for. */
import type { Change, ChangeState } from "../../functions/core/records/change.ts";
import type { Run } from "../../functions/core/records/run.ts";

/** What a change waits for in each state of its life; what ends it waits for nothing. */
const NEXT: Readonly<Partial<Record<ChangeState, (change: Change) => string>>> = {
  planning: () => "its plan",
  planned: () => "its pull request",
  proposed: () => "a yes",
  approved: () => "the merge",
  waiting: ({ reason }) => reason ?? "its turn",
  "head-moved": () => "a new plan",
  conflicted: () => "a new plan",
  merged: () => "Argo CD",
  applied: ({ inverseOf }) => (inverseOf === undefined ? "the proof" : "Argo CD to have taken it back"),
};

/** Has it ended, with everything said that it had to say? */
export function isOver({ phase, outbox }: Run): boolean {
  return phase !== "running" && phase !== "ending" && outbox.length === 0;
}

/** The state of the newest change, or of the run where there is none. */
export function phaseOf(run: Run): string {
  return run.changes.at(-1)?.state ?? run.phase;
}

/** Empty for a run that waits for nothing any more. */
export function waitsFor(run: Run, now: number): string {
  if (isOver(run)) return "";
  if (run.heldUntil !== undefined && run.heldUntil > now) return "a pause, because it came back";
  const change = run.changes.at(-1);
  const next = change && NEXT[change.state]?.(change);
  if (next !== undefined) return next;
  const step = run.steps.find(({ state }) => state === "running");
  if (step === undefined) return "its last words to be said";
  return isWaiting(step.output) ? "the trouble to pass by itself" : `step ${step.id}`;
}

function isWaiting(output: unknown): boolean {
  return typeof output === "object" && output !== null && "waiting" in output;
}
