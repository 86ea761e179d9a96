/** Jobs as the job controller writes them: started at once, done after a while, and kept until somebody deletes them. Their pods are not shown. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { instantAt, textAt } from "../../records/read-object.ts";
import { apiTime } from "./container-life.ts";

/** Seconds that a job runs; `never` does not end. */
const RUNS_FOR = "sim.anchorwatch.dev/runs-for";
const RUN_SECONDS = 5;

/** A job with the status that it has now; every other object as it is. */
export function withJobStatus(object: KubernetesObject, { now, secondMs }: { now: number; secondMs: number }): KubernetesObject {
  if (object.kind !== "Job") return object;
  const startedAt = instantAt(object, "metadata", "creationTimestamp") ?? now;
  const text = textAt(object, "metadata", "annotations", RUNS_FOR);
  const seconds = text === "never" ? Infinity : Number(text ?? RUN_SECONDS);
  const finishedAt = startedAt + seconds * secondMs;
  return { ...object, status: finishedAt <= now ? complete(startedAt, finishedAt) : { active: 1, ready: 1, ...started(startedAt) } };
}

function started(startedAt: number): Record<string, unknown> {
  return { startTime: apiTime(startedAt), terminating: 0, uncountedTerminatedPods: {} };
}

function complete(startedAt: number, finishedAt: number): Record<string, unknown> {
  const at = apiTime(finishedAt);
  const message = "Reached expected number of succeeded pods";
  const conditions = ["SuccessCriteriaMet", "Complete"].map((type) => ({
    type,
    status: "True",
    reason: "CompletionsReached",
    message,
    lastProbeTime: at,
    lastTransitionTime: at,
  }));
  return { ...started(startedAt), completionTime: at, conditions, ready: 0, succeeded: 1 };
}
