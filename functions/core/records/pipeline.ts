/** What a workflow file compiles to, and the record that says which files are in force (design 6.1). */
import * as z from "zod";
import { IgnoreRulesSchema } from "./ignore.ts";
import { errorText, instant, objectId, RepositoryRefSchema, schemaVersion } from "./fields.ts";

/** A name that people give: a pipeline's or a step's. */
export const pipelineName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, "must be lower-case letters, digits and dashes");
export const stepId = z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, "must be lower-case letters, digits, dashes and underscores");

/** Starts a run for an alert that carries all these labels with these values. */
export const AlertTriggerSchema = z.looseObject({ labels: z.record(z.string(), z.string()) });

/** Starts a run by the clock: five fields of cron, read in a time zone of the IANA database. */
export const ScheduleTriggerSchema = z.looseObject({ cron: z.string().max(100), timezone: z.string().max(64) });
export type ScheduleTrigger = z.infer<typeof ScheduleTriggerSchema>;

/** Where a command may be said. */
export const ThreadKindSchema = z.enum(["issue", "pull-request"]);

/** Starts a run for a command that somebody says; its name stands without the slash. */
export const CommentTriggerSchema = z.looseObject({
  command: z.string().max(32),
  permission: z.enum(["write", "admin", "owner"]),
  threads: z.array(ThreadKindSchema),
});

export const InputTypeSchema = z.enum(["string", "number", "boolean"]);
export const inputValue = z.union([z.string().max(256), z.number().int(), z.boolean()]);

/** A value that a command's words give; without a default it has to be said. In the file's order. */
export const InputSchema = z.looseObject({ name: z.string().max(32), type: InputTypeSchema, default: inputValue.optional() });
export type Input = z.infer<typeof InputSchema>;
export type InputValue = z.infer<typeof inputValue>;

export const CompiledStepSchema = z.looseObject({
  id: stepId,
  needs: z.array(stepId).max(32),
  /** CEL, without the `${{ }}` around it. */
  if: z.string().max(2048).optional(),
  tool: z.string().max(63),
  /** Arguments; a string that is one `${{ expression }}` becomes the value of that expression. */
  with: z.record(z.string(), z.unknown()),
  timeoutMs: z.number().int().positive().optional(),
});
export type CompiledStep = z.infer<typeof CompiledStepSchema>;

export const CompiledPipelineSchema = z.looseObject({
  name: pipelineName,
  description: z.string().max(1024).optional(),
  on: z.looseObject({ alert: AlertTriggerSchema.optional(), schedule: ScheduleTriggerSchema.optional(), comment: CommentTriggerSchema.optional() }),
  inputs: z.array(InputSchema).max(16).optional(),
  steps: z.array(CompiledStepSchema).min(1).max(32),
});
export type CompiledPipeline = z.infer<typeof CompiledPipelineSchema>;

/** Where a version of a file was read: on the default branch, at a recorded commit. */
export const PipelineSourceSchema = z.looseObject({
  repository: RepositoryRefSchema,
  path: z.string().max(512),
  commit: objectId,
});

/** One per workflow file. `compiled` is the last good version; `error` says why the newest one is not in force. */
export const PipelineSchema = z.looseObject({
  schema: schemaVersion,
  source: PipelineSourceSchema,
  valid: z.boolean(),
  compiled: CompiledPipelineSchema.optional(),
  /** The commit that `compiled` came from; older than `source.commit` while `valid` is false. */
  compiledFrom: objectId.optional(),
  /** Since when its schedule is in force: what was due before does not count. */
  scheduledSince: instant.optional(),
  /** Of `ignore.yaml`, which is no workflow: its last good rules. */
  ignores: IgnoreRulesSchema.optional(),
  /** `file:line:col: message`, the first that was found. */
  error: errorText.optional(),
});
export type Pipeline = z.infer<typeof PipelineSchema>;
