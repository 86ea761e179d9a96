/** What was done directly in the cluster; create-only, written before the effect, so that caps count what was tried (design 5.5). */
import * as z from "zod";
import { instant, ObjectRefSchema, recordName, schemaVersion } from "./fields.ts";
import { stepId } from "./pipeline.ts";

/** The tools whose steps act directly: each one bounded action. */
export const ActionToolSchema = z.enum(["restart_pod", "scale", "clear_completed_jobs", "sync_app"]);
export type ActionTool = z.infer<typeof ActionToolSchema>;

/** Objects that one action may touch. */
export const TARGETS_PER_ACTION = 20;

/** An object as it was looked at: another one of the same name has another uid, and is left alone (safety T30). */
export const TargetSchema = z.looseObject({ object: ObjectRefSchema, uid: z.string().min(1).max(64) });
export type Target = z.infer<typeof TargetSchema>;

export const ActionSchema = z.looseObject({
  schema: schemaVersion,
  run: recordName,
  step: stepId,
  tool: ActionToolSchema,
  /** What cools down afterwards: the workload of a pod, the namespace of jobs, the app. */
  subject: ObjectRefSchema,
  targets: z.array(TargetSchema).min(1).max(TARGETS_PER_ACTION),
  /** Replicas before and after, of a scaling. */
  replicas: z.looseObject({ before: z.number().int().nonnegative(), after: z.number().int().positive() }).optional(),
  /** The commit that an app is synced to. */
  revision: z.string().max(64).optional(),
  /** One sentence: what is done. */
  words: z.string().max(512),
  at: instant,
  /** Hours of 60 engine minutes since the epoch: what the hourly cap is looked up by. */
  hour: z.number().int().nonnegative(),
});
export type Action = z.infer<typeof ActionSchema>;
