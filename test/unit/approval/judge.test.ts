/** Who may say what, and when: a table to be read, each row with its verdict and the exact words that the person gets. */
import { expect, test } from "vitest";
import { judgeStatement } from "../../../functions/core/approval/judge.ts";
import type { JudgementInput } from "../../../functions/core/approval/judgement.ts";
import { changesRequestedBy, commentStanding, reviewStanding } from "../../../functions/core/approval/standing.ts";
import { latestStatement } from "../../../functions/core/approval/statements.ts";
import type { Approval } from "../../../functions/core/records/approval.ts";
import { ALICE, approval, BOB, DIGEST, HEAD, input, OLD, OUR_ID, plan, pull, review } from "./a-judgement.ts";

const pvc = plan({ effects: [{ object: { kind: "PersistentVolumeClaim", namespace: "web", name: "data" }, field: "", before: "{}" }] });
const drain = plan({ files: [{ path: "operations/drain-node-b.yaml", operation: "create", after: "", removed: [], added: [] }] });
const forBob = { approvers: [{ users: [BOB.id] }], allowSelf: false, bots: [] };
const onlyAlice = { approvers: [{ users: ["alice"] }], allowSelf: false, bots: [] };
const twoYes = { approvers: [{ required: 2 }], allowSelf: false, bots: [] };
const bobsYes = { user: BOB.id, head: HEAD, digest: DIGEST };
const late = { approval: approval({ saidAt: 10_500 }) };

const counts = { verdict: "counts", digest: DIGEST, head: HEAD, keep: false };
const retry = { verdict: "retry" };
const waits = (missing: string) => ({ verdict: "waits", digest: DIGEST, head: HEAD, missing });
const refused = (code: string, reply: string) => ({ verdict: "refused", code, reply: `alice: ${reply}` });
const say = (verb: Approval["verb"], argument = "") => ({ approval: approval({ verb, argument }) });

