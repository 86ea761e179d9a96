/** One batch of read-only tools for a step: what they find is a record, what expressions see of it the step's output (design 7). */
import { ToolRequested, type ToolRequest } from "./core/events/catalog.ts";
import type { Result } from "./core/engine/results.ts";
import { StoreError } from "./core/ports/store.ts";
import { SCHEMA_VERSION } from "./core/records/fields.ts";
import type { ToolResult } from "./core/records/tool-result.ts";
import { defineFunction, type Effect } from "./core/shell/define-function.ts";
import { Terminal } from "./core/shell/outcome.ts";
import { earlierHealth, noteReported } from "./core/shell/reported.ts";
import type { Shell } from "./core/shell/shell.ts";
import { healthOutput } from "./core/tools/health-report.ts";
import type { WatchedRepository } from "./core/shell/watched-repository.ts";
import { toolNamed } from "./core/tools/registry.ts";
import type { ToolOutcome, ToolPorts } from "./core/tools/tool.ts";

export interface ToolCallDeps {
  readonly shell: Shell;
  readonly ports: ToolPorts;
  /** Where remedies go. */
  readonly repositories: readonly WatchedRepository[];
}

export const toolCall = defineFunction({
  name: "tool-call",
  consumes: ToolRequested,
  limitMs: 50_000,
  async handle(effect: Effect<ToolRequest>, { shell, ports, repositories }: ToolCallDeps): Promise<Result> {
    const tool = toolNamed(effect.data.tool);
    if (!tool) throw new Terminal(`there is no tool ${effect.data.tool}`);
    const outcome = await tool.run(effect.data.with, { ...ports, earlierHealth: () => earlierHealth(shell, effect.runId, effect.run) });
    if (outcome.waitsFor !== undefined) return { result: "tool-waits", words: outcome.waitsFor };
    const stored = await record(shell, effect, outcome);
    if (stored.health) {
      await noteReported(shell, effect.runId, effect.run);
      return { result: "tool", output: healthOutput(stored.health), record: effect.id };
    }
    return { result: "tool", output: withReference(outcome.output, { record: effect.id, stored, repositories }), record: effect.id };
  },
});

/** Create-only: a second call of the same event goes on with what the first found. */
async function record(shell: Shell, effect: Effect<ToolRequest>, outcome: ToolOutcome): Promise<ToolResult> {
  const made: ToolResult = {
    schema: SCHEMA_VERSION,
    run: effect.runId,
    step: effect.data.step,
    tool: effect.data.tool,
    at: effect.now,
    ...(outcome.problems && { problems: outcome.problems }),
    ...(outcome.health && { health: outcome.health }),
  };
  try {
    return (await shell.store.create("ToolResult", effect.id, made)).record;
  } catch (error) {
    if (!(error instanceof StoreError && error.kind === "exists")) throw error;
    return (await shell.store.read("ToolResult", effect.id))?.record ?? made;
  }
}

interface Stored {
  readonly record: string;
  readonly stored: ToolResult;
  readonly repositories: readonly WatchedRepository[];
}

/** A remedy is passed on by reference: the record that holds it, the cause that it is for, the repository that its app comes from, and the branch there. */
function withReference(output: ToolOutcome["output"], { record, stored: { problems }, repositories }: Stored): Readonly<Record<string, unknown>> {
  const { remedy } = output;
  if (typeof remedy !== "object" || remedy === null) return output;
  const found = repositories.find(({ id }) => id === problems?.remedy?.repository.id);
  const where = found && { repository: { id: found.id, name: found.name }, baseRef: found.defaultBranch };
  return { ...output, remedy: { ...remedy, result: record, cause: problems?.causes[0]?.id, ...where } };
}
