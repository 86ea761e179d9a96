/** Whether what was merged is what was approved: the base can move between the last look and the merge (engine.md 6). */
import { changedLines } from "../changes/line-changes.ts";
import type { Git } from "../ports/git.ts";
import type { Plan } from "../records/plan.ts";
import type { FileDiff } from "../records/source.ts";

/**
 * Compares the lines that the merge brought to the base branch with the planned ones.
 * @returns what differs, in words; undefined when the merge is exactly the plan
 */
export async function driftOf(git: Git, plan: Plan, mergeCommit: string): Promise<string | undefined> {
  const commit = await git.resolve(plan.repository, mergeCommit);
  const parent = commit?.parents[0];
  if (parent === undefined || parent === plan.baseCommit) return undefined;
  const merged = await git.diff(plan.repository, parent, mergeCommit, "");
  const planned = new Map(plan.files.map((file) => [file.path, JSON.stringify([file.removed, file.added])]));
  const differing = merged.filter((diff) => planned.get(diff.path) !== linesOf(diff)).map((diff) => diff.path);
  const missing = [...planned.keys()].filter((path) => !merged.some((diff) => diff.path === path));
  const paths = [...differing, ...missing];
  if (paths.length === 0) return undefined;
  return `The base branch moved in the last moment, and what was merged is not what was approved: see ${paths.slice(0, 5).join(", ")}. Nothing is undone by itself; please look at it.`;
}

function linesOf({ before, after }: FileDiff): string {
  const changes = changedLines(before ?? "", after ?? "") ?? [];
  return JSON.stringify([changes.flatMap((change) => change.removed), changes.flatMap((change) => change.added)]);
}