const ROWS: readonly [string, Partial<JudgementInput>, object][] = [
  // Who
  ["a writer approves", {}, counts],
  ["an admin approves", { permission: { permission: "admin", user: ALICE } }, counts],
  [
    "a reader approves",
    { permission: { permission: "read", user: ALICE } },
    refused("no-permission", "you need write permission on this repository to approve a change, so I did nothing."),
  ],
  [
    "a reader rejects",
    { ...say("reject"), permission: { permission: "read", user: ALICE } },
    refused("no-permission", "you need write permission on this repository to reject a change, so I did nothing."),
  ],
  [
    "a reader stops",
    { ...say("stop"), permission: { permission: "read", user: ALICE } },
    refused("no-permission", "you need write permission on this repository to stop a run, so I did nothing."),
  ],
  [
    "a stranger approves",
    { permission: undefined },
    refused("no-permission", "you need write permission on this repository to approve a change, so I did nothing."),
  ],
  [
    "somebody whose name is another's now",
    { permission: { permission: "write", user: BOB } },
    refused("other-account", "the account that has your name now is not the one that wrote this, so I did nothing."),
  ],
  ["the forge does not say who may", { permission: "unavailable" }, retry],
  ["one of our own users", { approval: approval({ author: { id: OUR_ID, login: "aw" } }) }, { verdict: "ignored", code: "ours" }],
  ["a bot that the policy names", { policy: { ...forBob, bots: ["alice"] } }, { verdict: "ignored", code: "bot" }],
  ["a bot by its type", { approval: approval({ author: { ...ALICE, type: "bot" } }) }, { verdict: "ignored", code: "bot" }],
  [
    "not an approver by the policy",
    { policy: forBob },
    refused(
      "not-approver",
      "the policy names other people as the approvers of these files, so your approval does not count. One of them has to say `/approve`.",
    ),
  ],
  [
    "not a code owner",
    { codeOwners: ["bob"] },
    refused(
      "not-approver",
      "the policy names other people as the approvers of these files, so your approval does not count. One of them has to say `/approve`.",
    ),
  ],
  ["a code owner", { codeOwners: ["@Alice"] }, counts],
  ["one of an approving team", { policy: { ...forBob, approvers: [{ teams: ["ops"] }] }, teams: ["ops"] }, counts],
  ["not of the approving team", { policy: { ...forBob, approvers: [{ teams: ["ops"] }] } }, { verdict: "refused", code: "not-approver" }],
  [
    "an approver of other paths only",
    { policy: { ...forBob, approvers: [{ users: ["bob"] }, { paths: ["infra/**"], users: ["alice"] }] } },
    { verdict: "refused", code: "not-approver" },
  ],
  ["an approver of these paths", { policy: { ...forBob, approvers: [{ users: ["bob"] }, { paths: ["apps/**"], users: ["alice"] }] } }, counts],
  [
    "the person who started the run",
    { triggeredBy: ALICE.id },
    refused("started-it", "you started this run, so somebody else has to approve its change. `allowSelf` in the policy would let you."),
  ],
  ["the same, where the policy lets them", { triggeredBy: ALICE.id, policy: { ...twoYes, approvers: [], allowSelf: true } }, counts],
  ["the same, as the only approver", { triggeredBy: ALICE.id, policy: onlyAlice }, counts],
  ["the first of two", { policy: twoYes }, waits("2 people have to approve, and one has so far")],
  ["the second of two", { policy: twoYes, otherApprovals: [bobsYes] }, counts],
  ["the same person twice", { policy: twoYes, otherApprovals: [{ ...bobsYes, user: ALICE.id }] }, waits("2 people have to approve, and one has so far")],
  [
    "the second of two, for another plan",
    { policy: twoYes, otherApprovals: [{ ...bobsYes, digest: "9".repeat(64) }] },
    waits("2 people have to approve, and one has so far"),
  ],
  // What
  ["the commit in short", say("approve", HEAD.slice(0, 12)), counts],
  [
    "another commit",
    say("approve", OLD.slice(0, 12)),
    refused(
      "wrong-commit",
      `you approved \`${OLD.slice(0, 12)}\`, but the pull request is at \`${HEAD.slice(0, 12)}\`. Please read the plan for that commit, then say \`/approve ${HEAD.slice(0, 12)}\`.`,
    ),
  ],
  [
    "a head that has moved",
    { approval: approval({ head: OLD }) },
    refused(
      "old-head",
      `your approval is for \`${OLD.slice(0, 12)}\`, but the pull request is at \`${HEAD.slice(0, 12)}\` now. Please read the plan for that commit, then say \`/approve\` again.`,
    ),
  ],
  [
    "a delivery that names no head",
    { approval: approval({ head: undefined }) },
    refused("no-head", `I could not see which commit you were looking at. Please say \`/approve ${HEAD}\`.`),
  ],
  ["the same, with the whole commit", { approval: approval({ head: undefined, argument: HEAD }) }, counts],
  [
    "a deleted volume, bare",
    { plans: [pvc] },
    refused(
      "needs-commit",
      `this change can lose data or stop a node, so a bare \`/approve\` is not enough. If you are sure, say \`/approve ${HEAD.slice(0, 12)}\`.`,
    ),
  ],
  ["a deleted volume, with keep", { plans: [pvc], ...say("approve", "keep") }, { verdict: "refused", code: "needs-commit" }],
  ["a deleted volume, by review", { plans: [pvc], approval: approval({ source: "review" }) }, { verdict: "refused", code: "needs-commit" }],
  ["a deleted volume, with the commit", { plans: [pvc], ...say("approve", HEAD.slice(0, 12)) }, counts],
  ["an operation on a node, bare", { plans: [drain] }, { verdict: "refused", code: "needs-commit" }],
  [
    "a forbidden change",
    { plans: [plan({ tier: "forbidden" })] },
    refused("forbidden", "this change is of the tier that I never merge, whoever approves it. If you want it, please merge the pull request by hand."),
  ],
  ["a forbidden change, with the commit", { plans: [plan({ tier: "forbidden" })], ...say("approve", HEAD) }, { verdict: "refused", code: "forbidden" }],
  ["approve and keep", say("approve", "keep"), { ...counts, keep: true }],
  ["keep, after the merge", { ...say("approve", "keep"), pull: { ...pull, state: "closed", merged: true } }, { verdict: "keep" }],
  ["reject", say("reject", "the limit is wanted"), { verdict: "reject", words: "the limit is wanted" }],
  ["reject on an issue", { ...say("reject"), pull: undefined }, { verdict: "reject", words: "" }],
  [
    "reject after the merge",
    { ...say("reject"), pull: { ...pull, merged: true } },
    refused("merged", "this pull request is merged already. To undo it, please revert the merge in Git."),
  ],
  ["stop, anywhere", { ...say("stop"), pull: undefined }, { verdict: "stop", words: "" }],
  [
    "a command that is none",
    say("unknown", "/merge <b>@bob</b>"),
    refused(
      "unknown-command",
      "I do not understand `/merge bbob/b`, so I did nothing. As the first line of a new comment I take `/approve`, `/approve <commit>`, `/approve keep`, `/reject <why>`, `/retry <words>`, `/ignore 30d <reason>`, `/stop`, `/pause 2h`, `/resume`, `/explain` and `/help`.",
    ),
  ],
  [
    "several commands",
    say("unknown"),
    refused(
      "several-commands",
      "there was more than one line that begins with `/`, so I did nothing. Please write one command, alone, as the first line of a new comment.",
    ),
  ],
  // Where and when
  ["on an issue", { pull: undefined }, refused("no-pull-request", "there is no pull request here, so there is nothing to approve.")],
  [
    "on a pull request of a person",
    { isOurs: false },
    refused("not-ours", "this pull request is not one of mine, so `/approve` does nothing here. Please merge it by hand."),
  ],
  ["on our branch, opened by a person", { pull: { ...pull, author: { id: BOB.id } } }, { verdict: "refused", code: "not-ours" }],
  ["on a closed one", { pull: { ...pull, state: "closed" } }, refused("closed", "this pull request is closed, so I did nothing.")],
  ["on a merged one", { pull: { ...pull, state: "closed", merged: true } }, { verdict: "refused", code: "merged" }],
  ["on a draft", { pull: { ...pull, draft: true } }, refused("draft", "this pull request is a draft. Please mark it as ready, then say `/approve` again.")],
  ["the forge does not show the pull request", { pull: "unavailable" }, retry],
  [
    "before the plan was shown",
    late,
    refused("not-shown", `I had not shown the plan for \`${HEAD.slice(0, 12)}\` yet when you approved. Please read it, then say \`/approve\` again.`),
  ],
  [
    "a plan that is not on record",
    { plans: [] },
    refused(
      "unknown-plan",
      `I cannot find the plan that you approved for \`${HEAD.slice(0, 12)}\` in my records, so I did nothing. You can still merge it by hand.`,
    ),
  ],
  ["a plan on record, but not the one that was shown", { plans: [plan({ digest: "9".repeat(64) })] }, { verdict: "refused", code: "unknown-plan" }],
  [
    "another base since it was said",
    { approval: approval({ baseRef: "release" }) },
    refused("base-changed", "the pull request goes into another branch now (`main`) than the one that the approved plan is for, so I did nothing."),
  ],
  ["another base since it was planned", { plans: [plan({ baseRef: "release" })] }, { verdict: "refused", code: "base-changed" }],
  ["a day and a bit ago", { now: 20_000 + 86_400_001 }, refused("expired", "your approval has expired before it could be used. Please say `/approve` again.")],
  ["a day ago", { now: 20_000 + 86_400_000 }, counts],
  [
    "edited since",
    { standing: "edited" },
    refused("edited", "your comment was edited after it was posted, so it does not count. Please say it again in a new comment."),
  ],
  ["deleted since", { standing: "gone" }, refused("gone", "your statement was deleted, so it does not count.")],
  ["the forge does not show the statement", { standing: "unavailable" }, retry],
  ["a review that was dismissed", { standing: "dismissed" }, refused("review-dismissed", "your review was dismissed, so it does not count.")],
  ["a review of an older commit", { standing: "stale" }, { verdict: "refused", code: "review-stale" }],
  [
    "a review that is not official",
    { standing: "unofficial" },
    refused("review-unofficial", "your review is not one that this repository counts: you need write permission."),
  ],
  [
    "while bob asks for changes",
    { changesRequested: [review({ author: BOB, state: "REQUEST_CHANGES" })] },
    waits("bob asked for changes in a review, which has to be withdrawn or dismissed"),
  ],
  ["after asking for changes themselves", { changesRequested: [review({ state: "REQUEST_CHANGES", submittedAt: 15_000 })] }, counts],
];

