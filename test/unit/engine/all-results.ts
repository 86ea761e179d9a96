/** Everything that a function can bring back, by the event that it answers: for tests that try them all. */
import type { Failure, Result } from "../../../functions/core/engine/results.ts";
import type { ChangeState } from "../../../functions/core/records/change.ts";
import type { Run } from "../../../functions/core/records/run.ts";
import {
  FOUND,
  HEAD,
  MERGE_COMMIT,
  MERGED,
  NEW_HEAD,
  observed,
  planned,
  PROPOSED,
  REFUSED,
  REPOSITORY,
  RUN_ID,
  SAID,
  seen,
  START,
  type Story,
  yes,
} from "./a-story.ts";

const judged = (verdict: Extract<Result, { result: "judged" }>["verdict"]): Result => ({ result: "judged", verdict, change: 1, comment: 99 });
const OTHER_DIGEST = { plan: "plan-2", digest: "e".repeat(64) };
const many = Array.from({ length: 100 }, (_none, index) => index + 1);

/** The kinds of events that belong to a change, with the data of each. */
export const EVENTS_OF_A_CHANGE = {
  "plan.requested": { from: "remedy", change: 1, result: "found" },
  "proposal.requested": { mode: "open", change: 1, plan: "plan-1" },
  "merge.requested": { mode: "look", change: 1 },
  "verification.requested": { change: 1 },
  "judgement.requested": { of: "statement", approval: "approval-1" },
  "notification.requested": { say: "opened", change: 1, chat: true, urgent: false },
} as const;
export type EventNoun = keyof typeof EVENTS_OF_A_CHANGE;

export const RESULTS: Readonly<Record<string, readonly Result[]>> = {
  "tool.requested": [
    FOUND,
    REFUSED,
    { result: "tool-waits", words: "the registry" },
    { result: "tool", record: "t", output: {} },
    { result: "tool", record: "t", output: { big: "x".repeat(5_000) } },
  ],
  "plan.requested": [
    planned(),
    planned({ mode: "observe" }),
    planned({ mode: "act", tier: "safe" }),
    planned({ plan: "plan-2" }, HEAD),
    planned(OTHER_DIGEST, HEAD),
    planned(OTHER_DIGEST, NEW_HEAD),
    { result: "plan-refused", words: "conflict" },
  ],
  "proposal.requested": [
    PROPOSED,
    { result: "held", by: "another-run" },
    { result: "held", by: "another-run", thread: { repository: REPOSITORY, number: 4, kind: "pull-request" } },
    { result: "not-again", words: "it was rejected" },
    { result: "replan", words: "the base moved" },
    { result: "head-moved", head: NEW_HEAD, pullRequest: 12 },
    MERGED,
  ],
  "merge.requested": [
    seen(),
    seen({ head: NEW_HEAD }),
    seen({ baseRef: "other" }),
    seen({ state: "closed" }),
    seen({ state: "merged", mergeCommit: MERGE_COMMIT }),
    seen({ state: "merged" }),
    seen({ reviews: many, lostComments: many }),
    MERGED,
    { result: "merged", commit: MERGE_COMMIT, by: "us", at: START, drift: "the base moved in the last moment" },
    { result: "head-moved", head: NEW_HEAD },
    { result: "base-moved", base: "3".repeat(40) },
    { result: "conflicted", words: "apps/shop" },
    { result: "blocked", words: "one more review" },
    { result: "blocked", words: "a check fails" },
    { result: "not-approved", words: "no right to write any more" },
  ],
  "verification.requested": [
    observed(),
    observed({ finding: "present" }),
    observed({ finding: "unknown" }),
    observed({ settled: false }),
    observed({ worse: ["Pod web/blog crash-loop"] }),
    observed({ applied: false }),
    observed({ applied: false, finding: "present" }),
    observed({ applied: false, finding: "present", waitingFor: "a sync window" }),
  ],
  "judgement.requested": [
    yes(),
    yes({ keep: true }),
    yes({ head: NEW_HEAD }),
    judged({ verdict: "waits", approval: "approval-1", missing: "one more review" }),
    judged({ verdict: "refused", words: "you may not" }),
    judged({ verdict: "rejected", by: "ada", words: "no" }),
    judged({ verdict: "keep" }),
    judged({ verdict: "ignored" }),
    judged({ verdict: "attempt", by: "ada" }),
    judged({ verdict: "ignore", by: "ada", words: "Until 2027-01-31, because: a playground" }),
    judged({ verdict: "paused", words: "Everything is paused." }),
    judged({ verdict: "resumed", words: "I go on." }),
    judged({ verdict: "begin" }),
    { result: "judged", verdict: { verdict: "refused", words: "nothing here to approve" } },
  ],
  "notification.requested": [SAID, { result: "said", thread: { repository: REPOSITORY, number: 3, kind: "issue" } }],
  "run.woken": [{ result: "woken" }],
};

