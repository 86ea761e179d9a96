/** Making a run again from its open pull request, where the store was lost: planned again, asked again (engine.md 5). */
import { PlanRequested } from "../events/catalog.ts";
import type { RepositoryRef } from "../records/fields.ts";
import { SCHEMA_VERSION } from "../records/fields.ts";
import type { CompiledPipeline } from "../records/pipeline.ts";
import type { Run } from "../records/run.ts";
import { type Context, minutesFromNow } from "./context.ts";
import { owe } from "./outbox.ts";
import { EXPIRY_MINUTES } from "./timing.ts";

export interface Orphan {
  readonly pipeline: CompiledPipeline;
  readonly pipelineCommit: string;
  readonly repository: RepositoryRef;
  readonly baseRef: string;
  readonly branch: string;
  readonly pullRequest: number;
  readonly head: string;
  readonly title: string;
  readonly change: number;
  readonly incidentKey?: string;
  readonly cause?: string;
}

/**
 * The run with its change in `head-moved`. Its ordinals start at the time, so that no event has the id of one in its first life:
 * notices are found again by their ids, and a new one must not be taken for said.
 */
export function adoptedRun(orphan: Orphan, context: Context): Run {
  const step = orphan.pipeline.steps.find((candidate) => candidate.tool === "propose_change")?.id ?? orphan.pipeline.steps[0]?.id ?? "change";
  const run: Run = {
    schema: SCHEMA_VERSION,
    spec: {
      pipeline: orphan.pipeline,
      pipelineCommit: orphan.pipelineCommit,
      trigger: { kind: "alert" },
      repository: orphan.repository,
      baseRef: orphan.baseRef,
    },
    phase: "running",
    createdAt: context.now,
    adoptedAt: context.now,
    ...(orphan.incidentKey !== undefined && { incident: { key: orphan.incidentKey, title: orphan.title.slice(0, 200), alerts: [], more: 0 } }),
    steps: stepsAround(orphan.pipeline, step, context),
    changes: [
      {
        number: orphan.change,
        step,
        state: "head-moved",
        repository: orphan.repository,
        baseRef: orphan.baseRef,
        branch: orphan.branch,
        pullRequest: orphan.pullRequest,
        head: orphan.head,
        proposedAt: context.now,
        ...(orphan.cause !== undefined && { cause: orphan.cause }),
        proof: { gone: 0, blind: 0 },
        deadline: minutesFromNow(context, EXPIRY_MINUTES),
        reminders: 0,
        replans: 0,
        keep: false,
      },
    ],
    thread: { repository: orphan.repository, number: orphan.pullRequest, kind: "pull-request" },
    noted: [],
    outbox: [],
    ordinal: context.now,
    stoodStillMs: context.stoodStillMs,
    warnings: ["made again from its pull request: what was approved before does not count"],
  };
  return owe(run, { event: PlanRequested, data: { from: "head", change: orphan.change, head: orphan.head } }, context);
}

/** What came before the change has happened; what comes after it is still to come. */
function stepsAround(pipeline: CompiledPipeline, step: string, context: Context): Run["steps"] {
  const at = pipeline.steps.findIndex((candidate) => candidate.id === step);
  return pipeline.steps.map(({ id }, index) => {
    if (index < at) return { id, state: "succeeded" as const, endedAt: context.now };
    return index === at ? { id, state: "running" as const, startedAt: context.now } : { id, state: "pending" as const };
  });
}
