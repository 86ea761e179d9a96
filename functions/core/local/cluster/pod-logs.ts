/** What a pod's containers have written, as the API server would answer for it. */
import type { ObjectRef } from "../../records/fields.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { livesOf } from "./pod-object.ts";
import type { Rollout, RolloutContext } from "./rollout.ts";

interface LogQuestion {
  readonly container: string;
  readonly previous: boolean;
  readonly lines: number;
  readonly rolloutOf: (manifest: KubernetesObject) => Rollout | undefined;
  readonly contextOf: (manifest: KubernetesObject) => RolloutContext;
}

/** The last run's words. While its state is `terminated` it is the current one, and there is no previous (contracts 12.2). */
export function logsOf(manifests: readonly KubernetesObject[], pod: ObjectRef, question: LogQuestion): string | undefined {
  for (const manifest of manifests.filter((candidate) => candidate.kind === "Deployment" && candidate.metadata.namespace === pod.namespace)) {
    const context = question.contextOf(manifest);
    for (const set of question.rolloutOf(manifest)?.sets ?? []) {
      const record = set.pods.find((candidate) => candidate.name === pod.name);
      const lived = record && livesOf(set, record, context).find((item) => item.context.container.name === question.container);
      if (lived) return runLog(lived.life, question);
    }
  }
  return undefined;
}

function runLog(life: ReturnType<typeof livesOf>[number]["life"], { previous, lines }: LogQuestion): string | undefined {
  const log = life.fault.kind === "crash" ? life.fault.log : "ready";
  const ended = life.runs.at(-1)?.finishedAt !== undefined;
  const shown = previous ? life.restarts > 0 && !ended : life.runs.length > 0;
  return shown ? log.split("\n").slice(-lines).join("\n") : undefined;
}
