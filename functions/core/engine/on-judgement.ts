/** What a judged statement does: every one is answered, and only one that counts moves anything. */
import type { NotificationRequest } from "../events/catalog.ts";
import type { Change } from "../records/change.ts";
import { STATEMENTS_PER_RUN } from "../records/limits.ts";
import type { RepositoryRef } from "../records/fields.ts";
import type { Run } from "../records/run.ts";
import { cancelVerification, canMove, changeOf, moveChange, oweMerge, oweProposal, patchChange } from "./changes.ts";
import type { Context } from "./context.ts";
import { stopRun } from "./ending.ts";
import { type Notice, oweNotice } from "./notices.ts";
import { oweLooks } from "./on-plan.ts";
import { beginAsked, endAsked } from "./on-asked.ts";
import { giveWay } from "./give-way.ts";
import type { Verdict } from "./results.ts";

type Reaction = NonNullable<NotificationRequest["react"]>["reaction"];

export interface Judged {
  readonly verdict: Verdict;
  /** The comment to react to; a review has none. */
  readonly comment: number | undefined;
  /** The pull request or issue where it was said. */
  readonly on?: number | undefined;
  /** The repository of both. */
  readonly repository?: RepositoryRef | undefined;
  /** Its record: a review is written down when it is judged, so it is noted now. */
  readonly statement?: string | undefined;
  /** It was judged while the kill switch stood on, so it is answered then, too. */
  readonly whilePaused?: boolean | undefined;
}

type Of<V extends Verdict["verdict"]> = Extract<Verdict, { verdict: V }>;

export function onJudged(before: Run, number: number | undefined, judged: Judged, context: Context): Run {
  const { verdict } = judged;
  const run = noted(before, judged.statement);
  switch (verdict.verdict) {
    case "stop":
      return stopRun(react(run, judged, "+1", context), verdict.by, context);
    case "ignored":
      return endAsked(run, "its command was said by a bot", context);
    case "begin":
      return react(beginAsked(run), judged, "+1", context);
    case "paused":
    case "resumed":
      return sayMoved(run, verdict, judged, context);
    case "attempt":
    case "ignore":
      return giveWay(run, { number, verdict, judged }, context);
    case "help":
    case "explain":
      return explain(run, number, judged, context);
    default:
      return number === undefined ? answer(run, undefined, judged, context) : onSpoken(run, number, judged, context);
  }
}

/** A yes or a no to a change. */
function onSpoken(run: Run, number: number, judged: Judged, context: Context): Run {
  const { verdict } = judged;
  if (verdict.verdict === "counts") return onCounts(run, number, { ...judged, verdict }, context);
  if (verdict.verdict === "waits") return onWaits(run, number, { ...judged, verdict }, context);
  if (verdict.verdict === "rejected") return onRejected(run, number, { ...judged, verdict }, context);
  if (verdict.verdict === "keep") return react(patchChange(run, number, { keep: true }), judged, "+1", context);
  return answer(run, number, judged, context);
}

function noted(run: Run, statement: string | undefined): Run {
  const full = run.noted.length >= STATEMENTS_PER_RUN;
  return statement === undefined || full || run.noted.includes(statement) ? run : { ...run, noted: [...run.noted, statement] };
}

/** A question gets its answer where it was asked, and moves nothing. */
function explain(run: Run, change: number | undefined, judged: Judged, context: Context): Run {
  const { verdict } = judged;
  const react = { comment: judged.comment, reaction: "+1" as const };
  const words = verdict.verdict === "help" ? verdict.words : undefined;
  const say = verdict.verdict === "help" ? ("help" as const) : ("explained" as const);
  return oweNotice(run, { say, ...placeOf(judged), react, ...(words !== undefined && { words }), ...(change !== undefined && { change }) }, context);
}

/** Nothing of this run moves by it. */
function sayMoved(run: Run, { verdict: say, words }: Of<"paused" | "resumed">, judged: Judged, context: Context): Run {
  return oweNotice(run, { say, words, ...placeOf(judged), react: { comment: judged.comment, reaction: "+1" }, whilePaused: true }, context);
}

