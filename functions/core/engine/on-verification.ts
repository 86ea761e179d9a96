/** Verdicts: what the looks at Argo CD and the finding come to (design 8.7). */
import type { Change } from "../records/change.ts";
import type { Run } from "../records/run.ts";
import { addChange, changeOf, cut, moveChange, oweProposal, oweVerification, patchChange } from "./changes.ts";
import { type Context, minutesFromNow, minutesSince } from "./context.ts";
import { oweNotice } from "./notices.ts";
import { owePlanOfOrigin } from "./on-plan.ts";
import type { Observation } from "./results.ts";
import { FINDING_STAYS_MINUTES, HEALED_MINUTES, lookMinutes, PROOF_MINUTES } from "./timing.ts";
import { isChangeOpen } from "./transitions.ts";

interface Look {
  readonly observation: Observation;
  /** A webhook came while it was looked: the next look is due at once. */
  readonly again: boolean;
}

/** One look's meaning, by what the change waits for. */
export function onObserved(run: Run, number: number, look: Look, context: Context): Run {
  const change = changeOf(run, number);
  if (!change) return run;
  const seen = patchChange(run, number, { proof: countLook(change, look.observation, context) });
  if (isChangeOpen(change.state)) return whileWaiting(seen, number, look, context);
  if (change.state === "merged") return whileMerged(seen, number, look, context);
  return change.state === "applied" ? whileApplied(seen, number, look, context) : run;
}

function countLook(change: Change, observation: Observation, context: Context): Change["proof"] {
  const { proof } = change;
  const lastSeen = cut(observation.words);
  if (observation.finding === "unknown") return { ...proof, blind: proof.blind + 1, lastSeen };
  const counts = observation.finding === "gone" && (change.state !== "applied" || observation.settled);
  if (!counts) return { gone: 0, blind: proof.blind, lastSeen };
  return { gone: proof.gone + 1, firstGoneAt: proof.firstGoneAt ?? context.now, blind: proof.blind, lastSeen };
}

function lookAgain(run: Run, number: number, since: number, look: Look & { context: Context }): Run {
  const { context } = look;
  const at = look.again ? context.now : minutesFromNow(context, lookMinutes(minutesSince(context, since)));
  return oweVerification(run, number, context, at);
}

/** Gone in two looks some minutes apart while people were asked: healed, and the pull request is closed with a note. */
function whileWaiting(run: Run, number: number, look: Look, context: Context): Run {
  const change = changeOf(run, number);
  if (change?.state === "approved") return run; // Because the merge is on its way: it must not be closed under it.
  const since = change?.proof.firstGoneAt;
  const healed = change && change.inverseOf === undefined && change.proof.gone >= 2 && since !== undefined && minutesSince(context, since) >= HEALED_MINUTES;
  if (!change || !healed) return lookAgain(run, number, change?.proposedAt ?? context.now, { ...look, context });
  const moved = moveChange(run, number, { trigger: "healed", reason: look.observation.words }, context);
  const closed = oweProposal(moved, { mode: "close", change: number, why: "healed" }, context);
  return oweNotice(closed, { say: "healed", change: number, words: look.observation.words, chat: true }, context);
}

function whileMerged(run: Run, number: number, look: Look, context: Context): Run {
  const change = changeOf(run, number);
  const { observation } = look;
  if (observation.applied) {
    const patch = { appliedAt: context.now, proof: { gone: 0, blind: 0 }, deadline: minutesFromNow(context, PROOF_MINUTES) };
    const applied = moveChange(run, number, { trigger: "applied", patch }, context);
    return oweVerification(applied, number, context, minutesFromNow(context, 1));
  }
  const waits = observation.waitingFor !== undefined || observation.finding === "unknown";
  const extended = waits ? patchChange(run, number, { deadline: Math.max(change?.deadline ?? 0, minutesFromNow(context, 2)) }) : run;
  if (!waits && context.now >= (change?.deadline ?? 0)) return unproven(run, number, observation.words, context);
  return lookAgain(extended, number, change?.mergedAt ?? context.now, { ...look, context });
}

