/** Moving one change through its life: every move goes through the transition table. */
import {
  MergeRequested,
  type MergeRequest,
  PlanRequested,
  type PlanRequest,
  ProposalRequested,
  type ProposalRequest,
  VerificationRequested,
} from "../events/catalog.ts";
import type { Change } from "../records/change.ts";
import type { RepositoryRef } from "../records/fields.ts";
import { ERROR_MAX_LENGTH } from "../records/limits.ts";
import type { OutboxEntry } from "../records/outbox.ts";
import type { Run } from "../records/run.ts";
import { type Context, minutesFromNow } from "./context.ts";
import { cancelEntries, owe } from "./outbox.ts";
import { EXPIRY_MINUTES } from "./timing.ts";
import { type ChangeTrigger, isChangeOver, nextChangeState } from "./transitions.ts";

/** Cuts words to what a record keeps. */
export function cut(words: string): string {
  return words.slice(0, ERROR_MAX_LENGTH);
}

export function changeOf(run: Run, number: number): Change | undefined {
  return run.changes.find((change) => change.number === number);
}

/** By repository, too: two of them may have a pull request of that number. */
export function changeOfPull(run: Run, repository: RepositoryRef, pullRequest: number): Change | undefined {
  return run.changes.find((change) => change.pullRequest === pullRequest && change.repository.id === repository.id);
}

/** Replaces some of a change's fields. */
export function patchChange(run: Run, number: number, patch: Partial<Change>): Run {
  return { ...run, changes: run.changes.map((change) => (change.number === number ? { ...change, ...patch } : change)) };
}

/** Does this entry belong to that change? Notices do not: what was to be said is said. */
export function isOwedBy(change: number, entry: OutboxEntry): boolean {
  const owned = [PlanRequested.type, ProposalRequested.type, MergeRequested.type, VerificationRequested.type];
  return owned.includes(entry.type) && entry.data["change"] === change;
}

/** Is its plan, or the merge or a look at the pull request, owed already? A look at the finding alone brings it nowhere. */
export function isUnderWay(run: Run, number: number): boolean {
  return run.outbox.some((entry) => isOwedBy(number, entry) && entry.type !== VerificationRequested.type);
}

/** What a change waited for is no reason any more when it begins anew. */
const ANEW: ReadonlySet<ChangeTrigger> = new Set(["approved", "asked-again", "head-moved"]);

/** Moves a change; news that mean nothing in its state leave everything as it is. A change that is over owes nothing more. */
export function moveChange(run: Run, number: number, move: { trigger: ChangeTrigger; reason?: string; patch?: Partial<Change> }, context: Context): Run {
  const change = changeOf(run, number);
  const state = change && nextChangeState(change.state, move.trigger);
  if (!change || !state) return run;
  const { reason: old, ...rest } = change;
  const reason = move.reason === undefined ? old : cut(move.reason);
  const kept = move.reason !== undefined || !ANEW.has(move.trigger);
  const next: Change = { ...rest, ...move.patch, state, ...(kept && reason !== undefined && { reason }) };
  const moved = { ...run, changes: run.changes.map((other) => (other.number === number ? next : other)) };
  return isChangeOver(state) ? cancelEntries(moved, context, (entry) => isOwedBy(number, entry)) : moved;
}

/** Would this news move the change at all? */
export function canMove(run: Run, number: number, trigger: ChangeTrigger): boolean {
  const change = changeOf(run, number);
  return change !== undefined && nextChangeState(change.state, trigger) !== undefined;
}

/** A new change in `planning`, with its number; its branch is named by run and number. Where nobody says where it goes, it goes where the workflow stands. */
export function addChange(
  run: Run,
  origin: Pick<Change, "step" | "remedy" | "inverseOf" | "cause"> & Partial<Pick<Change, "repository" | "baseRef">>,
  context: Context,
): { run: Run; number: number } {
  const number = Math.max(0, ...run.changes.map((change) => change.number)) + 1;
  const change: Change = {
    number,
    step: origin.step,
    state: "planning",
    repository: origin.repository ?? run.spec.repository,
    baseRef: origin.baseRef ?? run.spec.baseRef,
    branch: `anchorwatch/${context.runId}-${number}`,
    ...(origin.remedy !== undefined && { remedy: origin.remedy }),
    ...(origin.cause !== undefined && { cause: origin.cause }),
    ...(origin.inverseOf !== undefined && { inverseOf: origin.inverseOf }),
    proof: { gone: 0, blind: 0 },
    deadline: minutesFromNow(context, EXPIRY_MINUTES),
    reminders: 0,
    replans: 0,
    keep: false,
  };
  return { run: { ...run, changes: [...run.changes, change] }, number };
}

/** Owes a plan; one of an older head that nobody has begun is not needed any more. */
export function owePlan(run: Run, data: PlanRequest, context: Context): Run {
  const cleared = cancelEntries(run, context, (entry) => entry.type === PlanRequested.type && entry.data["change"] === data.change);
  return owe(cleared, { event: PlanRequested, data, subject: subjectOf(run, data.change) }, context);
}

export function oweProposal(run: Run, data: ProposalRequest, context: Context): Run {
  return owe(run, { event: ProposalRequested, data, subject: subjectOf(run, data.change) }, context);
}

/** Owes the merge, or the next look at the pull request; there is never more than one of them. */
export function oweMerge(run: Run, data: MergeRequest & { change: number }, context: Context, at = context.now): Run {
  const cleared = cancelEntries(run, context, (entry) => entry.type === MergeRequested.type && entry.data["change"] === data.change);
  return owe(cleared, { event: MergeRequested, data, at, subject: subjectOf(run, data.change) }, context);
}

export function cancelVerification(run: Run, change: number, context: Context): Run {
  return cancelEntries(run, context, (entry) => entry.type === VerificationRequested.type && entry.data["change"] === change);
}

/** Owes the next look at Argo CD and the finding; there is never more than one. */
export function oweVerification(run: Run, change: number, context: Context, at = context.now): Run {
  return owe(cancelVerification(run, change, context), { event: VerificationRequested, data: { change }, at, subject: subjectOf(run, change) }, context);
}

function subjectOf(run: Run, number: number): string {
  const change = changeOf(run, number);
  const { name } = change?.repository ?? run.spec.repository;
  return change?.pullRequest === undefined ? `${name}/${change?.branch ?? number}` : `${name}#${change.pullRequest}`;
}
