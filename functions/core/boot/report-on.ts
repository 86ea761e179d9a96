/** The nightly report for a terminal: on one look, with the files and the Prometheus that a person names. */
import { readFileSync } from "node:fs";
import { createPrometheusMetrics } from "../adapters/prometheus/metrics.ts";
import { formatProblem } from "../records/checked-yaml.ts";
import type { Health } from "../records/health.ts";
import { type IgnoreRule, parseIgnore } from "../records/ignore.ts";
import { measure } from "../tools/measure.ts";
import { diagnose } from "../triage/diagnose.ts";
import { healthOf } from "../triage/health.ts";
import type { Look } from "./look-offline.ts";

export interface ReportChoice {
  /** A file as `.anchorwatch/ignore.yaml` is. */
  readonly ignore?: string | undefined;
  /** Prometheus' address. */
  readonly prometheus?: string | undefined;
}

/** @throws Error that names file, line and column where the ignore file is wrong */
export async function reportOn({ objects, now, notSeen }: Look, { ignore, prometheus }: ReportChoice): Promise<Health> {
  const rules = ignore === undefined ? [] : rulesIn(ignore);
  const measured = await measure(prometheus === undefined ? undefined : createPrometheusMetrics({ baseUrl: prometheus }));
  return healthOf({ diagnosis: diagnose(objects, now), rules, measured, earlier: undefined, notSeen });
}

function rulesIn(path: string): readonly IgnoreRule[] {
  const read = parseIgnore(readFileSync(path, "utf8"));
  if (!read.ok) throw new Error(read.problems.map((problem) => formatProblem({ ...problem, path })).join("\n"));
  return read.value;
}
