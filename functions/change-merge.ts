/** Looks at the pull request, and merges exactly the approved head once everything has been judged again (design 8.6, engine.md 5 and 6). */
import { MergeRequested, type MergeRequest } from "./core/events/catalog.ts";
import { changeOf } from "./core/engine/changes.ts";
import type { Result } from "./core/engine/results.ts";
import { authorityFor } from "./core/judgement/authority.ts";
import { driftOf } from "./core/judgement/drift.ts";
import type { Forge, PullRequest } from "./core/ports/forge.ts";
import type { Git } from "./core/ports/git.ts";
import type { Change } from "./core/records/change.ts";
import type { Plan } from "./core/records/plan.ts";
import { newestPullHasItsRun } from "./core/proposal/adopted.ts";
import { lookAtPull } from "./core/proposal/pull-look.ts";
import { survey } from "./core/proposal/survey.ts";
import { mergeWordsOf } from "./core/proposal/words.ts";
import { defineFunction, type Effect } from "./core/shell/define-function.ts";
import { Retryable, Terminal } from "./core/shell/outcome.ts";
import type { Shell } from "./core/shell/shell.ts";

export interface MergeDeps {
  readonly shell: Shell;
  /** The merge user. */
  readonly forge: Forge;
  /** The token that may ask for permissions. */
  readonly permissions: Forge;
  readonly git: Git;
  readonly ourUserIds: readonly number[];
  readonly proposerId: number;
}

export const changeMerge = defineFunction({
  name: "change-merge",
  consumes: MergeRequested,
  limitMs: 50_000,
  async handle(effect: Effect<MergeRequest>, deps: MergeDeps): Promise<Result> {
    const { data } = effect;
    if (data.mode === "look-all") {
      await survey(effect, data.repository, deps);
      return { result: "surveyed" };
    }
    const change = changeOf(effect.run, data.change);
    if (change?.pullRequest === undefined) throw new Terminal(`change ${data.change} has no pull request`);
    const pull = await deps.forge.pullRequest(change.repository, change.pullRequest);
    if (!pull) throw new Terminal(`pull request ${change.repository.name}#${change.pullRequest} is gone`);
    const seen = await lookAtPull(effect, { change, pull }, deps);
    const untouched = seen.state === "open" && seen.head === change.head && seen.baseRef === change.baseRef;
    return data.mode === "look" || !untouched ? { result: "pull-seen", seen } : await merge(effect, { change, pull }, deps);
  },
});

async function merge(effect: Effect<MergeRequest>, at: { change: Change; pull: PullRequest }, deps: MergeDeps): Promise<Result> {
  const { change, pull } = at;
  const { repository } = change;
  if (!(await newestPullHasItsRun(deps.forge, deps.shell.store, repository))) throw new Retryable("the newest pull request of ours has no run in the store", 1);
  const authority = await authorityFor(effect, at, deps);
  if ("result" in authority) return authority;
  await effect.guard();
  const outcome = await deps.forge.merge(repository, pull.number, { head: pull.head.sha, ...mergeWordsOf(effect, at) });
  switch (outcome.kind) {
    case "merged":
      return await readMerge(effect, { ...at, plan: authority.plan }, deps);
    case "head-moved": {
      const now = await deps.forge.pullRequest(repository, pull.number);
      return { result: "head-moved", head: now?.head.sha ?? pull.head.sha };
    }
    case "checking":
      throw new Retryable("the forge is still checking whether it can merge", 0.1);
    case "conflicted":
      if (await mergesInGit(deps.git, authority.plan, pull)) throw new Retryable("the forge takes it for a conflict while it is still checking", 0.2);
      return { result: "conflicted", words: outcome.message };
    case "blocked":
      return { result: "blocked", words: outcome.message };
    case "gone":
      throw new Retryable("the forge says that the pull request is gone or closed");
  }
}

/**
 * A merge makes the forge check every open pull request again, and until one's turn comes it looks like a conflict (contracts 12.1): on a
 * small machine with many of them for longer than anybody waits. So Git is asked, who knows.
 */
async function mergesInGit(git: Git, { repository, baseRef }: Plan, pull: PullRequest): Promise<boolean> {
  const base = await git.resolve(repository, baseRef);
  const head = await git.resolve(repository, pull.head.sha);
  return base !== undefined && head !== undefined && (await git.mergedTree(repository, base.id, head.id)) !== undefined;
}

/** A successful merge answers with an empty body: what was merged is read afterwards, and its first parent compared (contracts 12.1). */
async function readMerge(
  effect: Effect<MergeRequest>,
  at: { change: Change; pull: PullRequest; plan: Parameters<typeof driftOf>[1] },
  deps: MergeDeps,
): Promise<Result> {
  const { repository } = at.change;
  const merged = await deps.forge.pullRequest(repository, at.pull.number);
  if (merged?.mergeCommit === undefined) throw new Retryable("merged, and the merge commit is not shown yet", 0.1);
  const drift = await driftOf(deps.git, at.plan, merged.mergeCommit);
  return {
    result: "merged",
    commit: merged.mergeCommit,
    by: merged.mergedBy?.login ?? "us",
    at: merged.mergedAt ?? effect.now,
    ...(drift !== undefined && { drift }),
  };
}
