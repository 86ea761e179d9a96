/** What stands behind an object that an alert names: the workload of a pod, of a service, of an ingress, of an autoscaler. */
import type { ObjectRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { textAt, valueAt } from "../records/read-object.ts";
import { servicesIn } from "./called-services.ts";
import type { Snapshot } from "./snapshot.ts";

/** The characters that Kubernetes makes suffixes of: no vowels, and none that look alike. */
const SUFFIX = "[bcdfghjklmnpqrstvwxz2456789]";

/** Workloads that a pod of this name can belong to, so that an alert finds its cause when the pod is long gone. */
export function workloadsOfPod(pod: string): readonly Pick<ObjectRef, "kind" | "name">[] {
  const candidates: Pick<ObjectRef, "kind" | "name">[] = [];
  const replicaSet = new RegExp(`^(.+)-[a-z0-9]{6,10}-${SUFFIX}{5}$`).exec(pod)?.[1];
  if (replicaSet !== undefined) candidates.push({ kind: "Deployment", name: replicaSet });
  const single = new RegExp(`^(.+)-${SUFFIX}{5}$`).exec(pod)?.[1];
  if (single !== undefined) candidates.push(...["ReplicaSet", "DaemonSet", "Job", "ReplicationController"].map((kind) => ({ kind, name: single })));
  const ordinal = /^(.+)-\d+$/.exec(pod)?.[1];
  if (ordinal !== undefined) candidates.push({ kind: "StatefulSet", name: ordinal });
  const scheduled = single === undefined ? undefined : /^(.+)-\d{8,10}$/.exec(single)?.[1];
  if (scheduled !== undefined) candidates.push({ kind: "CronJob", name: scheduled });
  return candidates;
}

/** Objects behind one that is in the snapshot, the nearest first; none for one that is not. */
export function reachOf(ref: ObjectRef, snapshot: Snapshot): readonly ObjectRef[] {
  const object = snapshot.get(ref);
  if (!object) return [];
  if (object.kind === "Service") return behindSelector(valueAt(object, "spec", "selector"), object, snapshot);
  if (object.kind === "PodDisruptionBudget") return behindSelector(valueAt(object, "spec", "selector", "matchLabels"), object, snapshot);
  if (object.kind === "HorizontalPodAutoscaler") return scaledBy(object);
  if (/^(Ingress|IngressRoute|HTTPRoute|APIService)$/.test(object.kind)) {
    const services = servicesIn(object, object.metadata.namespace);
    return [...services, ...services.flatMap((service) => reachOf(service, snapshot))];
  }
  const root = snapshot.rootOf(object);
  return root.kind === object.kind && root.name === object.metadata.name ? [] : [root];
}

function scaledBy(object: KubernetesObject): readonly ObjectRef[] {
  const [kind, name] = [textAt(object, "spec", "scaleTargetRef", "kind"), textAt(object, "spec", "scaleTargetRef", "name")];
  const { namespace } = object.metadata;
  return kind === undefined || name === undefined ? [] : [{ kind, name, ...(namespace !== undefined && { namespace }) }];
}

/** The workloads of the pods that a selector takes. */
function behindSelector(selector: unknown, { metadata }: KubernetesObject, snapshot: Snapshot): readonly ObjectRef[] {
  if (selector === null || typeof selector !== "object" || Object.keys(selector).length === 0) return [];
  const wanted = Object.entries(selector);
  const roots = snapshot.ofKind("Pod").flatMap((pod) => {
    const isTaken = pod.metadata.namespace === metadata.namespace && wanted.every(([key, value]) => pod.metadata.labels?.[key] === value);
    return isTaken ? [snapshot.rootOf(pod)] : [];
  });
  return [...new Map(roots.map((root) => [`${root.kind} ${root.name}`, root])).values()];
}
