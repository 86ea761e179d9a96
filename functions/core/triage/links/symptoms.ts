/** Findings that only say that something is wrong: where a reason is known for the same chain, they are part of its effects. */
import type { Finding } from "../../records/finding.ts";

const SYMPTOMS = new Set([
  "unavailable",
  "rollout-stuck",
  "replica-failure",
  "no-endpoints",
  "no-ready-endpoints",
  "degraded",
  "missing",
  "stuck-progressing",
  "out-of-sync",
]);

/** Tells whether a finding names no reason of its own. */
export function isSymptom(finding: Finding): boolean {
  return SYMPTOMS.has(finding.category);
}
