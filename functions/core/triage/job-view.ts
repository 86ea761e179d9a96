/** A Job as the analyzers look at it: how it ended, when, and whose it is. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { booleanAt, conditionOf, instantAt, textAt } from "../records/read-object.ts";

export interface JobView {
  readonly object: KubernetesObject;
  readonly state: "running" | "suspended" | "complete" | "failed";
  /** The reason of its failure: `BackoffLimitExceeded`, `DeadlineExceeded`. */
  readonly reason: string;
  readonly message: string | undefined;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Name of the cron job that made it. */
  readonly cronJob: string | undefined;
}

/** Reads a job. */
export function viewJob(object: KubernetesObject): JobView {
  const failed = [conditionOf(object, "Failed"), conditionOf(object, "FailureTarget")].find((one) => textAt(one, "status") === "True");
  const complete = textAt(conditionOf(object, "Complete"), "status") === "True";
  const isSuspended = booleanAt(object, "spec", "suspend") === true;
  const owner = object.metadata.ownerReferences?.find((reference) => reference.controller === true && reference.kind === "CronJob");
  return {
    object,
    state: complete ? "complete" : failed ? "failed" : isSuspended ? "suspended" : "running",
    reason: textAt(failed, "reason") ?? "",
    message: textAt(failed, "message"),
    startedAt: instantAt(object, "status", "startTime") ?? instantAt(object, "metadata", "creationTimestamp"),
    endedAt: instantAt(object, "status", "completionTime") ?? instantAt(failed ?? conditionOf(object, "Complete"), "lastTransitionTime"),
    cronJob: owner?.name,
  };
}
