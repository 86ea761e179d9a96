/** A run's hold on a resource, an incident or a cause; without expiry, free when its run has ended (engine.md 4). */
import * as z from "zod";
import { instant, recordName, schemaVersion } from "./fields.ts";

export const LockSchema = z.looseObject({
  schema: schemaVersion,
  run: recordName,
  /** What is locked, in words: `incident KubePodCrashLooping web/shop`. */
  what: z.string().max(512),
  takenAt: instant,
  /** Of an incident: which run in a row it names, within a day (safety T27); absent = the first. */
  link: z.number().int().positive().optional(),
  /** Of an incident: the run that it named before a person asked for a new attempt; its firing has had its run. */
  before: recordName.optional(),
});
export type Lock = z.infer<typeof LockSchema>;
