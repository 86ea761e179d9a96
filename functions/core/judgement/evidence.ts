/** Gathering what a statement is judged by, live, for the two functions that judge: when it is made, and right before the merge (design 8.6). */
import { changesRequestedBy, commentStanding, reviewStanding, type Standing } from "../approval/standing.ts";
import { judgeStatement } from "../approval/judge.ts";
import type { JudgementInput, LivePermission, OtherYes, PlanView, Verdict } from "../approval/judgement.ts";
import { findShowings, type Showing } from "../approval/showings.ts";
import type { Comment, PullRequest, Review } from "../ports/forge.ts";
import type { Approval, UserRef } from "../records/approval.ts";
import type { Run } from "../records/run.ts";
import { codeOwnersOf } from "./code-owners.ts";
import { electorateFacts } from "./electorate-facts.ts";
import type { JudgementDeps } from "./judgement-deps.ts";
import { POLICY_PATH, readPolicy } from "./read-policy.ts";
import { usagesFor, viewOfCommand } from "./view-of-command.ts";
import { viewOfRun } from "./view-of-run.ts";

/** A yes is good for a day (safety T13). */
const VALID_MINUTES = 24 * 60;

/** Statements of one run that are read; more than that is a flood, and the newest are not believed. */
const MAX_STATEMENTS = 200;

/** Judges a recorded statement by what the forge and the records say at this moment. @throws Unavailable, Refused */
export async function judgeNow(deps: JudgementDeps, approval: Approval): Promise<Verdict> {
  const evidence = await gather(deps, approval);
  const others = await otherYes(deps, approval, evidence);
  return judgeStatement({ ...evidence, otherApprovals: others });
}

async function gather(deps: JudgementDeps, approval: Approval): Promise<JudgementInput> {
  const comments = await deps.forge.comments(approval.repository, approval.number);
  const run = (await deps.store.read("Run", approval.run))?.record;
  const shown = await pullEvidence(deps, approval, { comments, run });
  const { pull, plans, codeOwners, reviews } = shown;
  const said = approval.source === "comment" ? comments.find(({ id }) => id === approval.sourceId) : reviews.find(({ id }) => id === approval.sourceId);
  const policy = await readPolicy(deps.git, approval.repository, pull?.base.ref ?? approval.baseRef ?? run?.spec.baseRef);
  const permission = await permissionOf(deps, approval, said?.author);
  const switchPaths = plans.length === 0 ? [POLICY_PATH] : plans.flatMap(({ files }) => files.map(({ path }) => path));
  return {
    approval,
    ...shown,
    standing: standingOf(approval, { comments, reviews, head: pull?.head.sha ?? "" }),
    permission,
    ...(await electorateFacts(deps, approval, { policy, codeOwners, plans, permission, run, switchPaths })),
    run: run && (await viewOfRun(deps.store, approval.run, run)),
    asked: run && viewOfCommand(run, approval),
    ofWorkflows: await usagesFor(deps.store, approval),
    switchPaths,
    policy,
    ourUserIds: deps.ourUserIds,
    otherApprovals: [],
    changesRequested: changesRequestedBy(reviews),
    validForMs: VALID_MINUTES * deps.minuteMs,
    now: deps.now,
  };
}

type OfPull = Pick<JudgementInput, "isOurs" | "showings" | "plans" | "codeOwners"> & {
  readonly pull: PullRequest | undefined;
  readonly reviews: readonly Review[];
};

const NO_PULL: OfPull = { pull: undefined, isOurs: false, reviews: [], showings: [], plans: [], codeOwners: undefined };

/** What only a pull request has: an issue has none of it. */
async function pullEvidence(deps: JudgementDeps, approval: Approval, at: { comments: readonly Comment[]; run: Run | undefined }): Promise<OfPull> {
  const pull = approval.isPull ? await deps.forge.pullRequest(approval.repository, approval.number) : undefined;
  if (!pull) return NO_PULL;
  const plans = await plansOfHead(deps, approval, pull);
  return {
    pull,
    isOurs: isChangeOf(at.run, approval, pull),
    reviews: await deps.forge.reviews(approval.repository, approval.number),
    showings: showingsSince(at.run, findShowings({ pull, comments: at.comments, ourUserIds: deps.ourUserIds })),
    plans,
    codeOwners: await ownersOf(deps, approval, { pull, plans }),
  };
}

/** The branch's name alone says nothing: another repository may have a branch of that name, and a pull request of that number (safety T12). */
function isChangeOf(run: Run | undefined, { repository }: Approval, pull: PullRequest): boolean {
  return run?.changes.some((change) => change.repository.id === repository.id && change.branch === pull.head.ref) === true;
}

function standingOf(approval: Approval, now: { comments: readonly Comment[]; reviews: readonly Review[]; head: string }): Standing {
  if (approval.source === "comment")
    return commentStanding(
      approval,
      now.comments.find((comment) => comment.id === approval.sourceId),
    );
  return reviewStanding(
    now.reviews.find((review) => review.id === approval.sourceId),
    now.head,
  );
}

/** A run that was made again asks anew: what was shown in its first life binds nobody (design 5.4). */
function showingsSince(run: Run | undefined, showings: readonly Showing[]): readonly Showing[] {
  const since = run?.adoptedAt;
  return since === undefined ? showings : showings.filter((showing) => showing.shownAt >= Math.floor(since / 1000) * 1000);
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

/** Asked for under the name that the account has now: a renamed person is still the same (safety T9). */
async function permissionOf(deps: JudgementDeps, approval: Approval, now: UserRef | undefined): Promise<LivePermission> {
  const login = now?.id === approval.author.id ? now.login : approval.author.login;
  return await deps.forge.permission(approval.repository, login);
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
