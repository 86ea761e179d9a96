/** Reading Gitea's deliveries: the kind is told by the body's shape, because the headers are not signed (safety 0.12, engine.md 5). */
import * as z from "zod";
import { parseStatement } from "../approval/grammar.ts";
import { decideFact } from "../engine/decide.ts";
import { type Approval, approvalName, movesTheSwitch } from "../records/approval.ts";
import { SCHEMA_VERSION } from "../records/fields.ts";
import { threadIndex } from "../records/kinds.ts";
import { moveRun } from "../shell/runs.ts";
import type { Shell } from "../shell/shell.ts";
import type { WatchedRepository } from "../shell/sweep.ts";
import { parseBranch } from "../text/branch.ts";
import { authorOf, recordStatement } from "./statements.ts";

const user = z.looseObject({ id: z.number().int().positive(), login: z.string(), type: z.unknown().optional() });
/** `ref` of a deleted branch is `refs/pull/N/head`; only the label still has its name: a pull request that we closed is found by it. */
const head = z
  .looseObject({ ref: z.string(), sha: z.string(), label: z.string().optional() })
  .transform(({ ref, sha, label }) => ({ ref: ref.startsWith("refs/") ? (label ?? ref) : ref, sha }));
const pull = z.looseObject({
  number: z.number().int().positive(),
  head,
  base: z.looseObject({ ref: z.string() }),
});
const comment = z.looseObject({ id: z.number().int().positive(), user, body: z.string(), created_at: z.iso.datetime({ offset: true }) });

/** What is read of a delivery; every other field is ignored (contracts 2.4). */
export const DeliverySchema = z.looseObject({
  action: z.string().optional(),
  issue: z.looseObject({ number: z.number().int().positive() }).optional(),
  comment: comment.optional(),
  pull_request: pull.nullish(),
  is_pull: z.boolean().optional(),
  repository: z.looseObject({ id: z.number().int().positive(), full_name: z.string() }),
  sender: user,
});
export type Delivery = z.infer<typeof DeliverySchema>;

type Accepted = "stored" | { readonly ignored: string };

/** Stores what a delivery says: a statement, or news at a pull request of ours. Calls nobody. @throws Unavailable */
export async function acceptDelivery(shell: Shell, repositories: readonly WatchedRepository[], delivery: Delivery): Promise<Accepted> {
  const repository = repositories.find((known) => known.id === delivery.repository.id && known.name === delivery.repository.full_name);
  if (!repository) return { ignored: `repository ${delivery.repository.id} is not watched` };
  const said = delivery.comment !== undefined && delivery.issue !== undefined;
  return said ? await acceptComment(shell, repository, delivery) : await acceptNews(shell, delivery);
}

async function acceptComment(shell: Shell, repository: WatchedRepository, delivery: Delivery): Promise<Accepted> {
  const { comment: written, issue } = delivery;
  if (!written || !issue) return { ignored: "no comment in it" };
  if (delivery.action !== "created") return { ignored: `a comment was ${delivery.action ?? "touched"}: only new ones are commands` };
  if (delivery.sender.id !== written.user.id) return { ignored: "sender and author differ" };
  const parsed = parseStatement(written.body);
  if (!parsed) return { ignored: "no command in it" };
  const run = await runOf(shell, repository, delivery);
  if (run === undefined) return { ignored: "not on a thread of ours" };
  const approval: Approval = {
    schema: SCHEMA_VERSION,
    run,
    repository: { id: repository.id, name: repository.name },
    number: issue.number,
    isPull: delivery.is_pull ?? Boolean(delivery.pull_request),
    source: "comment",
    sourceId: written.id,
    author: authorOf(written.user),
    ...("verb" in parsed ? { verb: parsed.verb, argument: parsed.argument } : { verb: "unknown" as const, argument: "" }),
    ...(delivery.pull_request && { head: delivery.pull_request.head.sha, baseRef: delivery.pull_request.base.ref }),
    saidAt: Date.parse(written.created_at),
    recordedAt: shell.clock.now(),
  };
  const name = approvalName(repository, "comment", written.id);
  await recordStatement(shell.store, name, approval);
  await moveRun(shell, run, (state, context) => decideFact(state, { fact: "statement", approval: name, whilePaused: movesTheSwitch(approval.verb) }, context), {
    causeId: name,
  });
  return "stored";
}

/** From the branch's name on a pull request, from the index of threads on an issue. */
async function runOf(shell: Shell, repository: WatchedRepository, delivery: Delivery): Promise<string | undefined> {
  if (delivery.pull_request) return parseBranch(delivery.pull_request.head.ref)?.run;
  const thread = threadIndex(repository.id, delivery.issue?.number ?? 0);
  return (await shell.store.list("Run", { where: { thread }, limit: 1 })).items[0]?.name;
}

async function acceptNews(shell: Shell, delivery: Delivery): Promise<Accepted> {
  const request = delivery.pull_request;
  const run = request ? parseBranch(request.head.ref)?.run : undefined;
  if (!request || run === undefined) return { ignored: "not about a pull request of ours" };
  await moveRun(shell, run, (state, context) => decideFact(state, { fact: "pull-request-news", pullRequest: request.number }, context));
  return "stored";
}
