/** One execution of a pipeline: the state that `decide` moves and the outbox of what it owes (design 5). */
import * as z from "zod";
import { AlertSchema } from "./alert.ts";
import { UserRefSchema } from "./approval.ts";
import { ChangeSchema } from "./change.ts";
import { IgnoreRuleSchema } from "./ignore.ts";
import { errorText, instant, ObjectRefSchema, recordName, RepositoryRefSchema, schemaVersion } from "./fields.ts";
import { ALERTS_PER_RUN, STATEMENTS_PER_RUN, WARNINGS_PER_RUN } from "./limits.ts";
import { OutboxEntrySchema } from "./outbox.ts";
import { CompiledPipelineSchema, inputValue, stepId } from "./pipeline.ts";

export const PhaseSchema = z.enum(["running", "ending", "succeeded", "failed", "stopped"]);
export type Phase = z.infer<typeof PhaseSchema>;

export const StepStateSchema = z.enum(["pending", "running", "succeeded", "failed", "skipped"]);
export type StepState = z.infer<typeof StepStateSchema>;

export const StepSchema = z.looseObject({
  id: stepId,
  state: StepStateSchema,
  startedAt: instant.optional(),
  endedAt: instant.optional(),
  /** Every step has one: when it is past, the step fails. A change's step ends with its change instead. */
  deadline: instant.optional(),
  /** What expressions see, at most OUTPUT_MAX_BYTES. */
  output: z.unknown().optional(),
  /** The record that holds the whole of it. */
  result: recordName.optional(),
  error: errorText.optional(),
});
export type Step = z.infer<typeof StepSchema>;

export const IncidentSchema = z.looseObject({
  key: recordName,
  title: z.string().max(200),
  alerts: z.array(AlertSchema).max(ALERTS_PER_RUN),
  /** Alerts over the limit: counted, not kept. */
  more: z.number().int().nonnegative(),
});
export type Incident = z.infer<typeof IncidentSchema>;

/** What an ended run is still looked after for: its issue is closed with a note when the trouble is gone. */
export const WatchSchema = z.looseObject({
  /** What has to be gone; without a cause it is the alerts. */
  cause: z.looseObject({ object: ObjectRefSchema, category: z.string().max(64) }).optional(),
  /** Since when looks have seen it gone. */
  goneSince: instant.optional(),
});

/** Where the run talks to people: its pull request, else its issue. */
export const ThreadSchema = z.looseObject({
  repository: RepositoryRefSchema,
  number: z.number().int().positive(),
  kind: z.enum(["pull-request", "issue"]),
});
export type Thread = z.infer<typeof ThreadSchema>;

/** Fixed at creation; nothing that is in here may change afterwards. */
export const RunSpecSchema = z.looseObject({
  pipeline: CompiledPipelineSchema.optional(),
  /** Name, file and commit of the version that the run keeps. */
  pipelineCommit: z.string().max(64).optional(),
  trigger: z.looseObject({
    kind: z.enum(["alert", "schedule", "manual", "repository", "comment"]),
    /** When a schedule was due, which may be a while before the run began. */
    at: instant.optional(),
    /** The person whose command it was. */
    by: UserRefSchema.optional(),
    /** What they said, as one line, and on which thread. */
    said: z.string().max(600).optional(),
    number: z.number().int().positive().optional(),
    /** The run that this one is a new attempt of. */
    of: recordName.optional(),
  }),
  /** What the first expressions see as `alert`. */
  alert: AlertSchema.optional(),
  /** What the words of the command came to; expressions see them as `inputs`. */
  inputs: z.record(z.string().max(32), inputValue).optional(),
  /** What a person asked not to be spoken of: the run proposes it, and does nothing else. */
  ignore: IgnoreRuleSchema.optional(),
  repository: RepositoryRefSchema,
  baseRef: z.string().max(256),
});
export type RunSpec = z.infer<typeof RunSpecSchema>;

export const RunSchema = z.looseObject({
  schema: schemaVersion,
  spec: RunSpecSchema,
  phase: PhaseSchema,
  createdAt: instant,
  /** When it was made again from its pull request: what was said before does not count. */
  adoptedAt: instant.optional(),
  endedAt: instant.optional(),
  incident: IncidentSchema.optional(),
  steps: z.array(StepSchema).max(32),
  changes: z.array(ChangeSchema).max(8),
  thread: ThreadSchema.optional(),
  watch: WatchSchema.optional(),
  /** Which run in a row this is for its incident or object, within a day; absent = the first. */
  link: z.number().int().positive().optional(),
  /** No step begins before this: an incident that comes back soon cools down first. */
  heldUntil: instant.optional(),
  /** No step begins before the command that asked for the run is judged. */
  awaits: z.literal("judgement").optional(),
  /** Names of the Approvals that this run has noted. */
  noted: z.array(recordName).max(STATEMENTS_PER_RUN),
  outbox: z.array(OutboxEntrySchema).max(64),
  /** The earliest moment at which the outbox has something for the sweep. */
  wakeAt: instant.optional(),
  /** Counts what the run has ever owed, so that each event has an id of its own. */
  ordinal: z.number().int().nonnegative(),
  /** How long the kill switch had stood on in all when this run was last written: deadlines move by what came since. */
  stoodStillMs: z.number().int().nonnegative().default(0),
  /** What went wrong without ending the run: a notice that could not be said, a statement that could not be judged. */
  warnings: z.array(errorText).max(WARNINGS_PER_RUN).default([]),
  /** How it ended, in one sentence for people. */
  outcome: errorText.optional(),
});
export type Run = z.infer<typeof RunSchema>;
