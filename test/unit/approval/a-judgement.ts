/** A judgement in which everything is in order; each test changes one thing. */
import type { JudgementInput, PlanView, PullView } from "../../../functions/core/approval/judgement.ts";
import { APPROVAL_VALID_MS } from "../../../functions/core/approval/judgement.ts";
import type { ReviewView } from "../../../functions/core/approval/standing.ts";
import type { Approval } from "../../../functions/core/records/approval.ts";

export const HEAD = "a".repeat(40);
export const OLD = "b".repeat(40);
export const DIGEST = "1".repeat(64);
export const OUR_ID = 2;
export const ALICE = { id: 7, login: "alice" };
export const BOB = { id: 8, login: "bob" };

export const pull: PullView = {
  state: "open",
  merged: false,
  draft: false,
  author: { id: OUR_ID },
  head: { ref: "anchorwatch/0123456789abcdef0123456789abcdef-1", sha: HEAD },
  base: { ref: "main", sha: OLD },
};

export function approval(change: Partial<Approval> = {}): Approval {
  return {
    schema: 1,
    run: "0123456789abcdef0123456789abcdef",
    repository: { id: 1, name: "home/gitops" },
    number: 3,
    isPull: true,
    source: "comment",
    sourceId: 5,
    author: ALICE,
    verb: "approve",
    argument: "",
    head: HEAD,
    baseRef: "main",
    saidAt: 20_000,
    recordedAt: 20_100,
    ...change,
  };
}

export function plan(change: Partial<PlanView> = {}): PlanView {
  return {
    digest: DIGEST,
    tier: "risky",
    baseRef: "main",
    effects: [{ object: { kind: "Deployment", namespace: "web", name: "shop" }, field: "spec.replicas", before: "1", after: "2" }],
    files: [{ path: "apps/shop/deployment.yaml", operation: "update", before: "", after: "", removed: [], added: [] }],
    ...change,
  };
}

export function review(change: Partial<ReviewView> = {}): ReviewView {
  return { author: ALICE, state: "APPROVED", commit: HEAD, stale: false, official: true, dismissed: false, submittedAt: 20_000, ...change };
}

export function input(change: Partial<JudgementInput> = {}): JudgementInput {
  return {
    approval: approval(),
    pull,
    isOurs: true,
    standing: "stands",
    showings: [{ head: HEAD, digest: DIGEST, shownAt: 10_000 }],
    plans: [plan()],
    permission: { permission: "write", user: ALICE },
    policy: { approvers: [], allowSelf: false, bots: [] },
    ourUserIds: [1, OUR_ID],
    otherApprovals: [],
    changesRequested: [],
    validForMs: APPROVAL_VALID_MS,
    now: 30_000,
    ...change,
  };
}
