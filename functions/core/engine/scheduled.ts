/** Runs that the clock starts: which is due now, what it is called, how it begins. */
import type { RepositoryRef } from "../records/fields.ts";
import { hashId } from "../records/ids.ts";
import type { Pipeline } from "../records/pipeline.ts";
import type { Run } from "../records/run.ts";
import { lastDue } from "../workflow/schedule.ts";
import type { Context } from "./context.ts";
import { emptyRun, type IncidentStart, pendingSteps } from "./start.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How late a run may begin. Of the times that were missed until then only the last counts; runs are kept for longer, so none starts twice. */
const CATCH_UP_MS = 7 * DAY_MS;

/** A schedule that is due: what runs, and the time that it was due at. */
export interface ScheduledStart extends Pick<IncidentStart, "pipeline" | "pipelineCommit" | "repository" | "baseRef"> {
  readonly at: number;
}

/** What a workflow file starts now: nothing where its last due time is before it came into force, or too long ago. */
export function dueStart(file: Pipeline, repository: RepositoryRef & { readonly defaultBranch: string }, now: number): ScheduledStart | undefined {
  const { compiled, compiledFrom, source, scheduledSince } = file;
  const schedule = compiled?.on.schedule;
  if (!compiled || !schedule || scheduledSince === undefined || source.repository.id !== repository.id) return undefined;
  const at = lastDue(schedule, now);
  if (at === undefined || at <= scheduledSince || now - at > CATCH_UP_MS) return undefined;
  const { id, name, defaultBranch } = repository;
  return { pipeline: compiled, pipelineCommit: compiledFrom ?? source.commit, repository: { id, name }, baseRef: defaultBranch, at };
}

/** The run of one due time: the same however often, and wherever, it is started. */
export function scheduledRunId({ repository, pipeline, at }: ScheduledStart): string {
  return hashId("schedule", repository.id, pipeline.name, at);
}

/** A run before its first step, as an incident's is. */
export function scheduledRun({ at, pipeline, ...spec }: ScheduledStart, context: Context): Run {
  return { ...emptyRun({ pipeline, ...spec, trigger: { kind: "schedule", at } }, context), steps: pendingSteps(pipeline) };
}
