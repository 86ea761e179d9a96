/** Workflow files for tests: short to write, and told about as an editor shows it. */
import { parseWorkflow } from "../../../functions/core/workflow/parse.ts";
import type { CompiledPipeline } from "../../../functions/core/records/pipeline.ts";

export const PATH = ".anchorwatch/pipelines/heal.yaml";
const TOOLS = ["find_problems", "propose_change", "clear_completed_jobs"];

/** A whole file around these lines of steps, each of which begins on line 4. */
export function withSteps(...steps: readonly string[]): string {
  return ["name: heal", "on: { alert: { alertname: Broken } }", "steps:", ...steps.map((step) => `  ${step}`), ""].join("\n");
}

/** Problems of a file as `line:col: message`. */
export function problemsOf(text: string): string[] {
  const parsed = parseWorkflow(text, PATH, { tools: TOOLS });
  return parsed.ok ? [] : parsed.problems.map(({ line, col, message }) => `${line}:${col}: ${message}`);
}

/** The pipeline of a good file. @throws Error with the problems of a bad one */
export function compiled(text: string): CompiledPipeline {
  const parsed = parseWorkflow(text, PATH, { tools: TOOLS });
  if (!parsed.ok) throw new Error(problemsOf(text).join("\n"));
  return parsed.pipeline;
}
