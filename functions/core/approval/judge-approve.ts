/** Judges a yes: is this the pull request, the commit, the plan and the person that it takes (design 8.6). */
import { type Electorate, isApprover, isOnlyApprover, requiredYes } from "./approvers.ts";
import { type JudgementInput, type PlanView, type PullView, type Verdict, refuse, retry } from "./judgement.ts";
import type { RefusalCode } from "./replies.ts";
import { boundDigest } from "./showings.ts";
import type { Standing } from "./standing.ts";

/** Kinds whose deletion loses data that no commit brings back; a namespace takes its volumes along. */
const DATA_KINDS: ReadonlySet<string> = new Set(["PersistentVolumeClaim", "PersistentVolume", "Namespace"]);

/** Where imperative operations stand in Git (design 8.5). */
const OPERATIONS = /(^|\/)operations\//;

/** Tells whether a plan deletes data or works on nodes, so that the commit has to be named. */
export function needsCommit(plan: PlanView): boolean {
  const isDeletion = plan.effects.some(
    ({ object, field, before, after }) => DATA_KINDS.has(object.kind) && field === "" && before !== undefined && after === undefined,
  );
  const isOnNode = plan.effects.some(({ object }) => object.kind === "Node");
  return isDeletion || isOnNode || plan.files.some((file) => OPERATIONS.test(file.path));
}

const FALLEN: Readonly<Record<Exclude<Standing, "stands" | "unavailable">, RefusalCode>> = {
  edited: "edited",
  gone: "gone",
  dismissed: "review-dismissed",
  stale: "review-stale",
  unofficial: "review-unofficial",
  "no-approval": "no-approval",
};

function judgeStanding(input: JudgementInput): Verdict | undefined {
  if (input.standing === "stands") return undefined;
  if (input.standing === "unavailable") return retry("the forge did not show the statement");
  return refuse(FALLEN[input.standing], input);
}

function judgePull(input: JudgementInput, pull: PullView): Verdict | undefined {
  if (!input.isOurs || !input.ourUserIds.includes(pull.author.id)) return refuse("not-ours", input);
  if (pull.merged) return refuse("merged", input);
  if (pull.state === "closed") return refuse("closed", input);
  return pull.draft ? refuse("draft", input) : undefined;
}

function namesCommit(argument: string): boolean {
  return argument !== "" && argument !== "keep";
}

/** The commit that was approved is the one that stands now: by the signed delivery, or named in full where that told no head. */
function judgeHead(input: JudgementInput, pull: PullView): Verdict | undefined {
  const { head, argument } = input.approval;
  const current = pull.head.sha;
  if (namesCommit(argument) && !current.startsWith(argument)) return refuse("wrong-commit", input);
  if (head === undefined) return argument === current ? undefined : refuse("no-head", input);
  return head === current ? undefined : refuse("old-head", input);
}

function judgeBase(input: JudgementInput, at: { pull: PullView; plan: PlanView }): Verdict | undefined {
  const base = at.pull.base.ref;
  const said = input.approval.baseRef ?? base;
  return said === base && at.plan.baseRef === base ? undefined : refuse("base-changed", input);
}

function judgeTier(input: JudgementInput, plan: PlanView): Verdict | undefined {
  if (plan.tier === "forbidden") return refuse("forbidden", input);
  return needsCommit(plan) && !namesCommit(input.approval.argument) ? refuse("needs-commit", input) : undefined;
}

function electorateOf(input: JudgementInput, plan: PlanView): Electorate {
  return { policy: input.policy, codeOwners: input.codeOwners, writers: input.writers, paths: plan.files.map((file) => file.path) };
}

function judgePerson(input: JudgementInput, plan: PlanView): Verdict | undefined {
  const electorate = electorateOf(input, plan);
  const { approval, policy, triggeredBy, permission } = input;
  // The name that the forge gave to this id just now; the one in the delivery may be an old one.
  const user = typeof permission === "object" ? permission.user : approval.author;
  if (!isApprover({ user, teams: input.teams ?? [] }, electorate)) return refuse(input.hiddenTeams?.length ? "team-hidden" : "not-approver", input);
  const isSelf = triggeredBy === approval.author.id && plan.tier === "risky";
  return isSelf && !policy.allowSelf && !isOnlyApprover(user, electorate) ? refuse("started-it", input) : undefined;
}

function judgeAge(input: JudgementInput): Verdict | undefined {
  return input.now > input.approval.saidAt + input.validForMs ? refuse("expired", input) : undefined;
}

/** People who asked for changes; a person's own later yes takes back their own request. */
function missingReviews({ changesRequested, approval }: JudgementInput): string[] {
  const standing = changesRequested.filter((review) => review.author.id !== approval.author.id || review.submittedAt >= approval.saidAt);
  return standing.map((review) => `${review.author.login.replace(/[^\w.-]/g, "")} asked for changes in a review, which has to be withdrawn or dismissed`);
}

function missingPeople(input: JudgementInput, plan: PlanView): string[] {
  const required = requiredYes(electorateOf(input, plan));
  const others = input.otherApprovals.filter((other) => other.head === headOf(input) && other.digest === plan.digest);
  const people = new Set([input.approval.author.id, ...others.map((other) => other.user)]).size;
  return people >= required ? [] : [`${required} people have to approve, and ${people === 1 ? "one has" : `${people} have`} so far`];
}

function headOf({ approval, pull }: JudgementInput): string {
  return approval.head ?? (typeof pull === "object" ? pull.head.sha : "");
}

function accept(input: JudgementInput, plan: PlanView): Verdict {
  const bound = { digest: plan.digest, head: headOf(input), keep: input.approval.argument === "keep" };
  const missing = [...missingReviews(input), ...missingPeople(input, plan)].join("; ");
  return missing === "" ? { verdict: "counts", ...bound } : { verdict: "waits", ...bound, missing };
}

/** What was shown is what is approved: the plan that the person had before their eyes has to be one of this head's. */
function judgePlan(input: JudgementInput, pull: PullView): Verdict {
  const digest = boundDigest(input.showings, { head: headOf(input), saidAt: input.approval.saidAt });
  if (digest === undefined) return refuse("not-shown", input);
  const plan = input.plans.find((candidate) => candidate.digest === digest);
  if (plan === undefined) return refuse("unknown-plan", input);
  return judgeBase(input, { pull, plan }) ?? judgeTier(input, plan) ?? judgePerson(input, plan) ?? judgeAge(input) ?? accept(input, plan);
}

/** Judges a yes of a person who may write. The caller compares the digest that `counts` with the plan that it is about to merge. */
export function judgeApprove(input: JudgementInput): Verdict {
  const { pull } = input;
  if (pull === "unavailable") return retry("the forge did not show the pull request");
  if (pull === undefined) return refuse("no-pull-request", input);
  return judgePull(input, pull) ?? judgeStanding(input) ?? judgeHead(input, pull) ?? judgePlan(input, pull);
}

/** `/approve keep` after the merge turns off the taking back, nothing else; before the merge it is a yes as well. */
export function judgeKeep(input: JudgementInput): Verdict | undefined {
  const { pull } = input;
  return typeof pull === "object" && pull.merged && input.isOurs ? { verdict: "keep" } : undefined;
}
