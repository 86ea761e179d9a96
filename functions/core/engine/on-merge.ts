/** What a look at the pull request, or the attempt to merge it, means for its change. */
import type { Run } from "../records/run.ts";
import { canMove, changeOf, cut, isUnderWay, moveChange, oweMerge, owePlan, oweVerification, patchChange } from "./changes.ts";
import { type Context, minutesFromNow, minutesSince } from "./context.ts";
import { oweNotice } from "./notices.ts";
import { onHeadMoved, oweLooks } from "./on-plan.ts";
import { passOn } from "./pass-on.ts";
import type { PullSeen, Result } from "./results.ts";
import { APPLY_MINUTES, lookMinutes } from "./timing.ts";
import { isChangeOpen, isChangeOver } from "./transitions.ts";

type Of<R extends Result["result"]> = Extract<Result, { result: R }>;

/** The next look: sooner when a webhook came meanwhile. */
export function oweNextLook(run: Run, number: number, again: boolean, context: Context): Run {
  const change = changeOf(run, number);
  if (!change || !isChangeOpen(change.state)) return run;
  const minutes = lookMinutes(minutesSince(context, change.proposedAt ?? context.now));
  const at = again ? context.now : minutesFromNow(context, minutes);
  return oweMerge(run, { mode: "look", change: number }, context, at);
}

/** Merged, closed, moved or retargeted by somebody; reviews and lost commands are passed on; else it goes on waiting. */
export function onPullSeen(run: Run, number: number, look: { seen: PullSeen; again: boolean }, context: Context): Run {
  const { seen } = look;
  const change = changeOf(run, number);
  if (!change) return run;
  if (seen.state === "merged" && seen.mergeCommit !== undefined) {
    return onMerged(run, number, { result: "merged", commit: seen.mergeCommit, by: seen.mergedBy ?? "somebody", at: seen.mergedAt ?? context.now }, context);
  }
  if (!isChangeOpen(change.state)) return run;
  if (seen.state === "closed") return onClosed(run, number, context);
  if (seen.head !== change.head || seen.baseRef !== change.baseRef) {
    return onHeadMoved(patchChange(run, number, { baseRef: seen.baseRef }), number, { result: "head-moved", head: seen.head }, context);
  }
  const answered = passOn(run, number, seen, context);
  if (change.state === "approved") {
    const late = isUnderWay(answered, number); // The yes was there before this look's result: what is owed since then stays.
    return late ? answered : oweMerge(answered, { mode: "merge", change: number }, context, minutesFromNow(context, 1));
  }
  if (change.state === "waiting") return oweMerge(answered, { mode: "merge", change: number }, context);
  return oweNextLook(answered, number, look.again, context);
}

function onClosed(run: Run, number: number, context: Context): Run {
  const moved = moveChange(run, number, { trigger: "closed", reason: "a person closed the pull request" }, context);
  return oweNotice(moved, { say: "closed", change: number }, context);
}

/** Merged by us or by a person: from here on it is looked at until it is proved. */
export function onMerged(run: Run, number: number, result: Of<"merged">, context: Context): Run {
  const patch = {
    mergeCommit: result.commit,
    mergedBy: result.by.slice(0, 256),
    mergedAt: result.at,
    proof: { gone: 0, blind: 0 },
    deadline: minutesFromNow(context, APPLY_MINUTES),
  };
  const moved = moveChange(run, number, { trigger: "merged", patch }, context);
  if (changeOf(moved, number)?.state !== "merged") return onMergedTooLate(run, number, result, context);
  if (moved.spec.ignore) return onIgnored(moved, number, context);
  const told = oweNotice(
    moved,
    { say: "merged", change: number, ...(result.drift !== undefined && { words: result.drift, chat: true, urgent: true }) },
    context,
  );
  return oweVerification(told, number, context);
}

/** A rule holds from its merge on: there is nothing to be applied, and nothing to be proved. */
function onIgnored(run: Run, number: number, context: Context): Run {
  const applied = moveChange(run, number, { trigger: "applied", patch: { appliedAt: context.now } }, context);
  const done = moveChange(applied, number, { trigger: "verified" }, context);
  const words = `Until ${run.spec.ignore?.until ?? ""}.`;
  return oweNotice(done, { say: "ignored", change: number, words }, context);
}

/** It ended while the merge was under way: nobody proves it, so a person is told. */
function onMergedTooLate(run: Run, number: number, result: Of<"merged">, context: Context): Run {
  const change = changeOf(run, number);
  if (!change || !isChangeOver(change.state) || change.mergeCommit !== undefined) return run;
  const known = patchChange(run, number, { mergeCommit: result.commit, mergedBy: result.by.slice(0, 256), mergedAt: result.at });
  const words = `It was merged in the same moment as it ended as ${change.state}.`;
  return oweNotice(known, { say: "not-proven", change: number, words, chat: true, urgent: true }, context);
}

/** The approved plan on a base that moved: planned as the merge result; the same digest merges, another is asked about. */
export function onBaseMoved(run: Run, number: number, result: Of<"base-moved">, context: Context): Run {
  const change = changeOf(run, number);
  const wanted = change?.state === "approved" || change?.state === "waiting";
  if (!wanted || change.head === undefined) return run;
  return owePlan(run, { from: "head", change: number, base: result.base, head: change.head }, context);
}

/** A conflict that only a person can resolve; their push brings a new head. */
export function onConflicted(run: Run, number: number, result: Of<"conflicted">, context: Context): Run {
  const moved = moveChange(run, number, { trigger: "conflicted", reason: result.words }, context);
  if (changeOf(moved, number)?.state !== "conflicted") return run;
  return oweLooks(oweNotice(moved, { say: "conflicted", change: number, words: result.words, chat: true }, context), number, context);
}

/** The yes counts, but the branch asks for more: said once per reason, tried again at each look. */
export function onBlocked(run: Run, number: number, result: Of<"blocked">, context: Context): Run {
  const before = changeOf(run, number);
  const waits = before?.state === "waiting";
  if (!waits && !canMove(run, number, "awaited")) return run;
  const moved = waits
    ? patchChange(run, number, { reason: cut(result.words) })
    : moveChange(run, number, { trigger: "awaited", reason: result.words }, context);
  const again = waits && before.reason === cut(result.words);
  const told = again ? moved : oweNotice(moved, { say: "waiting", change: number, words: result.words }, context);
  return oweLooks(told, number, context);
}

/** Judged again at the merge, the yes did not count any more: asked again, in words. */
export function onNotApproved(run: Run, number: number, result: Of<"not-approved">, context: Context): Run {
  if (!canMove(run, number, "asked-again")) return run;
  const moved = moveChange(run, number, { trigger: "asked-again" }, context);
  return oweLooks(oweNotice(moved, { say: "refused", change: number, words: result.words }, context), number, context);
}
