/** How much memory the largest node that can take a pod has left, by what is requested there. */
import { parseQuantity } from "../../records/quantity.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import type { ObjectRef } from "../../records/fields.ts";
import { conditionOf, isSameObject, listAt, textAt, valueAt } from "../../records/read-object.ts";
import { hasLabels, labelsAt } from "../label-selector.ts";
import { isTolerated, requestOf } from "../node-fit.ts";
import type { PodView } from "../pod-view.ts";
import type { Snapshot } from "../snapshot.ts";

export interface Room {
  readonly node: string;
  /** Bytes that can be allocated there and that no pod of another workload requests. */
  readonly free: number;
}

/** The node with the most room, among those that are ready and that the pod's selector and tolerations let it run on; undefined when there is none. */
export function largestRoom(snapshot: Snapshot, pod: PodView, workload: ObjectRef): Room | undefined {
  const rooms = snapshot
    .ofKind("Node")
    .filter((node) => takes(node, pod))
    .map((node) => ({ node: node.metadata.name, free: allocatable(node) - requestedOn(snapshot, node.metadata.name, workload) }));
  return rooms.toSorted((a, b) => b.free - a.free)[0];
}

/** Rules of affinity are not weighed: a pod that has some stays on the node where it is. */
function takes(node: KubernetesObject, { object, nodeName }: PodView): boolean {
  const isReady = textAt(conditionOf(node, "Ready"), "status") === "True" && valueAt(node, "spec", "unschedulable") !== true;
  const isBound = valueAt(object, "spec", "affinity") !== undefined && nodeName !== node.metadata.name;
  const taints = listAt(node, "spec", "taints").filter((taint) => textAt(taint, "effect") !== "PreferNoSchedule");
  const tolerations = listAt(object, "spec", "tolerations");
  const isChosen = hasLabels(node.metadata.labels ?? {}, labelsAt(object, "spec", "nodeSelector"));
  return isReady && !isBound && isChosen && taints.every((taint) => isTolerated(taint, tolerations));
}

function allocatable(node: KubernetesObject): number {
  return parseQuantity(valueAt(node, "status", "allocatable", "memory")) ?? 0;
}

/** By all pods there but those of the workload itself, which its new pods replace. */
function requestedOn(snapshot: Snapshot, node: string, workload: ObjectRef): number {
  return snapshot.pods
    .filter(({ phase, nodeName }) => nodeName === node && phase !== "Succeeded" && phase !== "Failed")
    .filter(({ object }) => !isSameObject(snapshot.rootOf(object), workload))
    .reduce((sum, pod) => sum + requestOf(pod, "memory"), 0);
}
