/** A plan as branch, commit and pull request, exactly the planned tree; and closing what is ours (engine.md 6). */
import { ProposalRequested, type ProposalRequest } from "./core/events/catalog.ts";
import { changeOf } from "./core/engine/changes.ts";
import type { Result } from "./core/engine/results.ts";
import type { Forge, MadeCommit, PullRequest } from "./core/ports/forge.ts";
import type { Change } from "./core/records/change.ts";
import { formatObject } from "./core/records/fields.ts";
import type { Plan } from "./core/records/plan.ts";
import { causeOf, newestPullHasItsRun } from "./core/proposal/adopted.ts";
import { turnedDownBefore } from "./core/proposal/not-again.ts";
import { claimedThings } from "./core/proposal/claimed-things.ts";
import { commitMessageOf, pullRequestOf } from "./core/proposal/words.ts";
import { defineFunction, type Effect } from "./core/shell/define-function.ts";
import { noteTouched } from "./core/shell/touched.ts";
import { takeLocks } from "./core/shell/locks.ts";
import { readRun } from "./core/shell/runs.ts";
import { Retryable, Terminal } from "./core/shell/outcome.ts";
import type { Shell } from "./core/shell/shell.ts";

export interface ProposeDeps {
  readonly shell: Shell;
  /** The user that may push `anchorwatch/*` and open pull requests, nothing more. */
  readonly forge: Forge;
}

export const changePropose = defineFunction({
  name: "change-propose",
  consumes: ProposalRequested,
  limitMs: 50_000,
  async handle(effect: Effect<ProposalRequest>, deps: ProposeDeps): Promise<Result> {
    const change = changeOf(effect.run, effect.data.change);
    if (!change) throw new Terminal(`run ${effect.runId} has no change ${effect.data.change}`);
    if (effect.data.mode === "close") return await close(effect, change, deps);
    const plan = await deps.shell.store.read("Plan", effect.data.plan);
    if (!plan) throw new Terminal(`plan ${effect.data.plan} is gone`);
    if (plan.record.mode === "observe") throw new Terminal("the policy's mode is `observe`: nothing is proposed");
    return await open(effect, { change, plan: plan.record }, deps);
  },
});

interface Proposal {
  readonly change: Change;
  readonly plan: Plan;
}

async function open(effect: Effect<ProposalRequest>, proposal: Proposal, deps: ProposeDeps): Promise<Result> {
  const { forge, shell } = deps;
  const { repository, branch } = proposal.change;
  if (!(await newestPullHasItsRun(forge, shell.store, repository))) throw new Retryable("the newest pull request of ours has no run in the store", 1);
  const before = await forge.pullRequestsOf(repository, branch, "all");
  const known = before.find((pull) => pull.state === "open") ?? before[0];
  const settled = settledAlready(effect, before, known) ?? (await claim(effect, proposal, shell));
  if (settled) return settled;
  const head = await ensureCommit(effect, proposal, forge);
  if (typeof head !== "string") return head;
  const opened = known ?? (await openPull(effect, { ...proposal, head }, deps));
  return { result: "proposed", pullRequest: opened.number, head };
}

/** What people have done with its pull request meanwhile. */
function settledAlready(effect: Effect<unknown>, before: readonly PullRequest[], known: PullRequest | undefined): Result | undefined {
  const merged = before.find((pull) => pull.merged);
  if (merged?.mergeCommit !== undefined)
    return { result: "merged", commit: merged.mergeCommit, by: merged.mergedBy?.login ?? "somebody", at: merged.mergedAt ?? effect.now };
  // A person was faster than our knowing that it is open: their no stands, and the next look finds it.
  return known?.state === "closed" ? { result: "proposed", pullRequest: known.number, head: known.head.sha } : undefined;
}

