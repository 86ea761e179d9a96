/** The pods of a workload, and whether they stand still because their node does. */
import { formatObject, type ObjectRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { nodeDown } from "./node-down.ts";
import type { PodView } from "./pod-view.ts";
import { conditionOf, refOf, textAt } from "../records/read-object.ts";
import type { Snapshot } from "./snapshot.ts";

const indexes = new WeakMap<Snapshot, ReadonlyMap<string, readonly PodView[]>>();

/** Pods whose topmost controller this is, or whose own controller it is. */
export function podsOf(snapshot: Snapshot, owner: KubernetesObject): readonly PodView[] {
  const index = indexes.get(snapshot) ?? indexPods(snapshot);
  indexes.set(snapshot, index);
  return index.get(formatObject(refOf(owner))) ?? [];
}

function indexPods(snapshot: Snapshot): ReadonlyMap<string, readonly PodView[]> {
  const index = new Map<string, PodView[]>();
  for (const pod of snapshot.pods) {
    const owner = pod.object.metadata.ownerReferences?.find((reference) => reference.controller === true);
    const direct = owner && { kind: owner.kind, name: owner.name, ...(pod.ref.namespace !== undefined && { namespace: pod.ref.namespace }) };
    for (const key of new Set([formatObject(snapshot.rootOf(pod.object)), ...(direct ? [formatObject(direct)] : [])])) {
      const list = index.get(key);
      if (list) list.push(pod);
      else index.set(key, [pod]);
    }
  }
  return index;
}

/** Tells whether a pod takes traffic. */
export function isReady(pod: PodView): boolean {
  return textAt(conditionOf(pod.object, "Ready"), "status") === "True";
}

/** The node that every unready pod of a workload is on, where it is down: then the workload has no trouble of its own. */
export function downNodeOf(snapshot: Snapshot, owner: KubernetesObject): ObjectRef | undefined {
  const unready = podsOf(snapshot, owner).filter((pod) => !isReady(pod));
  const nodes = unready.map((pod) => nodeDown(snapshot, pod.nodeName)?.ref);
  const [first] = nodes;
  return first !== undefined && nodes.every((node) => node?.name === first.name) ? first : undefined;
}
