/** From a workflow file to a compiled pipeline; every problem with its line and column (design 6.1). */
import { jsonBytes } from "../records/canonical.ts";
import type { CompiledPipeline } from "../records/pipeline.ts";
import { parseYaml, type YamlDocument, type YamlProblem } from "../records/safe-yaml.ts";
import { compileSteps } from "./compile.ts";
import { compileCommand, compileInputs, type TakenCommands } from "./compile-command.ts";
import { type Problem, Problems } from "./problem.ts";
import { type WorkflowFile, WorkflowFileSchema } from "./schema.ts";
import { reportIssues } from "./schema-messages.ts";
import { checkSyntax } from "./syntax.ts";

/** One file is a page, not a book. */
const MAX_BYTES = 64 * 1024;

/** Every run carries its pipeline, and has 64 KiB for all that it is. */
const MAX_COMPILED_BYTES = 16 * 1024;

export type Parsed = { readonly ok: true; readonly pipeline: CompiledPipeline } | { readonly ok: false; readonly problems: readonly Problem[] };

export interface ParseOptions {
  /** Names of the tools that a step can call. */
  readonly tools: readonly string[];
  /** Commands of other files, without the slash, each with its file. */
  readonly taken?: TakenCommands;
}

/** Parses, checks and compiles one workflow file. Never throws: whatever the text is, there is a pipeline or a list of problems. */
export function parseWorkflow(text: string, path: string, options: ParseOptions): Parsed {
  const refuse = (line: number, col: number, message: string): Parsed => ({ ok: false, problems: [{ path, line, col, message }] });
  if (Buffer.byteLength(text) > MAX_BYTES) return refuse(1, 1, `is larger than ${MAX_BYTES / 1024} KiB`);
  if (text.startsWith("\uFEFF")) return refuse(1, 1, "begins with a byte order mark: save it as UTF-8 without one");
  const parsed = parseYaml(text);
  if ("problem" in parsed) return refuse(parsed.problem.line, parsed.problem.col, parsed.problem.message + hintOf(text, parsed.problem));
  const [yaml, second] = parsed.documents;
  if (!yaml?.document.contents || yaml.value === null) return refuse(1, 1, "is empty");
  if (second) return refuse(second.line, 1, "begins a second document; one file is one workflow");
  const problems = new Problems(path, text, yaml);
  const pipeline = compile(yaml, problems, { path, ...options });
  return pipeline && !problems.any ? { ok: true, pipeline } : { ok: false, problems: problems.inOrder() };
}

/** In a flow map YAML takes the braces of a bare `${{ }}` for its own. */
function hintOf(text: string, { line, col }: YamlProblem): string {
  const before = text.split("\n")[line - 1]?.slice(0, col + 1) ?? "";
  return before.endsWith("${{") ? ": put the `${{ }}` in quotes" : "";
}

function compile(yaml: YamlDocument, problems: Problems, options: ParseOptions & { readonly path: string }): CompiledPipeline | undefined {
  checkSyntax(yaml.document, (offset, message) => problems.add(offset, message));
  if (problems.any) return undefined;
  const file = WorkflowFileSchema.safeParse(yaml.value, { reportInput: true });
  if (!file.success) {
    reportIssues(file.error.issues, problems.report);
    return undefined;
  }
  checkName(file.data, options.path, problems);
  checkTriggers(file.data.on, problems);
  const { name, description, on } = file.data;
  const comment = compileCommand(file.data, options.taken ?? new Map(), problems.report);
  const inputs = compileInputs(file.data, problems.report);
  const steps = compileSteps(file.data.steps, { tools: options.tools, inputs, hasAlert: on.alert !== undefined }, problems.report);
  const pipeline = {
    name,
    ...(description !== undefined && { description }),
    on: { ...(on.alert && { alert: { labels: on.alert } }), ...(on.schedule && { schedule: on.schedule }), ...(comment && { comment }) },
    ...(inputs.length > 0 && { inputs }),
    steps,
  };
  if (jsonBytes(pipeline) > MAX_COMPILED_BYTES)
    problems.report({ keys: [] }, `compiles to more than ${MAX_COMPILED_BYTES / 1024} KiB, which every run has to carry`);
  return pipeline;
}

/** A schedule names nothing that happened, so what its run would do for an alert or a command belongs into another file. */
function checkTriggers({ alert, comment, schedule }: WorkflowFile["on"], problems: Problems): void {
  if (!alert && !comment && !schedule) problems.report({ keys: ["on"] }, "`on` needs a trigger: `alert`, `schedule` or `comment`");
  if (schedule && (alert || comment)) problems.report({ keys: ["on", "schedule"] }, "`schedule` stands alone: put the other trigger into a file of its own");
}

/** A name says which file to look at, so the file has it too. */
function checkName({ name }: WorkflowFile, path: string, problems: Problems): void {
  const base = (path.split("/").at(-1) ?? path).replace(/\.ya?ml$/, "");
  if (name !== base) problems.report({ keys: ["name"] }, `\`name\` has to be the file's name, \`${base}\``);
}
