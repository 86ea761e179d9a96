/** What a plan, and the proposal of it, mean for their change. */
import type { Change } from "../records/change.ts";
import type { Run, Thread } from "../records/run.ts";
import { canMove, changeOf, changeOfPull, isUnderWay, moveChange, oweMerge, owePlan, oweProposal, oweVerification, patchChange } from "./changes.ts";
import { type Context, minutesFromNow, minutesSince } from "./context.ts";
import { oweNotice } from "./notices.ts";
import type { Result } from "./results.ts";
import { INVERSE_MINUTES, MAX_REPLANS, REMIND_MINUTES } from "./timing.ts";
import { isChangeOpen } from "./transitions.ts";

type Of<R extends Result["result"]> = Extract<Result, { result: R }>;

/** A first plan is proposed; a plan of a head that stands is compared with what was approved, then merged or shown. */
export function onPlanned(run: Run, number: number, result: Of<"planned">, context: Context): Run {
  const change = changeOf(run, number);
  if (!change) return run;
  const patch = { planned: result.planned, ...(result.head !== undefined && { head: result.head }) };
  if (change.state === "planning") {
    if (result.planned.mode === "observe") return show(moveChange(run, number, { trigger: "observed", patch }, context), number, result, context);
    const planned = moveChange(run, number, { trigger: "planned", patch }, context);
    return oweProposal(planned, { mode: "open", change: number, plan: result.planned.plan }, context);
  }
  if (change.head !== undefined && result.head !== undefined && change.head !== result.head) return onOutdatedPlan(run, change, context);
  const wanted = change.state === "approved" || change.state === "waiting";
  if (wanted && change.planned?.digest === result.planned.digest) {
    return oweMerge(patchChange(run, number, patch), { mode: "merge", change: number }, context);
  }
  if (!canMove(run, number, "asked-again")) return run;
  const moved = moveChange(run, number, { trigger: "asked-again", patch }, context);
  const asked = oweNotice(moved, { say: "ask-again", change: number, plan: result.planned.plan, chat: true }, context);
  return oweLooks(asked, number, context);
}

/** Nothing is proposed in this mode: people see the plan in an issue. */
function show(run: Run, number: number, { planned }: Of<"planned">, context: Context): Run {
  return oweNotice(run, { say: "shown", change: number, plan: planned.plan, chat: true }, context);
}

/** A plan of an older head says nothing: the one that stands is planned, where that is not owed already. */
function onOutdatedPlan(run: Run, change: Change, context: Context): Run {
  if (change.head === undefined || !isChangeOpen(change.state) || isUnderWay(run, change.number)) return run;
  return owePlan(run, { from: "head", change: change.number, head: change.head }, context);
}

/** There is no plan: before the proposal the change has failed; on a head that stands a person has to decide. */
export function onPlanRefused(run: Run, number: number, result: Of<"plan-refused">, context: Context): Run {
  const change = changeOf(run, number);
  if (!change) return run;
  if (change.state === "planning") return moveChange(run, number, { trigger: "refused", reason: result.words }, context);
  const moved = moveChange(run, number, { trigger: "conflicted", reason: result.words }, context);
  if (changeOf(moved, number)?.state !== "conflicted") return run;
  return oweLooks(oweNotice(moved, { say: "conflicted", change: number, words: result.words, chat: true }, context), number, context);
}

/** Both looks at what waits for people: at the pull request, and at whether the trouble is still there. */
export function oweLooks(run: Run, number: number, context: Context): Run {
  const at = minutesFromNow(context, 1);
  const looked = oweMerge(run, { mode: "look", change: number }, context, at);
  return run.spec.ignore ? looked : oweVerification(looked, number, context, at); // Whether the trouble is there is no matter to ignoring it.
}

/** Shown to people; or, where its change has ended meanwhile, closed again at once. */
export function onProposed(run: Run, number: number, result: Of<"proposed">, context: Context): Run {
  const patch = { pullRequest: result.pullRequest, head: result.head, proposedAt: context.now, remindAt: minutesFromNow(context, REMIND_MINUTES[0]) };
  const moved = moveChange(run, number, { trigger: "proposed", patch }, context);
  const change = changeOf(moved, number);
  if (change?.state !== "proposed") {
    return oweProposal(patchChange(run, number, patch), { mode: "close", change: number, why: "stopped" }, context);
  }
  const threaded: Run = { ...moved, thread: { repository: change.repository, number: result.pullRequest, kind: "pull-request" } };
  if (threaded.phase !== "running") return threaded; // Because the run is ending: what is open now is closed with it, and nothing else is said.
  if (isCoveredInverse(threaded, number, context)) {
    const covered = moveChange(threaded, number, { trigger: "approved" }, context);
    return oweMerge(covered, { mode: "merge", change: number }, context);
  }
  if (mergesItself(change)) {
    const own = moveChange(threaded, number, { trigger: "approved" }, context);
    return oweMerge(oweNotice(own, { say: "merging-myself", change: number, chat: true }, context), { mode: "merge", change: number }, context);
  }
  const told = oweNotice(threaded, { say: "opened", change: number, chat: true, urgent: change.inverseOf !== undefined }, context);
  return oweLooks(told, number, context);
}

