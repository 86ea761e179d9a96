/** The commits between two deploys that changed an app's path, along first parents: a merge counts as one change, as it was merged. */
import type { Git } from "../ports/git.ts";
import type { RepositoryRef } from "../records/fields.ts";
import type { Commit } from "../records/source.ts";
import type { AppCommit } from "../triage/remedies/suspects.ts";

/** Commits of a window that are looked at; a window with more needs a person. */
const MAX_COMMITS = 100;

export interface Window {
  readonly repository: RepositoryRef;
  readonly from: string;
  readonly to: string;
  readonly path: string;
}

/** Reads them newest first, or says why the window cannot be read. @throws Unavailable, Refused */
export async function appCommits(
  git: Git,
  { repository, from, to, path }: Window,
): Promise<{ readonly commits: readonly AppCommit[] } | { readonly refusal: string }> {
  for (const commit of [from, to])
    if (!(await git.resolve(repository, commit))) return { refusal: `the deployed commit ${commit.slice(0, 10)} is not in ${repository.name} any more` };
  if (!(await git.isAncestor(repository, from, to)))
    return { refusal: `the deploy ${to.slice(0, 10)} does not follow from ${from.slice(0, 10)}: the branch was rewritten` };
  const log = await git.log(repository, { from, to, path: "", limit: MAX_COMMITS + 1 });
  const chain = firstParents(log, from, to);
  if (!chain || log.length > MAX_COMMITS)
    return {
      refusal: `there are more than ${MAX_COMMITS} commits between the deploys ${from.slice(0, 10)} and ${to.slice(0, 10)}, or they do not follow from each other`,
    };
  const commits: AppCommit[] = [];
  for (const commit of chain) {
    const parent = commit.parents[0];
    const files = parent === undefined ? [] : await git.diff(repository, parent, commit.id, path);
    if (files.length > 0) commits.push({ commit, files });
  }
  return { commits };
}

/** The chain of first parents from `to` down to `from`, which is not in it; undefined when it does not get there. */
function firstParents(log: readonly Commit[], from: string, to: string): readonly Commit[] | undefined {
  const byId = new Map(log.map((commit) => [commit.id, commit]));
  const chain: Commit[] = [];
  let next: string | undefined = to;
  while (next !== undefined && next !== from) {
    const commit = byId.get(next);
    // `from` came in by the side of a merge: the first parent that is not in the window is as far as the window goes.
    if (!commit) return chain.length > 0 ? chain : undefined;
    chain.push(commit);
    next = commit.parents[0];
  }
  return next === undefined ? undefined : chain;
}
