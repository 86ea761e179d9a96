/** Whether a workload's rollout is through: the newest generation seen, every pod new, none of the old ones left. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { numberAt } from "../records/read-object.ts";

/** Says what a rollout still waits for; undefined when it is through, or when the kind has no rollout. */
export function rolloutWaitsFor(workload: KubernetesObject): string | undefined {
  const status = (field: string): number => numberAt(workload, "status", field) ?? 0;
  if (!["Deployment", "StatefulSet", "DaemonSet"].includes(workload.kind)) return undefined;
  if ((numberAt(workload, "status", "observedGeneration") ?? 0) < (workload.metadata.generation ?? 0)) return "the new version has not been noticed yet";
  if (workload.kind === "DaemonSet") return waits(status("updatedNumberScheduled"), status("numberAvailable"), status("desiredNumberScheduled"));
  const wanted = numberAt(workload, "spec", "replicas") ?? 1;
  const available = workload.kind === "Deployment" ? status("availableReplicas") : status("readyReplicas");
  // A StatefulSet counts as updated only what was made anew; when all is of one revision that field is away.
  const updated = workload.kind === "StatefulSet" ? (numberAt(workload, "status", "updatedReplicas") ?? wanted) : status("updatedReplicas");
  const old = workload.kind === "Deployment" ? status("replicas") - status("updatedReplicas") : 0;
  return waits(updated, available, wanted) ?? (old > 0 ? `${old} old pods are still there` : undefined);
}

function waits(updated: number, available: number, wanted: number): string | undefined {
  if (updated < wanted) return `${updated} of ${wanted} pods are of the new version`;
  return available < wanted ? `${available} of ${wanted} pods are available` : undefined;
}
