/** Asking for measurements. Every method @throws Unavailable (no answer, busy) and Refused (the question is wrong, or not allowed). */
import type { MetricSample } from "../records/health.ts";

export interface Metrics {
  /** The values of a PromQL expression now, at most a thousand; those that are no number are left out. */
  query(expression: string): Promise<readonly MetricSample[]>;
}
