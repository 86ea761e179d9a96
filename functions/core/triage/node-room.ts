/** How much the nodes that can take a pod have left, by what is requested there. */
import { parseQuantity } from "../records/quantity.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import type { ObjectRef } from "../records/fields.ts";
import { conditionOf, isSameObject, textAt, valueAt } from "../records/read-object.ts";
import { againstPlacement, requestOf } from "./node-fit.ts";
import type { PodView } from "./pod-view.ts";
import type { Snapshot } from "./snapshot.ts";

export interface Room {
  readonly node: string;
  /** Bytes that can be allocated there and that no pod of another workload requests. */
  readonly free: number;
}

/** The node with the most memory left, among those that are ready and that the pod's own rules let it run on; undefined when there is none. */
export function largestRoom(snapshot: Snapshot, pod: PodView, workload: ObjectRef): Room | undefined {
  const rooms = nodesFor(snapshot, pod).map((node) => ({ node: node.metadata.name, free: freeOn(snapshot, node, { resource: "memory", without: workload }) }));
  return rooms.toSorted((a, b) => b.free - a.free)[0];
}

/** Nodes that are ready and take the pod, however full they are. Rules between pods are not weighed: a pod that has some stays where it is. */
export function nodesFor(snapshot: Snapshot, pod: PodView): readonly KubernetesObject[] {
  const isBound = (node: KubernetesObject): boolean => hasPodRules(pod) && pod.nodeName !== undefined && pod.nodeName !== node.metadata.name;
  return snapshot.ofKind("Node").filter((node) => isReady(node) && !isBound(node) && againstPlacement(pod, node).length === 0);
}

export function isReady(node: KubernetesObject): boolean {
  return textAt(conditionOf(node, "Ready"), "status") === "True";
}

function hasPodRules({ object }: PodView): boolean {
  return ["podAffinity", "podAntiAffinity"].some((rules) => valueAt(object, "spec", "affinity", rules) !== undefined);
}

/** What can be allocated there and is not requested, but by pods of the workload that is left out, which its new pods replace. */
export function freeOn(snapshot: Snapshot, node: KubernetesObject, { resource, without }: { resource: string; without?: ObjectRef }): number {
  const requested = snapshot.pods
    .filter(({ phase, nodeName }) => nodeName === node.metadata.name && phase !== "Succeeded" && phase !== "Failed")
    .filter(({ object }) => without === undefined || !isSameObject(snapshot.rootOf(object), without))
    .reduce((sum, pod) => sum + requestOf(pod, resource), 0);
  return (parseQuantity(valueAt(node, "status", "allocatable", resource)) ?? 0) - requested;
}
