/** The cluster as it would be with other changes of ours that are open: what two of them ask for together has to fit (design 8.4). */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import type { Effect } from "../records/plan.ts";
import { parseQuantity } from "../records/quantity.ts";
import { isSameObject, listAt, textAt, valueAt } from "../records/read-object.ts";
import { requestOf } from "../triage/node-fit.ts";
import { nodesFor, freeOn } from "../triage/node-room.ts";
import { viewPod } from "../triage/pod-view.ts";
import { createSnapshot, type Snapshot } from "../triage/snapshot.ts";

/** Pods that one open change may add: more of them is no home cluster's. */
const MAX_ADDED = 50;

const RESOURCE = /^(?:spec\.template\.)?spec\.(?:initContainers|containers)\[([\w.-]+)\]\.resources\.(requests|limits)\.(cpu|memory)$/;

/** @param effects what the other open changes come to */
export function withOpenChanges(snapshot: Snapshot, effects: readonly Effect[]): Snapshot {
  const resized = effects.filter(({ field }) => RESOURCE.test(field));
  const objects = snapshot.objects.map((object) =>
    object.kind === "Pod" && resized.length > 0
      ? resizedPod(
          object,
          resized.filter((one) => isSameObject(one.object, snapshot.rootOf(object))),
        )
      : object,
  );
  const larger = createSnapshot(objects, snapshot.now);
  const added = effects.filter(({ field }) => field === "spec.replicas").flatMap((effect) => addedPods(larger, effect));
  const all = createSnapshot([...larger.objects, ...added], snapshot.now);
  return createSnapshot(
    all.objects.map((object) => (object.kind === "ResourceQuota" ? usedQuota(object, snapshot, all) : object)),
    snapshot.now,
  );
}

function resizedPod(pod: KubernetesObject, effects: readonly Effect[]): KubernetesObject {
  const resize = (container: unknown): unknown => {
    const sizes = effects.flatMap(({ field, after }) => {
      const [, name, side = "", resource = ""] = RESOURCE.exec(field) ?? [];
      return name === textAt(container, "name") ? [{ side, resource, size: after === undefined ? undefined : (JSON.parse(after) as unknown) }] : [];
    });
    if (sizes.length === 0) return container;
    const of = (side: string): Readonly<Record<string, unknown>> => {
      const changed = sizes.filter((one) => one.side === side).map(({ resource, size }) => [resource, size] as const);
      return { ...(Object(valueAt(container, "resources", side)) as Readonly<Record<string, unknown>>), ...Object.fromEntries(changed) };
    };
    return { ...Object(container), resources: { requests: of("requests"), limits: of("limits") } };
  };
  const spec = Object(pod["spec"]) as Record<string, unknown>;
  return { ...pod, spec: { ...spec, containers: listAt(spec, "containers").map(resize), initContainers: listAt(spec, "initContainers").map(resize) } };
}

/** Like one that runs today, on the node that has the most left. */
function addedPods(snapshot: Snapshot, { object, before, after }: Effect): readonly KubernetesObject[] {
  const like = snapshot.pods.find((pod) => isSameObject(snapshot.rootOf(pod.object), object));
  const more = Math.min(MAX_ADDED, (parseQuantity(Number(after)) ?? 0) - (parseQuantity(Number(before ?? "1")) ?? 0));
  if (!like || !(more > 0)) return [];
  const { nodeName: _, ...spec } = Object(like.object["spec"]) as Record<string, unknown>;
  const free = { ...like.object, spec };
  const view = viewPod(free);
  const nodes = nodesFor(snapshot, view).map((node) => ({ name: node.metadata.name, left: freeOn(snapshot, node, { resource: "memory" }) }));
  return Array.from({ length: more }, (_unused, index) => {
    const [first] = nodes.sort((a, b) => b.left - a.left);
    if (first) first.left -= requestOf(view, "memory");
    return {
      ...free,
      metadata: { ...like.object.metadata, name: `${like.object.metadata.name}-open-${index}` },
      spec: { ...spec, ...(first && { nodeName: first.name }) },
    };
  });
}

const COUNTED = [
  ["requests.cpu", "requests", "cpu"],
  ["cpu", "requests", "cpu"],
  ["requests.memory", "requests", "memory"],
  ["memory", "requests", "memory"],
  ["limits.cpu", "limits", "cpu"],
  ["limits.memory", "limits", "memory"],
] as const;

/** What the quota counts already, and what comes to it. */
function usedQuota(quota: KubernetesObject, now: Snapshot, then: Snapshot): KubernetesObject {
  const used = Object(valueAt(quota, "status", "used")) as Record<string, unknown>;
  const grown = COUNTED.flatMap(([key, side, resource]) => {
    const sum = (snapshot: Snapshot): number =>
      snapshot.pods
        .filter(({ ref, phase }) => ref.namespace === quota.metadata.namespace && phase !== "Succeeded" && phase !== "Failed")
        .reduce((total, pod) => total + askedBy(pod.object, side, resource), 0);
    return used[key] === undefined ? [] : [[key, (parseQuantity(used[key]) ?? 0) + sum(then) - sum(now)] as const];
  });
  return { ...quota, status: { ...Object(quota["status"]), used: { ...used, ...Object.fromEntries(grown) } } };
}

function askedBy(pod: KubernetesObject, side: string, resource: string): number {
  return listAt(pod, "spec", "containers").reduce<number>((sum, container) => {
    const resources = valueAt(container, "resources");
    return sum + (parseQuantity(valueAt(resources, side, resource) ?? (side === "requests" ? valueAt(resources, "limits", resource) : undefined)) ?? 0);
  }, 0);
}
