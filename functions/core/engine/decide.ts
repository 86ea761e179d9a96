/**
 * The engine: a run and a fact or a result give the next run and what it owes (design 5.3). Pure: it reads no clock, network
 * or environment, so the same inputs always give the same record, and a conflict re-applies it to the newer one.
 */
import { CatalogRequested, JudgementRequested, MergeRequested, VerificationRequested } from "../events/catalog.ts";
import type { OutboxEntry } from "../records/outbox.ts";
import { approvalName } from "../records/approval.ts";
import type { Run } from "../records/run.ts";
import { STATEMENTS_PER_RUN } from "../records/limits.ts";
import { changeOf, changeOfPull } from "./changes.ts";
import type { Context } from "./context.ts";
import { expire, scheduleWaking, shiftByPause } from "./deadlines.ts";
import { endHeld } from "./chain.ts";
import { finishEnding, stopRun } from "./ending.ts";
import { onRetry, onTerminal } from "./failures.ts";
import { noteAlerts } from "./incident.ts";
import { settleTakenBack } from "./on-verification.ts";
import { cancelEntries, crashEntry, entryOf, hurryEntries, isDue, owe, removeEntry, retryEntry, wakeAtOf } from "./outbox.ts";
import { isMoot } from "./moot.ts";
import { applyResult } from "./apply-result.ts";
import type { Fact, Failure, Result } from "./results.ts";
import { advance } from "./steps.ts";
import { MAX_ATTEMPTS } from "./timing.ts";
import { onWatched } from "./watch.ts";
import { warn, warnOnce } from "./warnings.ts";

export interface Decision {
  readonly run: Run;
  /** Entries that are new and due now: posted after the write, and by the sweep where that fails. */
  readonly events: readonly OutboxEntry[];
}

/** Applies what somebody outside did. A fact that is known already gives the very same run: nothing is to be written. */
export function decideFact(run: Run, fact: Fact, context: Context): Decision {
  const applied = applyFact(run, fact, context);
  return applied === run ? { run, events: [] } : conclude(run, applied, context);
}

/** Starts a new run, or lets one go on: everything that can start without news. */
export function decideStart(run: Run, context: Context): Decision {
  return conclude({ ...run, outbox: [] }, run, context);
}

/** Applies what an effect function brought back for one owed event, which is settled by it. */
export function decideResult(run: Run, id: string, result: Result, context: Context): Decision {
  const entry = entryOf(run, id);
  if (!entry) return { run, events: [] };
  return conclude(run, applyResult(removeEntry(run, id), { entry, result }, context), context);
}

/** Applies the failure of an effect: due again, or final. */
export function decideFailure(run: Run, id: string, failure: Failure, context: Context): Decision {
  const entry = entryOf(run, id);
  if (!entry) return { run, events: [] };
  if (isMoot(run, entry)) return conclude(run, warn(removeEntry(run, id), `${entry.type}: ${failure.error}`), context);
  if (failure.failure === "terminal") return conclude(run, onTerminal(removeEntry(run, id), entry, failure.error, context), context);
  if (failure.failure === "crash" && entry.attempt >= MAX_ATTEMPTS) {
    const words = `gave up after ${MAX_ATTEMPTS} attempts that ended without a result; the last: ${failure.error}`;
    return conclude(run, onTerminal(removeEntry(run, id), entry, words, context), context);
  }
  const warned = warn(run, `${entry.type}: ${failure.error}`);
  const put = failure.failure === "retry" ? onRetry(retryEntry(warned, id, context, failure.afterMinutes), entry, context) : crashEntry(warned, id, context);
  return conclude(run, put, context);
}

function applyFact(run: Run, fact: Fact, context: Context): Run {
  switch (fact.fact) {
    case "alerts":
      return noteAlerts(run, fact.alerts, context);
    case "statement":
      return noteStatement(run, fact, context);
    case "pull-request-news": {
      const change = changeOfPull(run, fact.repository, fact.pullRequest);
      if (!change) return run;
      return hurryEntries(run, context, (entry) => entry.type === MergeRequested.type && entry.data["change"] === change.number);
    }
    case "push":
      return hurryEntries(run, context, (entry) => entry.type === CatalogRequested.type);
    case "watched":
      return onWatched(run, fact.gone, context);
    case "look":
      return hurryEntries(run, context, (entry) => entry.type === VerificationRequested.type);
    case "stop":
      return stopRun(run, fact.by, context);
  }
}

/** Statements that are noted while so much is owed wait for the sweep: their records stand (engine.md 3). */
const CROWDED = 32;

function noteStatement(run: Run, { approval, whilePaused }: Extract<Fact, { fact: "statement" }>, context: Context): Run {
  if (run.noted.includes(approval) || run.outbox.length >= CROWDED || isBeingJudged(run, approval)) return run;
  if (run.noted.length >= STATEMENTS_PER_RUN) return warnOnce(run, "too many statements: the newest are not noted");
  const noted: Run = { ...run, noted: [...run.noted, approval] };
  return owe(noted, { event: JudgementRequested, data: { of: "statement", approval }, whilePaused }, context);
}

/** A review is written down by whoever judges it and noted with the verdict: the sweep, which sees it in between, would have it answered twice. */
function isBeingJudged(run: Run, approval: string): boolean {
  return run.outbox.some(({ type, data }) => {
    if (type !== JudgementRequested.type || typeof data["review"] !== "number") return false;
    const { repository } = changeOf(run, Number(data["change"])) ?? run.spec;
    return approvalName(repository, "review", data["review"]) === approval;
  });
}

/** What follows by itself: pauses, deadlines, steps, the end, the next waking; and which events are to be posted. */
function conclude(before: Run, applied: Run, context: Context): Decision {
  const inTime = expire(endHeld(shiftByPause(applied, context), context), context);
  const advanced = advance(settleTakenBack(inTime, context), context);
  const needed = cancelEntries(advanced, context, (entry) => isMoot(advanced, entry));
  const woken = scheduleWaking(finishEnding(needed, context), context);
  const { wakeAt: _old, ...rest } = woken;
  const wakeAt = wakeAtOf(woken);
  const run: Run = wakeAt === undefined ? rest : { ...rest, wakeAt };
  const known = new Set(before.outbox.filter((entry) => isDue(entry, context.now)).map((entry) => entry.id));
  return { run, events: run.outbox.filter((entry) => isDue(entry, context.now) && !known.has(entry.id)) };
}