test.each(ROWS)("%s", (_, change, verdict) => {
  expect(judgeStatement(input(change))).toMatchObject(verdict);
});

test("a comment stands only while it is there, by its author, with the words and the times of its creation", () => {
  const said = { author: ALICE, body: "/approve", createdAt: 20_000, updatedAt: 20_000 };
  expect(commentStanding(approval(), said)).toBe("stands");
  expect(commentStanding(approval(), undefined)).toBe("gone");
  expect(commentStanding(approval(), { ...said, updatedAt: 21_000 })).toBe("edited");
  expect(commentStanding(approval(), { ...said, body: "/approve keep" })).toBe("edited");
  expect(commentStanding(approval(), { ...said, author: BOB })).toBe("edited");
});

test.each([
  [{}, "stands"],
  [{ dismissed: true }, "dismissed"],
  [{ stale: true }, "stale"],
  [{ commit: OLD }, "stale"],
  [{ official: false }, "unofficial"],
  [{ state: "REQUEST_CHANGES" }, "no-approval"],
  [{ state: "COMMENT" }, "no-approval"],
])("a review that is %j: %s", (change, standing) => {
  expect(reviewStanding(review(change), HEAD)).toBe(standing);
});

test("a request for changes blocks until its author approves, or it is dismissed; one of a reader never does", () => {
  const no = review({ state: "REQUEST_CHANGES", submittedAt: 1000 });
  expect(changesRequestedBy([no])).toEqual([no]);
  expect(changesRequestedBy([review({ submittedAt: 2000 }), no])).toEqual([]);
  expect(changesRequestedBy([review({ state: "COMMENT", submittedAt: 2000 }), no])).toEqual([no]);
  expect(changesRequestedBy([{ ...no, dismissed: true }])).toEqual([]);
  expect(changesRequestedBy([{ ...no, official: false }])).toEqual([]);
});

