/** From a Service to the workload behind it: by the labels of the pods, and where there are none, by those that a workload would give them. */
import type { ObjectRef } from "../../records/fields.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { refOf, valueAt } from "../../records/read-object.ts";
import { isFinished, isServing, type Scene } from "../scene.ts";

const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout"];

/** What was found behind each service: a thousand pods that a database refuses ask for the same one. */
const found = new WeakMap<Scene, Map<KubernetesObject, ObjectRef | undefined>>();

/** The workload behind a service that is in trouble and serves nobody; undefined while any pod serves. */
export function workloadBehind(service: KubernetesObject, scene: Scene): ObjectRef | undefined {
  const known = found.get(scene) ?? new Map<KubernetesObject, ObjectRef | undefined>();
  found.set(scene, known);
  if (!known.has(service)) known.set(service, brokenBehind(valueAt(service, "spec", "selector"), { namespace: service.metadata.namespace, scene }));
  return known.get(service);
}

interface Place {
  readonly namespace: string | undefined;
  readonly scene: Scene;
}

/** The workload in trouble whose pods a plain selector takes, while none of them serves. */
function brokenBehind(selector: unknown, { namespace, scene }: Place): ObjectRef | undefined {
  if (!isSelector(selector)) return undefined;
  const pods = scene.podsIn(namespace ?? "").filter((pod) => hasLabels(pod.metadata.labels, selector) && !isFinished(pod));
  if (pods.some(isServing)) return undefined;
  const roots = pods.length > 0 ? pods.map((pod) => scene.rootOf(refOf(pod))) : workloads(selector, { namespace, scene });
  return roots.find((root) => scene.troubleOf(root) !== undefined);
}

function workloads(selector: Readonly<Record<string, unknown>>, { namespace, scene }: Place): readonly ObjectRef[] {
  return WORKLOADS.flatMap((kind) => scene.snapshot.ofKind(kind))
    .filter((workload) => workload.metadata.namespace === namespace && hasLabels(valueAt(workload, "spec", "template", "metadata", "labels"), selector))
    .map((workload) => scene.rootOf(refOf(workload)));
}

function isSelector(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" && Object.keys(value).length > 0;
}

function hasLabels(labels: unknown, selector: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(selector).every(([key, value]) => valueAt(labels, key) === value);
}
