/** Reading Gitea's deliveries: the kind is told by the body's shape, because the headers are not signed (safety 0.12, engine.md 5). */
import { decideFact } from "../engine/decide.ts";
import type { Fact } from "../engine/results.ts";
import { moveRun } from "../shell/runs.ts";
import type { Shell } from "../shell/shell.ts";
import type { WatchedRepository } from "../shell/watched-repository.ts";
import { parseBranch } from "../text/branch.ts";
import { acceptComment } from "./accept-comment.ts";
import type { Accepted, Delivery } from "./delivery-schema.ts";

/** Stores what a delivery says: a statement, or news at a pull request of ours. Calls nobody. @throws Unavailable */
export async function acceptDelivery(shell: Shell, repositories: readonly WatchedRepository[], delivery: Delivery): Promise<Accepted> {
  const repository = repositories.find((known) => known.id === delivery.repository.id && known.name === delivery.repository.full_name);
  if (!repository) return { ignored: `repository ${delivery.repository.id} is not watched` };
  const said = delivery.comment !== undefined && delivery.issue !== undefined;
  return said ? await acceptComment(shell, repository, delivery) : await acceptNews(shell, repository, delivery);
}

async function acceptNews(shell: Shell, { id, name }: WatchedRepository, delivery: Delivery): Promise<Accepted> {
  const request = delivery.pull_request;
  const run = request ? parseBranch(request.head.ref)?.run : undefined;
  if (!request || run === undefined) return { ignored: "not about a pull request of ours" };
  const news: Fact = { fact: "pull-request-news", repository: { id, name }, pullRequest: request.number };
  await moveRun(shell, run, (state, context) => decideFact(state, news, context));
  return "stored";
}
