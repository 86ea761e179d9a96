/** A workflow file as people write it: strict, and with words for what the language has later. */
import * as z from "zod";
import { pipelineName, stepId } from "../records/pipeline.ts";
import { scheduleFault } from "./schedule.ts";
import { parseTimeout } from "./timeout.ts";

const MAX_STEPS = 32;

const NOT_YET = "not supported yet in this version";

/** Label names as Prometheus has them; `if` is a condition to come. A value is compared as it stands. */
const labelName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, "is no label's name")
  .refine((name) => name !== "if", `on an alert is ${NOT_YET}`);
const labelValue = z.string().min(1, "must not be empty").max(1024);

const timeout = z.string().transform((text, context) => {
  const ms = parseTimeout(text);
  if (ms === undefined) context.addIssue({ code: "custom", message: "must be a duration like `30s`, `5m` or `2h`, at most `24h`" });
  return ms ?? z.NEVER;
});

const StepFileSchema = z.strictObject({
  id: stepId,
  /** One id, or a list of them. */
  needs: z.preprocess((value) => (typeof value === "string" ? [value] : value), z.array(stepId).max(MAX_STEPS).optional()),
  if: z.preprocess((value) => (typeof value === "boolean" ? String(value) : value), z.string().max(2048).optional()),
  tool: z.string().max(63),
  with: z.record(z.string().max(63), z.unknown()).optional(),
  timeout: timeout.optional(),
});

const ScheduleFileSchema = z.strictObject({ cron: z.string().max(100), timezone: z.string().max(64).default("UTC") }).superRefine((schedule, context) => {
  const fault = scheduleFault(schedule);
  if (fault) context.addIssue({ code: "custom", path: [fault.key], message: fault.message });
});

/** A word that people say after a slash; whoever may write may say it, unless the file asks for more. */
const CommentTriggerFileSchema = z.strictObject({
  command: z
    .string()
    .max(33)
    .regex(/^\/[a-z]+(-[a-z]+)*$/, "must be a slash and lower-case letters, with dashes between words, like `/roll-back`"),
  permission: z.enum(["write", "admin", "owner"], "must be `write`, `admin` or `owner`").default("write"),
  threads: z
    .array(z.enum(["issue", "pull-request"], "must be `issue` or `pull-request`"))
    .min(1, "needs at least one place")
    .max(2)
    .default(["issue", "pull-request"]),
});

const TriggerFileSchema = z.strictObject({
  alert: z
    .record(labelName, labelValue)
    .refine((labels) => Object.keys(labels).length > 0, "needs at least one label")
    .optional(),
  schedule: ScheduleFileSchema.optional(),
  comment: CommentTriggerFileSchema.optional(),
});

/** Words that a command takes, in this order. `number` is a whole number. */
const InputFileSchema = z.strictObject({
  type: z.enum(["string", "number", "boolean"], "must be `string`, `number` or `boolean`").default("string"),
  default: z.union([z.string().max(256), z.number().int(), z.boolean()]).optional(),
  description: z.string().max(256).optional(),
});
const inputName = z.string().regex(/^[a-z][a-z0-9_]{0,30}$/, "must be lower-case letters, digits and underscores");

export const WorkflowFileSchema = z.strictObject({
  name: pipelineName,
  description: z.string().max(1024).optional(),
  on: TriggerFileSchema,
  inputs: z
    .record(inputName, InputFileSchema)
    .refine((inputs) => Object.keys(inputs).length <= 16, "has more than 16 inputs")
    .optional(),
  steps: z.array(StepFileSchema).min(1, "needs at least one step").max(MAX_STEPS, `has more than ${MAX_STEPS} steps`),
});

export type WorkflowFile = z.infer<typeof WorkflowFileSchema>;
export type StepFile = WorkflowFile["steps"][number];

/** A kind of map in a workflow file: the keys that it has, and those of the language that this version does not run (design 6.1). */
export interface Section {
  readonly known: readonly string[];
  readonly later: ReadonlyMap<string, string>;
}

function notYet(keys: readonly string[], toWords: (key: string) => string): [string, string][] {
  return keys.map((key) => [key, `${toWords(key)} ${NOT_YET}`]);
}

const FILE: Section = {
  known: Object.keys(WorkflowFileSchema.shape),
  later: new Map(notYet(["model", "budget", "concurrency"], (key) => `\`${key}\` is`)),
};
const TRIGGER: Section = {
  known: Object.keys(TriggerFileSchema.shape),
  later: new Map(notYet(["finding", "app", "push", "pull-request", "manual"], (key) => `\`${key}\` triggers are`)),
};
const SCHEDULE: Section = { known: Object.keys(ScheduleFileSchema.shape), later: new Map() };
const COMMENT: Section = { known: Object.keys(CommentTriggerFileSchema.shape), later: new Map() };
const INPUT: Section = { known: Object.keys(InputFileSchema.shape), later: new Map() };
const STEP: Section = {
  known: Object.keys(StepFileSchema.shape),
  later: new Map([
    ...notYet(["agent", "approval", "pipeline"], (key) => `\`${key}\` steps are`),
    ...notYet(["prompt", "output", "model", "retry", "for-each", "on-failure"], (key) => `\`${key}\` is`),
  ]),
};

/** The section that a path of keys leads to. */
export function sectionAt(keys: readonly PropertyKey[]): Section {
  if (keys.length === 0) return FILE;
  if (keys[0] === "inputs") return INPUT;
  if (keys[0] !== "on") return STEP;
  if (keys[1] === "schedule") return SCHEDULE;
  return keys[1] === "comment" ? COMMENT : TRIGGER;
}
