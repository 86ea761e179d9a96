/** Gathering what a statement is judged by, live, for the two functions that judge: when it is made, and right before the merge (design 8.6). */
import { changesRequestedBy, commentStanding, reviewStanding, type Standing } from "../approval/standing.ts";
import { judgeStatement } from "../approval/judge.ts";
import type { JudgementInput, LivePermission, OtherYes, PlanView, Verdict } from "../approval/judgement.ts";
import { findShowings } from "../approval/showings.ts";
import type { Forge, PullRequest } from "../ports/forge.ts";
import type { Git } from "../ports/git.ts";
import type { Store } from "../ports/store.ts";
import type { Approval } from "../records/approval.ts";
import { codeOwnersOf } from "./code-owners.ts";
import { readPolicy } from "./read-policy.ts";

/** A yes is good for a day (safety T13). */
const VALID_MINUTES = 24 * 60;

/** Statements of one run that are read; more than that is a flood, and the newest are not believed. */
const MAX_STATEMENTS = 200;

export interface JudgementDeps {
  readonly store: Store;
  /** With the token that may ask for permissions. */
  readonly forge: Forge;
  readonly git: Git;
  /** Numeric ids of all our users: their words never count. */
  readonly ourUserIds: readonly number[];
  readonly now: number;
  readonly minuteMs: number;
}

/** Judges a recorded statement by what the forge and the records say at this moment. @throws Unavailable, Refused */
export async function judgeNow(deps: JudgementDeps, approval: Approval): Promise<Verdict> {
  const evidence = await gather(deps, approval);
  const others = await otherYes(deps, approval, evidence);
  return judgeStatement({ ...evidence, otherApprovals: others });
}

async function gather(deps: JudgementDeps, approval: Approval): Promise<JudgementInput> {
  const { forge } = deps;
  const pull = approval.isPull ? await forge.pullRequest(approval.repository, approval.number) : undefined;
  const comments = await forge.comments(approval.repository, approval.number);
  const reviews = pull ? await forge.reviews(approval.repository, approval.number) : [];
  const standing: Standing =
    approval.source === "comment"
      ? commentStanding(
          approval,
          comments.find((comment) => comment.id === approval.sourceId),
        )
      : reviewStanding(
          reviews.find((review) => review.id === approval.sourceId),
          pull?.head.sha ?? "",
        );
  const plans = pull ? await plansOfHead(deps, approval, pull) : [];
  return {
    approval,
    pull,
    isOurs: pull !== undefined && pull.head.ref.startsWith(`anchorwatch/${approval.run}-`),
    standing,
    showings: pull ? findShowings({ pull, comments, ourUserIds: deps.ourUserIds }) : [],
    plans,
    codeOwners: pull && (await ownersOf(deps, approval, { pull, plans })),
    permission: await permissionOf(deps, approval),
    policy: await readPolicy(deps.git, approval.repository, pull?.base.ref),
    ourUserIds: deps.ourUserIds,
    otherApprovals: [],
    changesRequested: changesRequestedBy(reviews),
    validForMs: VALID_MINUTES * deps.minuteMs,
    now: deps.now,
  };
}

async function ownersOf(
  deps: JudgementDeps,
  { repository }: Approval,
  at: { pull: PullRequest; plans: readonly PlanView[] },
): Promise<readonly string[] | undefined> {
  const base = await deps.git.resolve(repository, at.pull.base.ref);
  const paths = [...new Set(at.plans.flatMap((plan) => plan.files.map((file) => file.path)))];
  return base && (await codeOwnersOf(deps.git, repository, { commit: base.id, paths }));
}

async function permissionOf(deps: JudgementDeps, approval: Approval): Promise<LivePermission> {
  return await deps.forge.permission(approval.repository, approval.author.login);
}

/** Plans of this run whose tree is the head's: made for the head, or the plan that the head was committed from. */
async function plansOfHead(deps: JudgementDeps, approval: Approval, pull: PullRequest): Promise<readonly PlanView[]> {
  const plans = await deps.store.list("Plan", { where: { run: approval.run }, limit: MAX_STATEMENTS });
  const branch = await deps.forge.branch(approval.repository, pull.head.ref);
  const tree = branch?.id === pull.head.sha ? branch.tree : undefined;
  return plans.items.map((plan) => plan.record).filter((plan) => plan.head === pull.head.sha || (plan.head === undefined && plan.headTree === tree));
}

/** Other people's yes on the same head, each judged by the same rules. */
async function otherYes(deps: JudgementDeps, approval: Approval, evidence: JudgementInput): Promise<readonly OtherYes[]> {
  const required = evidence.policy.approvers.some((rule) => (rule.required ?? 1) > 1);
  if (!required || approval.verb !== "approve") return [];
  const recorded = await deps.store.list("Approval", { where: { run: approval.run }, limit: MAX_STATEMENTS });
  const candidates = recorded.items
    .map((item) => item.record)
    .filter((other) => other.verb === "approve" && other.author.id !== approval.author.id && other.head === approval.head);
  const found: OtherYes[] = [];
  for (const other of candidates) {
    const verdict = judgeStatement(await gather(deps, other));
    if (verdict.verdict === "counts" || verdict.verdict === "waits") found.push({ user: other.author.id, head: verdict.head, digest: verdict.digest });
  }
  return found;
}
