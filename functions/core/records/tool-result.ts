/** What a tool call found; create-only, named by the id of the event that asked (design 5.5). */
import * as z from "zod";
import { errorText, instant, recordName, schemaVersion } from "./fields.ts";
import { CauseSchema, FindingSchema, RemedySchema } from "./finding.ts";
import { HealthSchema } from "./health.ts";
import { stepId } from "./pipeline.ts";

/** What `find_problems` found for one alert's object, or for the whole cluster. */
export const ProblemsSchema = z.looseObject({
  causes: z.array(CauseSchema).max(50),
  /** Findings that were there beside the cause, so that "worse than before" can be told later. */
  baseline: z.array(FindingSchema.pick({ object: true, category: true })).max(200),
  remedy: RemedySchema.optional(),
  /** Why there is no remedy, in words. */
  refusal: errorText.optional(),
  /** What a person would have to decide where there is none. */
  decide: errorText.optional(),
  /** Why nothing is changed and the trouble only watched, where it heals by itself. */
  wait: errorText.optional(),
});
export type Problems = z.infer<typeof ProblemsSchema>;

export const ToolResultSchema = z.looseObject({
  schema: schemaVersion,
  run: recordName,
  step: stepId,
  tool: z.string().max(63),
  at: instant,
  problems: ProblemsSchema.optional(),
  /** What `health_report` found. */
  health: HealthSchema.optional(),
});
export type ToolResult = z.infer<typeof ToolResultSchema>;