/** Safe, in the mode `act`: asked of nobody. `change-merge` computes both again at the base (design 8.3). */
function mergesItself({ planned }: Change): boolean {
  return planned?.tier === "safe" && planned.mode === "act";
}

/** A taking back that the first approval covers: in time, and nobody said keep. `change-merge` judges it again by the records (engine.md 6). */
function isCoveredInverse(run: Run, number: number, context: Context): boolean {
  const original = changeOf(run, changeOf(run, number)?.inverseOf ?? 0);
  return original?.appliedAt !== undefined && !original.keep && minutesSince(context, original.appliedAt) <= INVERSE_MINUTES;
}

/** Another run holds the file, field or cause: the other one's pull request is where people look. */
export function onHeld(run: Run, number: number, result: Of<"held">, context: Context): Run {
  if (!canMove(run, number, "held")) return run;
  const moved = moveChange(run, number, { trigger: "held", reason: `held by run ${result.by}` }, context);
  const words = `Run ${result.by} already works on the same lines; this is more evidence for it.`;
  return oweNotice(talkingOn(moved, result.thread), { say: "superseded", change: number, words }, context);
}

/** People have said no to exactly this, or it did not help: not again until the evidence changes (design 6.2). */
export function onNotAgain(run: Run, number: number, result: Of<"not-again">, context: Context): Run {
  if (!canMove(run, number, "held")) return run;
  const moved = moveChange(run, number, { trigger: "held", reason: result.words }, context);
  return oweNotice(talkingOn(moved, result.thread), { say: "not-again", change: number, words: result.words, chat: true }, context);
}

/** What a run without a thread of its own has to say belongs where the matter is talked about. */
function talkingOn(run: Run, thread: Thread | undefined): Run {
  return thread && !run.thread ? { ...run, thread } : run;
}

/** The forge had moved on before the proposal: planned again, a bounded number of times. */
export function onReplan(run: Run, number: number, result: Of<"replan">, context: Context): Run {
  const change = changeOf(run, number);
  if (!change || !canMove(run, number, "replan")) return run;
  if (change.replans >= MAX_REPLANS) {
    return moveChange(
      run,
      number,
      { trigger: "broken", reason: `planned ${MAX_REPLANS + 1} times, and the branch moved on each time: ${result.words}` },
      context,
    );
  }
  const moved = moveChange(run, number, { trigger: "replan", patch: { replans: change.replans + 1 } }, context);
  return owePlanOfOrigin(moved, number, context);
}

/** The first plan of a change: from its remedy, or as the inverse of the plan that it takes back. */
export function owePlanOfOrigin(run: Run, number: number, context: Context): Run {
  const change = changeOf(run, number);
  const original = changeOf(run, change?.inverseOf ?? 0)?.planned;
  if (change?.remedy !== undefined) return owePlan(run, { from: "remedy", change: number, result: change.remedy }, context);
  if (original) return owePlan(run, { from: "inverse", change: number, plan: original.plan }, context);
  if (run.spec.ignore) return owePlan(run, { from: "ignore", change: number, rule: run.spec.ignore }, context);
  return run;
}

/** A head that we did not make: it gets a plan of its own, and a new yes. */
export function onHeadMoved(run: Run, number: number, result: Of<"head-moved">, context: Context): Run {
  const patch = { head: result.head, ...(result.pullRequest !== undefined && { pullRequest: result.pullRequest }) };
  const moved = moveChange(run, number, { trigger: "head-moved", patch }, context);
  const change = changeOf(moved, number);
  if (change?.state !== "head-moved") return run;
  const pull = change.pullRequest;
  const threaded: Run =
    pull === undefined || changeOfPull(run, change.repository, pull)
      ? moved
      : { ...moved, thread: { repository: change.repository, number: pull, kind: "pull-request" } };
  return owePlan(threaded, { from: "head", change: number, head: result.head }, context);
}