test("of several statements the newest by an allowed person on this head is in force", () => {
  const yes = approval({ sourceId: 5 });
  const no = approval({ sourceId: 6, verb: "reject", author: BOB });
  const by = (allowed: number[]) => ({ head: HEAD, allowed: new Set(allowed) });
  expect(latestStatement([no, yes], by([ALICE.id, BOB.id]))).toBe(no);
  expect(latestStatement([no, yes], by([ALICE.id]))).toBe(yes);
  expect(latestStatement([yes, approval({ sourceId: 9, verb: "unknown" })], by([ALICE.id]))).toBe(yes);
  expect(latestStatement([approval({ sourceId: 9, head: OLD }), yes], by([ALICE.id]))).toBe(yes);
  expect(latestStatement([yes, { ...no, head: undefined }], by([ALICE.id, BOB.id]))?.verb).toBe("reject");
  const sameSecond = approval({ source: "review", sourceId: 1, author: BOB });
  const rejected = { ...yes, verb: "reject" as const };
  expect(latestStatement([sameSecond, rejected], by([ALICE.id, BOB.id]))).toBe(rejected);
  expect(latestStatement([rejected, sameSecond], by([ALICE.id, BOB.id]))).toBe(rejected);
  expect(latestStatement([], by([ALICE.id]))).toBeUndefined();
});