export const STOP: Result = judged({ verdict: "stop", by: "ada" });

export const FAILURES: readonly Failure[] = [
  { failure: "terminal", error: "it is forbidden" },
  { failure: "retry", error: "no answer" },
  { failure: "retry", error: "no answer", afterMinutes: 3 },
  { failure: "crash", error: "out of memory" },
];

/** What a change in a state owes where nothing is out of order. */
const OWED_IN: Readonly<Record<ChangeState, readonly (readonly [EventNoun, Readonly<Record<string, unknown>>])[]>> = {
  planning: [["plan.requested", EVENTS_OF_A_CHANGE["plan.requested"]]],
  planned: [["proposal.requested", EVENTS_OF_A_CHANGE["proposal.requested"]]],
  proposed: looks(),
  waiting: looks(),
  conflicted: looks(),
  approved: [["merge.requested", { mode: "merge", change: 1 }]],
  "head-moved": [["plan.requested", { from: "head", change: 1, head: HEAD }]],
  merged: [["verification.requested", { change: 1 }]],
  applied: [["verification.requested", { change: 1 }]],
  verified: [],
  "not-proven": [],
  "taken-back": [],
  rejected: [],
  superseded: [],
  healed: [],
  expired: [],
  closed: [],
  shown: [],
  failed: [],
};

function looks(): readonly (readonly [EventNoun, Readonly<Record<string, unknown>>])[] {
  return [
    ["merge.requested", EVENTS_OF_A_CHANGE["merge.requested"]],
    ["verification.requested", EVENTS_OF_A_CHANGE["verification.requested"]],
  ];
}

/** A story whose change is in this state, as its run would be, and which owes `noun` besides. */
export function storyIn(base: Story, state: ChangeState, noun: EventNoun): { story: Story; id: string } {
  const owes = OWED_IN[state].some(([known]) => known === noun) ? OWED_IN[state] : [...OWED_IN[state], [noun, EVENTS_OF_A_CHANGE[noun]] as const];
  const outbox = owes.map(([type, data], index) => ({
    id: String(index).padStart(32, "0"),
    type: `dev.anchorwatch.${type}`,
    data,
    at: base.now,
    attempt: 0,
    tries: 0,
  }));
  const merged = ["merged", "applied", "verified", "not-proven", "taken-back"].includes(state);
  const early = state === "planning" || state === "planned";
  const applied = merged && state !== "merged";
  const run: Run = {
    ...base.run,
    outbox,
    wakeAt: base.now,
    changes: base.run.changes.map((change) => {
      const { pullRequest, head, proposedAt, ...rest } = change;
      return {
        ...rest,
        state,
        branch: `anchorwatch/${RUN_ID}-1`,
        deadline: base.now + 1_000_000,
        ...(!early && { pullRequest: pullRequest ?? 12, head: head ?? HEAD, proposedAt: proposedAt ?? START }),
        ...(merged && { mergeCommit: MERGE_COMMIT, mergedAt: base.now }),
        ...(applied && { appliedAt: base.now }),
      };
    }),
  };
  const id = outbox.find(({ type }) => type === `dev.anchorwatch.${noun}`)?.id ?? "";
  return { story: { ...base, run }, id };
}
