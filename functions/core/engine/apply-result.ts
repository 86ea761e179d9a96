/** From a result to the room of the engine that knows what it means. */
import { CatalogRequested, MergeRequested, ToolRequested, VerificationRequested } from "../events/catalog.ts";
import type { OutboxEntry } from "../records/outbox.ts";
import type { Run } from "../records/run.ts";
import { changeOf } from "./changes.ts";
import { type Context, minutesFromNow } from "./context.ts";
import { onBaseMoved, onBlocked, onConflicted, onMerged, onNotApproved, onPullSeen } from "./on-merge.ts";
import { onHeadMoved, onHeld, onNotAgain, onPlanned, onPlanRefused, onProposed, onReplan } from "./on-plan.ts";
import { onToolWaits } from "./on-tool-waits.ts";
import { sayReport } from "./on-report.ts";
import { onActed } from "./on-action.ts";
import { type Judged, onJudged } from "./on-judgement.ts";
import { onObserved } from "./on-verification.ts";
import { owe } from "./outbox.ts";
import type { Result } from "./results.ts";
import { succeedStep } from "./steps.ts";
import { CATALOG_MINUTES, SURVEY_MINUTES, WATCH_MINUTES } from "./timing.ts";

interface Brought {
  /** The event that is settled by it. */
  readonly entry: OutboxEntry;
  readonly result: Result;
}

/** Applies a result to its run; the entry is gone from the outbox already. */
export function applyResult(run: Run, brought: Brought, context: Context): Run {
  const { entry, result } = brought;
  const number = Number(entry.data["change"] ?? 0);
  if (changeOf(run, number)) return applyToChange(run, number, brought, context);
  switch (result.result) {
    case "tool":
      return sayReport(succeedStep(run, String(entry.data["step"]), { output: result.output, record: result.record }, context), result.output, context);
    case "tool-waits":
      return onToolWaits(run, { asked: ToolRequested.schema.parse(entry.data), words: result.words, again: entry.again ?? false }, context);
    case "acted":
    case "advised":
      return onActed(run, String(entry.data["step"]), result, context);
    case "catalog-loaded":
      return owe(run, { event: CatalogRequested, data: { repository: run.spec.repository }, at: nextAt(entry, CATALOG_MINUTES, context) }, context);
    case "surveyed":
      return owe(
        run,
        { event: MergeRequested, data: { mode: "look-all", repository: run.spec.repository }, at: nextAt(entry, SURVEY_MINUTES, context) },
        context,
      );
    case "looked":
      return owe(run, { event: VerificationRequested, data: { look: "all" }, at: nextAt(entry, WATCH_MINUTES, context) }, context);
    case "said":
      return withThread(run, result);
    case "judged":
      return onJudged(run, result.change, judgedOf(entry, result), context);
    default:
      return run;
  }
}

function judgedOf({ whilePaused }: OutboxEntry, { verdict, comment, on, repository, statement }: Extract<Result, { result: "judged" }>): Judged {
  return { verdict, comment, on, repository, statement, whilePaused };
}

function nextAt(entry: OutboxEntry, minutes: number, context: Context): number {
  return entry.again ? context.now : minutesFromNow(context, minutes);
}

function withThread(run: Run, result: Extract<Result, { result: "said" }>): Run {
  return result.thread && !run.thread ? { ...run, thread: result.thread } : run;
}

function applyToChange(run: Run, number: number, brought: Brought, context: Context): Run {
  const { entry, result } = brought;
  const again = entry.again ?? false;
  switch (result.result) {
    case "planned":
      return onPlanned(run, number, result, context);
    case "plan-refused":
      return onPlanRefused(run, number, result, context);
    case "proposed":
      return onProposed(run, number, result, context);
    case "held":
      return onHeld(run, number, result, context);
    case "not-again":
      return onNotAgain(run, number, result, context);
    case "replan":
      return onReplan(run, number, result, context);
    case "head-moved":
      return onHeadMoved(run, number, result, context);
    case "observed":
      return onObserved(run, number, { observation: result.observation, again }, context);
    case "judged":
      return onJudged(run, number, judgedOf(entry, result), context);
    case "said":
      return withThread(run, result);
    default:
      return applyMerge(run, number, brought, context);
  }
}

function applyMerge(run: Run, number: number, brought: Brought, context: Context): Run {
  const { entry, result } = brought;
  switch (result.result) {
    case "pull-seen":
      return onPullSeen(run, number, { seen: result.seen, again: entry.again ?? false }, context);
    case "merged":
      return onMerged(run, number, result, context);
    case "base-moved":
      return onBaseMoved(run, number, result, context);
    case "conflicted":
      return onConflicted(run, number, result, context);
    case "blocked":
      return onBlocked(run, number, result, context);
    case "not-approved":
      return onNotApproved(run, number, result, context);
    default:
      return run;
  }
}
