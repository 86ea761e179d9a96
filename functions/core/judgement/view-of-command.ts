/** What workflow files say of their commands, for the judging of one and for the help. */
import type { Usage } from "../approval/commands.ts";
import type { AskedView } from "../approval/judgement.ts";
import { readInputs, usageOf } from "../engine/asked-words.ts";
import type { Store } from "../ports/store.ts";
import type { Approval } from "../records/approval.ts";
import type { CompiledPipeline } from "../records/pipeline.ts";
import type { Run } from "../records/run.ts";
import { commandsInForce } from "../shell/pipelines.ts";
import { oneLine, prose } from "../text/harmless.ts";

/** The command that the run waits for; undefined where it waits for none. */
export function viewOfCommand({ spec, awaits }: Run, approval: Approval): AskedView | undefined {
  const comment = spec.pipeline?.on.comment;
  if (awaits === undefined || !spec.pipeline || !comment) return undefined;
  return { permission: comment.permission, usage: usageOf(spec.pipeline), problem: problemOf(spec.pipeline, approval) };
}

function problemOf({ on, inputs = [] }: CompiledPipeline, { isPull, argument }: Approval): string | undefined {
  const threads = on.comment?.threads ?? [];
  if (!threads.includes(isPull ? "pull-request" : "issue")) return `this workflow is asked for on ${isPull ? "issues" : "pull requests"} only`;
  const said = readInputs(inputs, argument.replace(/^\S+/, ""));
  return "problem" in said ? said.problem : undefined;
}

/** For an answer that lists what may be said. @throws Unavailable */
export async function usagesFor(store: Store, { verb, repository }: Approval): Promise<readonly Usage[]> {
  if (verb !== "help" && verb !== "unknown") return [];
  const commands = [...(await commandsInForce(store, repository)).values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return commands.map(({ pipeline }) => ({ usage: usageOf(pipeline), does: prose(oneLine(pipeline.description ?? `start the workflow ${pipeline.name}`)) }));
}
