/** Which workflow an alert starts: the one that says most about it (design 6.2). */
import type { CompiledPipeline } from "../records/pipeline.ts";

export interface Match<P> {
  readonly best: P;
  /** Names of the others that would have taken it. */
  readonly alsoMatched: readonly string[];
}

/** Finds the pipeline with most labels, all of which the alert has; of equals, the first by name. */
export function matchAlert<P extends Pick<CompiledPipeline, "name" | "on">>(
  pipelines: readonly P[],
  labels: Readonly<Record<string, string>>,
): Match<P> | undefined {
  const matching = pipelines
    .map((pipeline) => ({ pipeline, matchers: Object.entries(pipeline.on.alert?.labels ?? {}) }))
    .filter(({ matchers }) => matchers.length > 0 && matchers.every(([name, value]) => labels[name] === value))
    .toSorted((a, b) => b.matchers.length - a.matchers.length || compare(a.pipeline.name, b.pipeline.name));
  const [best, ...others] = matching.map(({ pipeline }) => pipeline);
  return best && { best, alsoMatched: others.map(({ name }) => name) };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
