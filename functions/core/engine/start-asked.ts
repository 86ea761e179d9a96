/** Making runs that a person asked for in a comment: a new attempt, the proposal that something is ignored, a workflow's own command (design 8.6). */
import type { UserRef } from "../records/approval.ts";
import type { IgnoreRule } from "../records/ignore.ts";
import type { CompiledPipeline } from "../records/pipeline.ts";
import type { Run, Thread } from "../records/run.ts";
import type { Context } from "./context.ts";
import { JudgementRequested } from "../events/catalog.ts";
import { readInputs } from "./asked-words.ts";
import { owe } from "./outbox.ts";
import { emptyRun } from "./start.ts";

/** Who asked, in which words, and where: that is where the run talks to people until it has a pull request. */
export interface Asked {
  readonly by: UserRef;
  /** The command as one line. */
  readonly said: string;
  readonly thread: Thread;
}

/** Its one step proposes what the run's own rule says; no workflow file can ask for that. */
const IGNORE_PIPELINE: CompiledPipeline = { name: "ignore", on: {}, steps: [{ id: "propose", needs: [], tool: "propose_change", with: {} }] };

function triggerOf({ by, said, thread }: Asked): { kind: "comment"; by: UserRef; said: string; number: number } {
  return { kind: "comment", by, said, number: thread.number };
}

function pendingSteps(pipeline: CompiledPipeline | undefined): Run["steps"] {
  return (pipeline?.steps ?? []).map(({ id }) => ({ id, state: "pending" as const }));
}

/** The same workflow for the same trouble from its first step on, in the version that the run before it had. */
export function attemptRun(before: { readonly name: string; readonly run: Run }, asked: Asked, context: Context): Run {
  const { spec, incident } = before.run;
  const run = emptyRun({ ...spec, trigger: { ...triggerOf(asked), of: before.name } }, context);
  return { ...run, thread: asked.thread, ...(incident && { incident }), steps: pendingSteps(spec.pipeline) };
}

/** Proposes the rule, and is over when people have decided about it. */
export function ignoreRun(
  about: Pick<Run["spec"], "repository" | "baseRef">,
  rule: IgnoreRule,
  given: { readonly asked: Asked; readonly context: Context },
): Run {
  const { asked, context } = given;
  const { repository, baseRef } = about;
  const run = emptyRun({ pipeline: IGNORE_PIPELINE, trigger: triggerOf(asked), repository, baseRef, ignore: rule }, context);
  return { ...run, thread: asked.thread, steps: pendingSteps(IGNORE_PIPELINE) };
}

/** What a command's run is made of. */
export interface CommandStart extends Pick<Run["spec"], "repository" | "baseRef"> {
  readonly pipeline: CompiledPipeline;
  readonly pipelineCommit: string;
  /** The Approval record of the command. */
  readonly statement: string;
  /** What stands behind the command's name. */
  readonly words: string;
}

/** Its first step waits for the judgement of the command; where the words do not fit, that says so. */
export function commandRun(start: CommandStart, asked: Asked, context: Context): Run {
  const { pipeline, pipelineCommit, repository, baseRef, statement } = start;
  const said = readInputs(pipeline.inputs ?? [], start.words);
  const spec = { pipeline, pipelineCommit, trigger: triggerOf(asked), repository, baseRef, ...("inputs" in said && { inputs: said.inputs }) };
  const run: Run = { ...emptyRun(spec, context), thread: asked.thread, awaits: "judgement", noted: [statement], steps: pendingSteps(pipeline) };
  return owe(run, { event: JudgementRequested, data: { of: "statement", approval: statement } }, context);
}
