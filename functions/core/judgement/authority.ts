/** By what right a merge may happen, from Plans, Approvals and the forge alone: nothing of the run is believed (design 5.5). */
import { latestStatement } from "../approval/statements.ts";
import type { Verdict } from "../approval/judgement.ts";
import type { Result } from "../engine/results.ts";
import type { RefusalCode } from "../approval/replies.ts";
import { tierOf } from "../policy/tier-of.ts";
import type { PullRequest } from "../ports/forge.ts";
import type { Approval } from "../records/approval.ts";
import type { Change } from "../records/change.ts";
import type { Plan } from "../records/plan.ts";
import type { Effect } from "../shell/define-function.ts";
import { Retryable } from "../shell/outcome.ts";
import { coveringPlan } from "./covered-inverse.ts";
import { judgeNow } from "./evidence.ts";
import type { JudgementDeps } from "./judgement-deps.ts";
import type { MergeAuthorityDeps } from "./authority-deps.ts";
import { ownDigest } from "./own-merge.ts";
import { readPolicy } from "./read-policy.ts";
import { isSaidOn } from "./statements.ts";

interface At {
  readonly change: Change;
  readonly pull: PullRequest;
}

/** The plan that may be merged now, or what the engine is told instead. @throws Unavailable, Refused, Retryable */
export async function authorityFor(effect: Effect<unknown>, at: At, deps: MergeAuthorityDeps): Promise<{ readonly plan: Plan } | Result> {
  const { repository } = at.change;
  const base = await deps.forge.branch(repository, at.pull.base.ref);
  if (!base) return { result: "blocked", words: `branch ${at.pull.base.ref} is gone` };
  const plans = await plansOfPull(effect, at, deps);
  const policy = await readPolicy(deps.git, repository, base.id);
  if (policy.mode === "observe") return { result: "not-approved", words: "The policy's mode is `observe`, so I merge nothing. A person may." };
  const covered = await coveringPlan(effect, { ...at, plans }, deps);
  const approved = covered ?? (await approvedDigest(effect, at, deps));
  const own = typeof approved === "string" ? undefined : await ownDigest(effect, { ...at, plans, policy }, deps);
  const digest = own ?? approved;
  if (typeof digest !== "string") return digest;
  const plan = plans.find((candidate) => candidate.digest === digest && candidate.baseCommit === base.id);
  if (!plan) return { result: "base-moved", base: base.id };
  const { tier, reasons } = tierOf(plan, policy);
  const isAllowed = own === undefined ? covered !== undefined || tier !== "forbidden" : tier === "safe";
  if (!isAllowed) return { result: "not-approved", words: `Only a person may merge this: ${reasons[0] ?? "the policy says so"}.` };
  return { plan };
}

/** Plans of this run for the head that stands: made for it, or the one that it was committed from. */
async function plansOfPull(effect: Effect<unknown>, { pull, change }: At, deps: MergeAuthorityDeps): Promise<readonly Plan[]> {
  const head = await deps.forge.branch(change.repository, pull.head.ref);
  if (head?.id !== pull.head.sha) throw new Retryable("the branch and the pull request show different heads", 0.1);
  const plans = await deps.shell.store.list("Plan", { where: { run: effect.runId }, limit: 100 });
  const here = plans.items.map((plan) => plan.record).filter((plan) => plan.repository.id === change.repository.id);
  return here.filter((plan) => plan.head === head.id || (plan.head === undefined && plan.headTree === head.tree));
}

/** The next look sees what it is: it was open when this one began. */
const MOVED_ON: ReadonlySet<RefusalCode> = new Set(["merged", "closed"]);

/** What says yes or no to a change; everything else that people say decides nothing about a merge. */
const SPEAKS: ReadonlySet<Approval["verb"]> = new Set(["approve", "reject"]);

/** The digest that the newest statement in force approves, judged again now. */
async function approvedDigest(effect: Effect<unknown>, { change, pull }: At, deps: MergeAuthorityDeps): Promise<string | Result> {
  const recorded = await deps.shell.store.list("Approval", { where: { run: effect.runId }, limit: 200 });
  const approvals = recorded.items
    .map((item) => item.record)
    .filter((approval) => isSaidOn(approval, change.repository, pull.number) && SPEAKS.has(approval.verb));
  const judging: JudgementDeps = {
    store: deps.shell.store,
    forge: deps.permissions,
    git: deps.git,
    ourUserIds: deps.ourUserIds,
    now: effect.now,
    minuteMs: effect.minuteMs,
  };
  const verdicts = new Map<Approval, Verdict>();
  for (const approval of approvals) verdicts.set(approval, await judgeNow(judging, approval));
  const retry = [...verdicts.values()].find((verdict) => verdict.verdict === "retry");
  if (retry?.verdict === "retry") throw new Retryable(retry.because);
  const moved = [...verdicts.values()].some((verdict) => verdict.verdict === "refused" && MOVED_ON.has(verdict.code));
  if (moved) throw new Retryable("the pull request moved on while it was judged", 0.1);
  const counted = [...verdicts].filter(([, verdict]) => ["counts", "waits", "reject"].includes(verdict.verdict)).map(([approval]) => approval);
  const allowed = new Set(counted.map((approval) => approval.author.id));
  const newest = latestStatement(counted, { head: pull.head.sha, allowed });
  const verdict = newest && verdicts.get(newest);
  if (verdict?.verdict === "counts") return verdict.digest;
  if (verdict?.verdict === "waits") return { result: "blocked", words: verdict.missing };
  if (verdict?.verdict === "reject") return { result: "not-approved", words: "It was rejected after it was approved." };
  return { result: "not-approved", words: refusalWords(verdicts) };
}

function refusalWords(verdicts: ReadonlyMap<Approval, Verdict>): string {
  const refused = [...verdicts.values()].findLast((verdict) => verdict.verdict === "refused");
  return refused?.verdict === "refused" ? refused.reply : "The approval does not stand any more. Approve again, if it is still right.";
}
