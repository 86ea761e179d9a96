/** What stands behind an object that an alert names: the workload of a pod, of a service, of an ingress, of an autoscaler. */
import type { ObjectRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { refOf, textAt, valueAt } from "../records/read-object.ts";
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

/**
 * The workloads of a pod that is gone, the surest first: a set or job whose name the pod's begins with stands in the snapshot and
 * tells its owner, whatever the length of its hash; only without one the name alone is guessed from.
 */
export function workloadsOfGonePod(pod: ObjectRef, snapshot: Snapshot | undefined): readonly ObjectRef[] {
  const { namespace } = pod;
  const guesses = workloadsOfPod(pod.name).map(({ kind, name }): ObjectRef => ({ kind, name, ...(namespace !== undefined && { namespace }) }));
  if (!snapshot) return guesses;
  const makers = guesses.filter(({ kind, name }) => kind !== "Deployment" && kind !== "CronJob" && pod.name.startsWith(`${name}-`));
  const standing = makers.flatMap((ref) => standingAs(ref, snapshot));
  const owners = standing.flatMap((ref) => reachOf(ref, snapshot));
  return owners.length > 0 ? [...owners, ...standing] : [...standing, ...guesses];
}

/** The object of that kind and name; without a namespace in every one that has it. */
function standingAs(ref: ObjectRef, snapshot: Snapshot): readonly ObjectRef[] {
  if (ref.namespace !== undefined) return snapshot.get(ref) ? [ref] : [];
  return snapshot
    .ofKind(ref.kind)
    .filter(({ metadata }) => metadata.name === ref.name)
    .map(refOf);
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
