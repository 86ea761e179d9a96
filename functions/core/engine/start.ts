/** Making runs: of an incident, and the standing run of a repository. */
import { CatalogRequested, MergeRequested, VerificationRequested } from "../events/catalog.ts";
import type { Alert } from "../records/alert.ts";
import type { RepositoryRef } from "../records/fields.ts";
import { SCHEMA_VERSION } from "../records/fields.ts";
import { hashId } from "../records/ids.ts";
import type { CompiledPipeline } from "../records/pipeline.ts";
import type { Run, RunSpec } from "../records/run.ts";
import { type Context, minutesFromNow } from "./context.ts";
import type { Link } from "./chain.ts";
import { incidentTitle } from "./incident.ts";
import { keptAlert, withAlert } from "./kept-alert.ts";
import { entryOf, owe } from "./outbox.ts";
import { WATCH_MINUTES } from "./timing.ts";

export interface IncidentStart {
  readonly pipeline: CompiledPipeline;
  readonly pipelineCommit: string;
  readonly repository: RepositoryRef;
  readonly baseRef: string;
  readonly incidentKey: string;
  /** The firing alerts of the incident; at least one. */
  readonly alerts: readonly Alert[];
  readonly link?: Link;
}

/** A run that has done nothing and owes nothing. */
export function emptyRun(spec: RunSpec, context: Context): Run {
  return {
    schema: SCHEMA_VERSION,
    spec,
    phase: "running",
    createdAt: context.now,
    steps: [],
    changes: [],
    noted: [],
    outbox: [],
    ordinal: 0,
    stoodStillMs: context.stoodStillMs,
    warnings: [],
  };
}

/** A run before its first step: `decide` starts what can start. */
export function incidentRun(start: IncidentStart, context: Context): Run {
  const [alert] = start.alerts;
  const run = emptyRun(
    {
      pipeline: start.pipeline,
      pipelineCommit: start.pipelineCommit,
      trigger: { kind: "alert" },
      ...(alert && { alert: keptAlert(alert) }),
      repository: start.repository,
      baseRef: start.baseRef,
    },
    context,
  );
  return {
    ...run,
    ...start.link,
    steps: pendingSteps(start.pipeline),
    incident: start.alerts.reduce(withAlert, { key: start.incidentKey, title: incidentTitle(alert?.labels ?? {}), alerts: [], more: 0 }),
  };
}

/** Every step of a workflow, none of them begun. */
export function pendingSteps(pipeline: CompiledPipeline): Run["steps"] {
  return pipeline.steps.map((step) => ({ id: step.id, state: "pending" as const }));
}

/** The name of the run that does a repository's work of no single run. */
export function repositoryRunId(repository: RepositoryRef): string {
  return `repository-${hashId("repository", repository.id)}`;
}

/** Never ends: it owes the reading of the workflow files and the look at all our pull requests, again and again. */
export function repositoryRun(repository: RepositoryRef, baseRef: string, context: Context): Run {
  const run = emptyRun({ trigger: { kind: "repository" }, repository, baseRef }, context);
  const catalog = owe(run, { event: CatalogRequested, data: { repository }, subject: repository.name }, context);
  const surveyed = owe(catalog, { event: MergeRequested, data: { mode: "look-all", repository }, subject: repository.name }, context);
  const at = minutesFromNow(context, WATCH_MINUTES);
  return owe(surveyed, { event: VerificationRequested, data: { look: "all" }, at, subject: repository.name }, context);
}

/** Whether the workflow files have been read since this run began: until then "nobody has a workflow for it" is not known. */
export function hasReadCatalog(runId: string, run: Run): boolean {
  return entryOf(run, hashId(runId, CatalogRequested.type, 1)) === undefined;
}
