/** Tells live trouble from what is over: what failed once and was made good since by the same controller is no cause. */
import type { Finding } from "../records/finding.ts";
import type { ObjectRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { conditionOf, instantAt, listAt, numberAt, refOf, textAt } from "../records/read-object.ts";
import { isArgoApplication } from "./owner-app.ts";
import { hasComeBack } from "./reboot.ts";
import type { Snapshot } from "./snapshot.ts";

/** What threw a pod out just now may do so again, though the pod was replaced. */
const RECENT_MS = 30 * 60_000;

/** What a reboot brings about; an image that cannot be pulled is none of it. */
const RESTARTS = /^(crash-loop|out-of-memory)$/;

/** Tells whether a finding is about something that was overcome since. */
export function isOver(finding: Finding, snapshot: Snapshot): boolean {
  const object = snapshot.get(finding.object);
  switch (object?.kind) {
    case "Pod":
      return (!isRecent(finding, snapshot.now) && isReplaced(object, snapshot)) || (RESTARTS.test(finding.category) && hasComeBack(finding.object, snapshot));
    case "Job":
      return finding.category === "failed-job" && hasLaterSuccess(object, snapshot);
    case "Application":
      return finding.category === "sync-failed" && isSyncedAndHealthy(object);
    default:
      return false;
  }
}

function isRecent({ since }: Finding, now: number): boolean {
  return since !== undefined && now - since < RECENT_MS;
}

/** A pod that failed (evicted, shut down with its node) stays as a record; its controller has made another. */
function isReplaced(pod: KubernetesObject, snapshot: Snapshot): boolean {
  if (textAt(pod, "status", "phase") !== "Failed") return false;
  const owner = controllerOf(pod, snapshot);
  if (owner?.kind === "Job") return textAt(conditionOf(owner, "Complete"), "status") === "True" || hasLaterSuccess(owner, snapshot);
  return owner !== undefined && isComplete(owner);
}

function controllerOf(object: KubernetesObject, snapshot: Snapshot): KubernetesObject | undefined {
  const owner = object.metadata.ownerReferences?.find((reference) => reference.controller === true);
  const { namespace } = object.metadata;
  const ref: ObjectRef | undefined = owner && {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.name,
    ...(namespace !== undefined && { namespace }),
  };
  return ref && snapshot.get(ref);
}

/** Every pod that is wanted is ready. */
function isComplete(workload: KubernetesObject): boolean {
  if (workload.kind === "DaemonSet") return (numberAt(workload, "status", "numberReady") ?? 0) >= (numberAt(workload, "status", "desiredNumberScheduled") ?? 1);
  return (numberAt(workload, "status", "readyReplicas") ?? 0) >= (numberAt(workload, "spec", "replicas") ?? 1);
}

/** A later run of the same cron job succeeded: by its own record, or by the job that did. */
function hasLaterSuccess(job: KubernetesObject, snapshot: Snapshot): boolean {
  const cronJob = job.metadata.ownerReferences?.find((reference) => reference.kind === "CronJob");
  const started = instantAt(job, "status", "startTime") ?? instantAt(job, "metadata", "creationTimestamp");
  if (!cronJob || started === undefined) return false;
  const noted = snapshot.get({ apiVersion: cronJob.apiVersion, kind: "CronJob", name: cronJob.name, ...namespaceOf(job) });
  if ((instantAt(noted, "status", "lastSuccessfulTime") ?? 0) > started) return true;
  return snapshot.ofKind("Job").some((other) => {
    const isOfSame =
      other.metadata.namespace === job.metadata.namespace &&
      other.metadata.ownerReferences?.some(({ kind, name }) => kind === "CronJob" && name === cronJob.name);
    return isOfSame === true && textAt(conditionOf(other, "Complete"), "status") === "True" && (instantAt(other, "status", "startTime") ?? 0) > started;
  });
}

function namespaceOf(object: KubernetesObject): Pick<ObjectRef, "namespace"> {
  const { namespace } = refOf(object);
  return namespace === undefined ? {} : { namespace };
}

/** An operation of an older commit failed, and what Git says now is applied and well (contracts 12.2). */
function isSyncedAndHealthy(app: KubernetesObject): boolean {
  const isBroken = listAt(app, "status", "conditions").some((condition) => textAt(condition, "type")?.endsWith("Error") === true);
  return isArgoApplication(app) && !isBroken && textAt(app, "status", "sync", "status") === "Synced" && textAt(app, "status", "health", "status") === "Healthy";
}
