/** A new comment whose first line is a command, as the statement that it is: noted by the run of its thread, or the beginning of one (engine.md 5). */
import { parseStatement } from "../approval/grammar.ts";
import { decideFact } from "../engine/decide.ts";
import { type Approval, approvalName, movesTheSwitch } from "../records/approval.ts";
import { SCHEMA_VERSION } from "../records/fields.ts";
import { threadIndex } from "../records/kinds.ts";
import type { Run } from "../records/run.ts";
import { type CommandInForce, commandsInForce } from "../shell/pipelines.ts";
import { moveRun } from "../shell/runs.ts";
import type { Shell } from "../shell/shell.ts";
import type { WatchedRepository } from "../shell/watched-repository.ts";
import { parseBranch } from "../text/branch.ts";
import type { Accepted, Delivery } from "./delivery-schema.ts";
import { askedRunId, startCommand } from "./start-command.ts";
import { authorOf, recordStatement } from "./statements.ts";

type Comment = NonNullable<Delivery["comment"]>;

/** Stores a command; every other comment is ignored. Calls nobody. @throws Unavailable */
export async function acceptComment(shell: Shell, repository: WatchedRepository, delivery: Delivery): Promise<Accepted> {
  const { comment, issue } = delivery;
  if (!comment || !issue) return { ignored: "no comment in it" };
  if (delivery.action !== "created") return { ignored: `a comment was ${delivery.action ?? "touched"}: only new ones are commands` };
  if (delivery.sender.id !== comment.user.id) return { ignored: "sender and author differ" };
  const said = await readCommand(shell, repository, comment);
  if (!said) return { ignored: "no command in it" };
  const name = approvalName(repository, "comment", comment.id);
  const run = said.command ? askedRunId(name) : await runOf(shell, repository, delivery);
  if (run === undefined) return { ignored: "not on a thread of ours" };
  const approval: Approval = {
    schema: SCHEMA_VERSION,
    run,
    repository: { id: repository.id, name: repository.name },
    ...placeOf(delivery, issue.number, repository),
    source: "comment",
    sourceId: comment.id,
    author: authorOf(comment.user),
    verb: said.verb,
    argument: said.argument,
    saidAt: Date.parse(comment.created_at),
    recordedAt: shell.clock.now(),
  };
  await recordStatement(shell.store, name, approval);
  const stored = { name, approval };
  await (said.command ? startCommand(shell, { ...stored, command: said.command, baseRef: repository.defaultBranch }) : noteOn(shell, stored));
  return "stored";
}

/** On an issue the base is where the policy stands that judges it. */
function placeOf(
  { is_pull, pull_request }: Delivery,
  number: number,
  { defaultBranch }: WatchedRepository,
): Pick<Approval, "number" | "isPull" | "baseRef" | "head"> {
  const baseRef = pull_request?.base.ref ?? defaultBranch;
  return { number, isPull: is_pull ?? Boolean(pull_request), baseRef, ...(pull_request && { head: pull_request.head.sha }) };
}

interface Command extends Pick<Approval, "verb" | "argument"> {
  /** The workflow that it starts, where it is one of those. */
  readonly command?: CommandInForce | undefined;
}

/** What the first line asks for; several commands in one comment are nobody's. */
async function readCommand(shell: Shell, repository: WatchedRepository, { body }: Comment): Promise<Command | undefined> {
  if (!body.startsWith("/")) return undefined;
  const commands = await commandsInForce(shell.store, repository);
  const parsed = parseStatement(body, [...commands.keys()]);
  if (!parsed) return undefined;
  if (!("verb" in parsed)) return { verb: "unknown", argument: "" };
  return parsed.verb === "command" ? { ...parsed, command: commands.get(parsed.argument.split(/\s/, 1)[0] ?? "") } : parsed;
}

async function noteOn(shell: Shell, { name, approval }: { name: string; approval: Approval }): Promise<void> {
  const whilePaused = movesTheSwitch(approval.verb);
  const noted = { fact: "statement", approval: name, whilePaused } as const;
  await moveRun(shell, approval.run, (state, context) => decideFact(state, noted, context), { causeId: name });
}

/** From the branch's name on a pull request, from the index of threads on an issue: the newest run that talks there. */
async function runOf(shell: Shell, repository: WatchedRepository, delivery: Delivery): Promise<string | undefined> {
  if (delivery.pull_request) return parseBranch(delivery.pull_request.head.ref)?.run;
  const thread = threadIndex(repository.id, delivery.issue?.number ?? 0);
  const runs = (await shell.store.list("Run", { where: { thread }, limit: 50 })).items;
  return runs.filter(({ record }) => talks(record)).toSorted((a, b) => rank(b.record) - rank(a.record))[0]?.name;
}

/** On an issue of ours for good; on one that a person asked for something on, until that is done: what is said there else is not for us. */
function talks({ spec, incident, endedAt }: Run): boolean {
  return endedAt === undefined || spec.trigger.kind !== "comment" || incident !== undefined;
}

/** One that lives before all that have ended. */
function rank({ createdAt, endedAt }: Run): number {
  return endedAt === undefined ? createdAt * 2 : createdAt;
}
