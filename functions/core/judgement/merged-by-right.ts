/** Whether a merged pull request had a yes that counted: a person's own merge, or a statement that we noted and nobody took back. */
import type { PullRequest } from "../ports/forge.ts";
import type { RepositoryRef } from "../records/fields.ts";
import type { Effect } from "../shell/define-function.ts";
import type { MergeAuthorityDeps } from "./authority-deps.ts";
import { isSaidOn } from "./statements.ts";

interface Merged {
  readonly repository: RepositoryRef;
  readonly pull: PullRequest;
}

const MAY_WRITE: ReadonlySet<string> = new Set(["write", "admin", "owner"]);

/**
 * Judged after the merge, so its own state is no reason to refuse: the merger is a person who may write, or one of our users for a
 * statement on the merged head by a person who may write. `/approve keep` turns it off.
 */
export async function judgeMerged(effect: Effect<unknown>, { repository, pull }: Merged, deps: MergeAuthorityDeps): Promise<boolean> {
  const recorded = await deps.shell.store.list("Approval", { where: { run: effect.runId }, limit: 200 });
  const statements = recorded.items.map((item) => item.record).filter((said) => isSaidOn(said, repository, pull.number) && said.verb === "approve");
  const people = [...statements.map((said) => said.author), ...(pull.mergedBy ? [pull.mergedBy] : [])].filter((person) => !deps.ourUserIds.includes(person.id));
  const writers = new Set<number>();
  for (const person of people) {
    const live = await deps.permissions.permission(repository, person.login);
    if (live?.user.id === person.id && MAY_WRITE.has(live.permission)) writers.add(person.id);
  }
  if (statements.some((said) => said.argument === "keep" && writers.has(said.author.id))) return false;
  const byHand = pull.mergedBy !== undefined && writers.has(pull.mergedBy.id);
  return byHand || statements.some((said) => said.head === pull.head.sha && writers.has(said.author.id));
}
