/** What an effect that did not come to a result does to its run: tried again, or the step fails with its error (design 5.2). */
import {
  ActionRequested,
  CatalogRequested,
  JudgementRequested,
  MergeRequested,
  NotificationRequested,
  PlanRequested,
  ProposalRequested,
  RunWoken,
  ToolRequested,
  VerificationRequested,
} from "../events/catalog.ts";
import type { OutboxEntry } from "../records/outbox.ts";
import type { Run } from "../records/run.ts";
import { changeOf, moveChange, oweProposal } from "./changes.ts";
import { type Context, minutesFromNow } from "./context.ts";
import { oweNotice } from "./notices.ts";
import { endAsked } from "./on-asked.ts";
import { owe } from "./outbox.ts";
import { failStep } from "./steps.ts";
import { CATALOG_MINUTES, FORGE_DOWN_TRIES, SURVEY_MINUTES, WATCH_MINUTES } from "./timing.ts";
import { isChangeOver } from "./transitions.ts";
import { warn } from "./warnings.ts";

type OnTerminal = (run: Run, entry: OutboxEntry, error: string, context: Context) => Run;

function changeBreaks(run: Run, entry: OutboxEntry, error: string, context: Context): Run {
  const number = Number(entry.data["change"]);
  const before = changeOf(run, number);
  if (!before || isChangeOver(before.state)) return warn(run, `${entry.type}: ${error}`);
  const moved = moveChange(run, number, { trigger: "broken", reason: error }, context);
  if (before.pullRequest !== undefined && changeOf(moved, number)?.state === "failed") return withdraw(moved, number, error, context);
  const merged = before.state === "merged" || before.state === "applied";
  return merged ? oweNotice(moved, { say: "not-proven", change: number, words: error, chat: true, urgent: true }, context) : moved;
}

/** Nobody works on it any more: its pull request is closed, and that is said on it. */
function withdraw(run: Run, number: number, error: string, context: Context): Run {
  const closing = oweProposal(run, { mode: "close", change: number, why: "failed" }, context);
  return oweNotice(closing, { say: "failed", change: number, words: error, chat: true, urgent: true }, context);
}

/** The work of a standing run is never given up: it is due again at its next time. */
function dueAgain(run: Run, entry: OutboxEntry, error: string, context: Context): Run {
  const minutes = { [CatalogRequested.type]: CATALOG_MINUTES, [MergeRequested.type]: SURVEY_MINUTES }[entry.type] ?? WATCH_MINUTES;
  const event = [CatalogRequested, MergeRequested].find(({ type }) => type === entry.type) ?? VerificationRequested;
  return owe(
    warn(run, `${entry.type}: ${error}`),
    { event: { ...event, schema: event.schema as never }, data: entry.data, at: minutesFromNow(context, minutes) },
    context,
  );
}

const TERMINAL: Readonly<Record<string, OnTerminal>> = {
  [RunWoken.type]: (run, _entry, error) => warn(run, `run.woken: ${error}`),
  [ToolRequested.type]: (run, entry, error, context) => failStep(run, String(entry.data["step"]), error, context),
  [ActionRequested.type]: (run, entry, error, context) => failStep(run, String(entry.data["step"]), error, context),
  [PlanRequested.type]: changeBreaks,
  [ProposalRequested.type]: changeBreaks,
  [MergeRequested.type]: (run, entry, error, context) => (entry.data["mode"] === "look-all" ? dueAgain : changeBreaks)(run, entry, error, context),
  [VerificationRequested.type]: (run, entry, error, context) => (entry.data["look"] === "all" ? dueAgain : changeBreaks)(run, entry, error, context),
  [CatalogRequested.type]: dueAgain,
  /** What could not be said, or not be judged, ends nothing: the change goes on without it, and the run says so. */
  [NotificationRequested.type]: (run, entry, error) => warn(run, `could not say ${JSON.stringify(entry.data["say"] ?? "reaction")}: ${error}`),
  [JudgementRequested.type]: (run, _entry, error, context) =>
    oweNotice(
      endAsked(warn(run, `could not judge a statement: ${error}`), error, context),
      { say: "refused", words: `This could not be judged: ${error}` },
      context,
    ),
};

/** What another try means: a fix that the forge does not take for a while reaches people by the other channels, once. */
export function onRetry(run: Run, entry: OutboxEntry, context: Context): Run {
  if (entry.type !== ProposalRequested.type || entry.data["mode"] !== "open" || entry.tries + 1 !== FORGE_DOWN_TRIES) return run;
  const { change, plan } = entry.data;
  return oweNotice(run, { say: "forge-down", change: Number(change), plan: String(plan), chat: true, urgent: true }, context);
}

/** Applies a final failure of one owed event, which is gone from the outbox already. */
export function onTerminal(run: Run, entry: OutboxEntry, error: string, context: Context): Run {
  const apply = TERMINAL[entry.type];
  return apply ? apply(run, entry, error, context) : warn(run, `${entry.type}: ${error}`);
}
