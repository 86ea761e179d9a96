/** Comments and issues that are made once, however often their event comes: found again by a hidden marker of our own users (engine.md 1). */
import type { Forge } from "../ports/forge.ts";
import type { RepositoryRef } from "../records/fields.ts";
import type { Thread } from "../records/run.ts";
import type { Effect } from "../shell/define-function.ts";
import { saysEvent } from "../text/marker.ts";

/** Label of the issues of runs that have no pull request. */
export const ISSUE_LABEL = "anchorwatch";

interface SayDeps {
  readonly forge: Forge;
  readonly ourUserIds: readonly number[];
}

export interface Issue {
  readonly repository: RepositoryRef;
  readonly title: string;
  readonly body: string;
}

/** Comments unless it is said already; afterwards the oldest of ours stays and younger ones go: two deliveries may both have said it. */
export async function ensureComment(effect: Effect<unknown>, given: { thread: Thread; body: string }, deps: SayDeps): Promise<void> {
  const { repository, number } = given.thread;
  const said = async (): Promise<readonly { id: number }[]> =>
    (await deps.forge.comments(repository, number))
      .filter((comment) => deps.ourUserIds.includes(comment.author.id) && saysEvent(comment.body, effect.id))
      .toSorted((a, b) => a.id - b.id);
  if ((await said()).length === 0) {
    await effect.guard();
    await deps.forge.comment(repository, number, given.body);
  }
  for (const younger of (await said()).slice(1)) await deps.forge.deleteComment(repository, younger.id);
}

/** The run's issue, made once. @returns its number */
export async function ensureIssue(effect: Effect<unknown>, issue: Issue, deps: SayDeps): Promise<number> {
  const { repository, title, body } = issue;
  const ours = async (): Promise<readonly { number: number; state: "open" | "closed" }[]> =>
    (await deps.forge.issues(repository, ISSUE_LABEL))
      .filter((found) => deps.ourUserIds.includes(found.author.id) && saysEvent(found.body, effect.id))
      .toSorted((a, b) => a.number - b.number);
  if ((await ours()).length === 0) {
    await effect.guard();
    await deps.forge.openIssue(repository, { title, body, label: ISSUE_LABEL });
  }
  const [oldest, ...younger] = await ours();
  for (const extra of younger.filter((found) => found.state === "open")) await deps.forge.closeIssue(repository, extra.number);
  if (!oldest) throw new Error(`the issue for event ${effect.id} was opened and is not listed`);
  return oldest.number;
}
