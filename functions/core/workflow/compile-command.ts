/** A command trigger and its inputs: free, no word of ours, and every value known before the first step. */
import { VerbSchema } from "../records/approval.ts";
import type { CompiledPipeline, Input } from "../records/pipeline.ts";
import type { Report } from "./problem.ts";
import type { WorkflowFile } from "./schema.ts";

/** Words that mean something already, in whatever file. */
const OURS: ReadonlySet<string> = new Set(VerbSchema.options.filter((verb) => verb !== "command" && verb !== "unknown"));

/** Commands that other files bring, without the slash, each with its file. */
export type TakenCommands = ReadonlyMap<string, string>;

/** What a file's `on: comment` compiles to. */
export function compileCommand({ on: { comment } }: WorkflowFile, taken: TakenCommands, report: Report): CompiledPipeline["on"]["comment"] {
  if (!comment) return undefined;
  const keys = ["on", "comment", "command"];
  const command = comment.command.slice(1);
  const owner = taken.get(command);
  if (OURS.has(command)) report({ keys }, `\`/${command}\` is a command of Anchorwatch itself`);
  else if (owner !== undefined) report({ keys }, `${owner} has the command \`/${command}\` already`);
  return { command, permission: comment.permission, threads: [...new Set(comment.threads)] };
}

/** Inputs are what a command's words say; where something else starts the run, too, each needs a default. */
export function compileInputs({ on, inputs = {} }: WorkflowFile, report: Report): Input[] {
  return Object.entries(inputs).map(([name, input]) => {
    const keys = ["inputs", name];
    if (!on.comment) report({ keys, key: true }, "inputs are the words of a command: without `on: comment` nobody says them");
    else if (on.alert && input.default === undefined) report({ keys, key: true }, `\`${name}\` needs a default: an alert says no words`);
    if (input.default !== undefined && typeof input.default !== input.type) report({ keys: [...keys, "default"] }, `\`default\` has to be a ${input.type}`);
    return { name, type: input.type, ...(input.default !== undefined && { default: input.default }) };
  });
}