/** Takes what it touches. @returns why it must not be proposed, if so */
async function claim(effect: Effect<unknown>, { change, plan }: Proposal, shell: Shell): Promise<Result | undefined> {
  const { trigger } = effect.run.spec;
  // Who asks for a new attempt has seen what became of the one before.
  const mayRepeat = change.inverseOf !== undefined || trigger.kind === "comment";
  const turnedDown = mayRepeat ? undefined : await turnedDownBefore(shell, effect.runId, plan);
  if (turnedDown) return { result: "not-again", ...turnedDown };
  const cause = await causeOf(shell.store, effect.run, change);
  const locked = await takeLocks(shell, effect.runId, claimedThings(plan, cause));
  if (locked !== "held" && locked.by === trigger.of) throw new Retryable("the attempt before this one is still being closed", 0.1);
  if (locked !== "held") return await heldBy(shell, locked.by);
  const objects = plan.effects.map(({ object }) => formatObject(object));
  await noteTouched(shell, effect.runId, objects);
  return undefined;
}

/** With the place where the other run talks, so that what this one found is said there. */
async function heldBy(shell: Shell, by: string): Promise<Result> {
  const holder = await readRun(shell, by);
  const thread = holder === undefined || holder === "corrupt" ? undefined : holder.record.thread;
  return { result: "held", by, ...(thread && { thread }) };
}

/** The branch at the plan's base with one commit of the planned tree. @returns the commit, or what is in the way */
async function ensureCommit(effect: Effect<ProposalRequest>, { change, plan }: Proposal, forge: Forge): Promise<string | Result> {
  const { repository, branch } = change;
  await effect.guard();
  if (!(await forge.branch(repository, branch))) await forge.createBranch(repository, branch, plan.baseCommit);
  const tip = await forge.branch(repository, branch);
  if (!tip) throw new Retryable(`branch ${branch} was made and is not there`);
  if (isPlanned(tip, plan)) return tip.id;
  if (tip.id !== plan.baseCommit) return { result: "head-moved", head: tip.id };
  await effect.guard();
  const files = plan.files.map((file) => ({
    path: file.path,
    operation: file.operation,
    ...(file.after !== undefined && { content: file.after }),
    ...(file.baseBlob !== undefined && { blob: file.baseBlob }),
  }));
  const made = await forge.commitFiles(repository, { branch, message: commitMessageOf(effect, { change, plan }), files });
  if (isPlanned(made, plan)) return made.id;
  await forge.deleteBranch(repository, branch);
  return { result: "replan", words: `the commit's tree is ${made.tree}, planned was ${plan.headTree}` };
}

function isPlanned(commit: MadeCommit, plan: Plan): boolean {
  return commit.tree === plan.headTree && commit.parents.length === 1 && commit.parents[0] === plan.baseCommit;
}

async function openPull(effect: Effect<ProposalRequest>, proposal: Proposal & { head: string }, deps: ProposeDeps): Promise<PullRequest> {
  const { repository, branch, baseRef } = proposal.change;
  const words = await pullRequestOf(deps.shell.store, effect, proposal);
  await effect.guard();
  const opened = await deps.forge.openPullRequest(repository, { ...words, head: branch, base: baseRef });
  const found = opened ?? (await deps.forge.pullRequestsOf(repository, branch, "open"))[0];
  if (!found) throw new Retryable(`the pull request of ${branch} is open and not found`);
  return found;
}

/** Closes our pull request and deletes the branch, if its head is still ours: a person's commits are theirs. */
async function close(effect: Effect<ProposalRequest>, change: Change, { forge }: ProposeDeps): Promise<Result> {
  const { repository, branch } = change;
  const pulls = await forge.pullRequestsOf(repository, branch, "open");
  await effect.guard();
  for (const pull of pulls) await forge.closePullRequest(repository, pull.number);
  const tip = await forge.branch(repository, branch);
  const ours = tip !== undefined && (tip.id === change.head || tip.tree === change.planned?.headTree || tip.id === change.planned?.baseCommit);
  if (ours) await forge.deleteBranch(repository, branch);
  return { result: "pull-closed" };
}
