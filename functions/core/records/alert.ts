/** What a run keeps of an alert: enough to tell it from another firing and to say what happened. */
import * as z from "zod";
import { instant } from "./fields.ts";

/** Label and annotation values come from anybody who owns a pod; they are cut here and escaped where they are shown. */
const alertText = z.record(z.string().max(128), z.string().max(1024));

export const AlertSchema = z.looseObject({
  /** Alertmanager's hash of the labels: the same for every firing of the same label set (contracts 1.1). */
  fingerprint: z.string().max(64),
  status: z.enum(["firing", "resolved"]),
  startsAt: instant,
  labels: alertText,
  annotations: alertText,
});
export type Alert = z.infer<typeof AlertSchema>;