function react(run: Run, judged: Judged, reaction: Reaction, context: Context): Run {
  return oweNotice(run, { repository: judged.repository, react: { comment: judged.comment, reaction } }, context);
}

function placeOf({ on, repository }: Judged): Pick<Notice, "on" | "repository"> {
  return { on, repository };
}

function answer(run: Run, number: number | undefined, judged: Judged, context: Context): Run {
  const words = judged.verdict.verdict === "refused" ? judged.verdict.words : tooLate(changeOf(run, number ?? 0));
  const react = { comment: judged.comment, reaction: "-1" as const };
  const place = { ...placeOf(judged), whilePaused: judged.whilePaused };
  return oweNotice(endAsked(run, words, context), { say: "refused", words, react, ...place, ...(number !== undefined && { change: number }) }, context);
}

/** Why a good statement moves nothing: the change is somewhere else by now. */
function tooLate(change: Change | undefined): string {
  if (!change) return "There is no change of mine here, so I did nothing.";
  switch (change.state) {
    case "conflicted":
      return `I cannot merge this as it is${change.reason === undefined ? "" : `: ${change.reason}`}. A new commit on this branch makes me plan it again; then say \`/approve\` once more.`;
    case "planning":
    case "planned":
    case "head-moved":
      return "I am still planning the newest commit. Please read the plan when I show it, then say it again.";
    default:
      return `This change has ended already (${change.state}), so I did nothing.`;
  }
}

/** The yes counts: the merge replaces both looks. A second yes on the way to the merge only gets its reaction. */
function onCounts(run: Run, number: number, judged: Judged & { verdict: Of<"counts"> }, context: Context): Run {
  const change = changeOf(run, number);
  const keep = judged.verdict.keep || (change?.keep ?? false);
  if (change?.state === "approved") return react(patchChange(run, number, { keep }), judged, "+1", context);
  if (!canMove(run, number, "approved") || change?.head !== judged.verdict.head) return answer(run, number, judged, context);
  const moved = moveChange(run, number, { trigger: "approved", patch: { approval: judged.verdict.approval, keep } }, context);
  const merging = oweMerge(cancelVerification(moved, number, context), { mode: "merge", change: number }, context);
  return oweNotice(merging, { say: "approved", change: number, react: { comment: judged.comment, reaction: "+1" } }, context);
}

function onWaits(run: Run, number: number, judged: Judged & { verdict: Of<"waits"> }, context: Context): Run {
  const waits = changeOf(run, number)?.state === "waiting";
  if (!waits && !canMove(run, number, "awaited")) return react(run, judged, "eyes", context);
  if (waits) return sayWaiting(run, number, judged, context);
  const moved = moveChange(run, number, { trigger: "awaited", reason: judged.verdict.missing, patch: { approval: judged.verdict.approval } }, context);
  return oweLooks(sayWaiting(moved, number, judged, context), number, context);
}

function sayWaiting(run: Run, change: number, judged: Judged & { verdict: Of<"waits"> }, context: Context): Run {
  const react = { comment: judged.comment, reaction: "eyes" as const };
  return oweNotice(run, { say: "waiting", change, words: judged.verdict.missing, react }, context);
}

function onRejected(run: Run, number: number, judged: Judged & { verdict: Of<"rejected"> }, context: Context): Run {
  if (!canMove(run, number, "rejected")) return answer(run, number, judged, context);
  const reason = `rejected by ${judged.verdict.by}${judged.verdict.words === "" ? "" : `: ${judged.verdict.words}`}`;
  const moved = moveChange(run, number, { trigger: "rejected", reason }, context);
  const closing = oweProposal(moved, { mode: "close", change: number, why: "rejected" }, context);
  return oweNotice(closing, { say: "rejected", change: number, react: { comment: judged.comment, reaction: "+1" } }, context);
}
