/** The run of a workflow's command: made from the signed delivery, it waits for the judgement of who said it (design 6.1, 8.6). */
import { decideStart } from "../engine/decide.ts";
import { commandRun } from "../engine/start-asked.ts";
import type { Approval } from "../records/approval.ts";
import { hashId } from "../records/ids.ts";
import type { CommandInForce } from "../shell/pipelines.ts";
import { contextOf, createRun } from "../shell/runs.ts";
import type { Shell } from "../shell/shell.ts";
import { askedBy } from "./asked.ts";

/** One run for each statement. */
export function askedRunId(statement: string): string {
  return hashId("asked", statement);
}

interface Said {
  /** The statement's record. */
  readonly name: string;
  readonly approval: Approval;
  readonly command: CommandInForce;
  readonly baseRef: string;
}

/** Repeating it makes no second run. @throws Unavailable */
export async function startCommand(shell: Shell, { name, approval, command, baseRef }: Said): Promise<void> {
  const context = await contextOf(shell, approval.run, { causeId: name });
  const { repository, argument } = approval;
  const words = argument.replace(/^\S+/, "");
  const start = { pipeline: command.pipeline, pipelineCommit: command.commit, repository, baseRef, statement: name, words };
  await createRun(shell, approval.run, decideStart(commandRun(start, askedBy(approval), context), context));
}