function whileApplied(run: Run, number: number, look: Look, context: Context): Run {
  const change = changeOf(run, number);
  const { observation } = look;
  if (!change || change.takenBackBy !== undefined) return run;
  if (observation.finding === "unknown") {
    const extended = patchChange(run, number, { deadline: Math.max(change.deadline, minutesFromNow(context, 2)) });
    return lookAgain(extended, number, change.appliedAt ?? context.now, { ...look, context });
  }
  if (change.inverseOf !== undefined) return whileTakenBack(run, change, look, context);
  if (observation.worse.length > 0 && observation.settled) return takeBack(run, number, observation.words, context);
  if (change.proof.gone >= 2) return verified(run, number, observation.words, context);
  const stays = observation.finding === "present" && minutesSince(context, change.appliedAt ?? context.now) >= FINDING_STAYS_MINUTES;
  if (stays) return takeBack(run, number, observation.words, context);
  if (context.now >= change.deadline) return unproven(run, number, observation.words, context);
  return lookAgain(run, number, change.appliedAt ?? context.now, { ...look, context });
}

/** A taking back is proved when the old state is applied and has settled; the old trouble is expected to be there again. */
function whileTakenBack(run: Run, change: Change, look: Look, context: Context): Run {
  if (look.observation.applied) return verified(run, change.number, look.observation.words, context);
  if (context.now >= change.deadline) return unproven(run, change.number, look.observation.words, context);
  return lookAgain(run, change.number, change.appliedAt ?? context.now, { ...look, context });
}

function verified(run: Run, number: number, words: string, context: Context): Run {
  const moved = moveChange(run, number, { trigger: "verified", reason: words }, context);
  const inverse = changeOf(moved, number)?.inverseOf !== undefined;
  return inverse ? moved : oweNotice(moved, { say: "verified", change: number, words, chat: true }, context);
}

function unproven(run: Run, number: number, words: string, context: Context): Run {
  const moved = moveChange(run, number, { trigger: "unproven", reason: words }, context);
  return oweNotice(moved, { say: "not-proven", change: number, words, chat: true, urgent: true }, context);
}

/** Owes the exact inverse as a change of its own; the first one waits in `applied` for how that ends. */
function takeBack(run: Run, number: number, words: string, context: Context): Run {
  const change = changeOf(run, number);
  if (!change?.planned) return unproven(run, number, `${words}; there is no plan to take back`, context);
  const added = addChange(
    run,
    {
      step: change.step,
      inverseOf: number,
      repository: change.repository,
      baseRef: change.baseRef,
      ...(change.cause !== undefined && { cause: change.cause }),
    },
    context,
  );
  const linked = patchChange(added.run, number, { takenBackBy: added.number, reason: cut(words) });
  const told = oweNotice(linked, { say: "taking-back", change: number, words, chat: true, urgent: true }, context);
  return owePlanOfOrigin(told, added.number, context);
}

/** When a taking back is over, the change that it takes back is, too: taken back if it was proved, not proven otherwise. */
export function settleTakenBack(run: Run, context: Context): Run {
  return run.changes.reduce((state, change) => {
    const inverse = changeOf(state, change.takenBackBy ?? 0);
    if (change.state !== "applied" || !inverse) return state;
    if (inverse.state === "verified") {
      const moved = moveChange(state, change.number, { trigger: "taken-back" }, context);
      const words = inverse.pullRequest === undefined ? "" : `Pull request #${inverse.pullRequest} did it.`;
      return oweNotice(moved, { say: "taken-back", change: change.number, words, chat: true }, context);
    }
    const over = ["not-proven", "rejected", "superseded", "expired", "closed", "failed", "healed", "shown"].includes(inverse.state);
    if (!over) return state;
    return unproven(state, change.number, `the taking back ended as ${inverse.state}: ${inverse.reason ?? "no reason given"}`, context);
  }, run);
}
