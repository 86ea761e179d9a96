/** Whether the namespace allows what a changed workload asks for: its LimitRanges and ResourceQuotas (design 8.4). */
import type { Check } from "../records/check.ts";
import { formatObject } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { isSameObject, numberAt, refOf } from "../records/read-object.ts";
import { againstNamespace } from "../triage/namespace-limits.ts";
import type { Snapshot } from "../triage/snapshot.ts";
import { checked, notChecked, refused } from "./check-of.ts";
import { podOf, type Touched } from "./touched.ts";

/** @param snapshot with the other open changes in it; undefined where the cluster cannot be seen */
export function checkLimits(touched: readonly Touched[], snapshot: Snapshot | undefined): Check | undefined {
  const workloads = touched.filter(({ after }) => podOf(after) !== undefined);
  if (workloads.length === 0) return undefined;
  if (snapshot === undefined) return notChecked("limits", "the cluster cannot be seen now, so what the namespace allows is not known");
  const namespaces = new Set(workloads.map(({ after }) => after.metadata.namespace));
  const ruled = ["LimitRange", "ResourceQuota"].flatMap((kind) => snapshot.ofKind(kind)).filter(({ metadata }) => namespaces.has(metadata.namespace));
  if (ruled.length === 0) return undefined;
  const problems = workloads.flatMap(({ before, after }) => {
    const old = new Set(before === undefined ? [] : against(snapshot, before));
    return against(snapshot, after).flatMap((one) => (old.has(one) ? [] : [`${formatObject(refOf(after))}: ${one}`]));
  });
  if (problems.length > 0) return refused("limits", problems);
  return checked(
    "limits",
    `${[...new Set(ruled.map((rule) => `${rule.kind} ${rule.metadata.name}`))].slice(0, 4).join(", ")} ${ruled.length === 1 ? "allows" : "allow"} it`,
  );
}

function against(snapshot: Snapshot, workload: KubernetesObject): readonly string[] {
  const pod = podOf(workload);
  const running = snapshot.pods.filter(({ object }) => isSameObject(snapshot.rootOf(object), refOf(workload))).length;
  return pod === undefined ? [] : againstNamespace(snapshot, { workload, pod, replicas: numberAt(workload, "spec", "replicas") ?? Math.max(1, running) });
}
