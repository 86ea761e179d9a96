/** Who answers behind a Service: shared by the analyzers of everything that calls one (ingresses, webhooks, APIs, routes). */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import type { ObjectRef } from "../records/fields.ts";
import { numberAt, refOf, textAt } from "../records/read-object.ts";
import { conditionNamed } from "./condition-view.ts";
import { findObject, wasRead } from "./find-at.ts";
import { hasLabels, type Labels, labelsAt } from "./label-selector.ts";
import { byNamespace, perSnapshot } from "./per-snapshot.ts";
import type { PodView } from "./pod-view.ts";
import type { Snapshot } from "./snapshot.ts";

export const SERVICE = { group: "", kind: "Service" };

/** `idle`: nobody answers, as meant (scaled to zero, between two runs of a job) or only for a moment. */
export type BackEnd =
  | { readonly state: "ready" | "idle" | "unknown" | "missing" }
  | { readonly state: "no-pods" | "no-ready-pods"; readonly blames: ObjectRef; readonly service: KubernetesObject };

/** Pods may be this long on their way to ready before somebody misses them. */
const STARTING_MS = 60_000;

const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Rollout", "Job"];

/** Looks behind a Service by its name. */
export function backEndOf(snapshot: Snapshot, namespace: string, name: string): BackEnd {
  if (!wasRead(snapshot, SERVICE)) return { state: "unknown" };
  const service = findObject(snapshot, SERVICE, { namespace, name });
  return service ? backEndOfService(snapshot, service) : { state: "missing" };
}

/** Looks behind a Service; one without a selector is served by others, and is left in peace. */
export function backEndOfService(snapshot: Snapshot, service: KubernetesObject): BackEnd {
  const selector = labelsAt(service, "spec", "selector");
  if (textAt(service, "spec", "type") === "ExternalName" || Object.keys(selector).length === 0) return { state: "unknown" };
  if (!wasRead(snapshot, { group: "", kind: "Pod" })) return { state: "unknown" };
  const pods = podsMatching(snapshot, service.metadata.namespace, selector);
  if (pods.some((pod) => isPodReady(pod))) return { state: "ready" };
  const [first] = pods.filter((pod) => !isStarting(pod, snapshot.now));
  if (first) return { state: "no-ready-pods", blames: first.ref, service };
  if (pods.length > 0 || isLeaving(snapshot, service, selector)) return { state: "idle" };
  const workload = workloadOf(snapshot, service.metadata.namespace, selector);
  if (workload) return isMeantEmpty(workload) ? { state: "idle" } : { state: "no-ready-pods", blames: refOf(workload), service };
  return { state: "no-pods", blames: refOf(service), service };
}

/** Pods of a namespace that a selector takes and that have not run to their end. */
export function podsMatching(snapshot: Snapshot, namespace: string | undefined, selector: Labels): readonly PodView[] {
  return podsIn(snapshot, namespace ?? "").filter(
    (pod) => pod.phase !== "Succeeded" && pod.phase !== "Failed" && hasLabels(pod.object.metadata.labels ?? {}, selector),
  );
}

const podIndex = perSnapshot((snapshot) => byNamespace(snapshot.pods, (pod) => pod.object));

/** The pods of a namespace. */
export function podsIn(snapshot: Snapshot, namespace: string): readonly PodView[] {
  return podIndex(snapshot).get(namespace) ?? [];
}

/** Tells whether a pod takes traffic. */
export function isPodReady(pod: PodView): boolean {
  const ready = conditionNamed(pod.object, "Ready");
  if (ready) return ready.status === "True";
  return pod.phase === "Running" && pod.containers.every((container) => container.init || container.ready);
}

function isStarting(pod: PodView, now: number): boolean {
  const since = conditionNamed(pod.object, "Ready")?.since ?? pod.createdAt;
  return since !== undefined && now - since < STARTING_MS;
}

/** The workload whose pods a Service would select, were there any. */
export function workloadOf(snapshot: Snapshot, namespace: string | undefined, selector: Labels): KubernetesObject | undefined {
  return workloadsIn(snapshot, namespace).find(({ labels }) => hasLabels(labels, selector))?.workload;
}

interface Labelled {
  readonly workload: KubernetesObject;
  /** The labels that it gives its pods. */
  readonly labels: Labels;
}

const workloadIndex = perSnapshot((snapshot) => {
  const plain = WORKLOADS.flatMap((kind) => snapshot.ofKind(kind)).map((workload): Labelled => ({
    workload,
    labels: labelsAt(workload, "spec", "template", "metadata", "labels"),
  }));
  const scheduled = snapshot
    .ofKind("CronJob")
    .map((workload): Labelled => ({ workload, labels: labelsAt(workload, "spec", "jobTemplate", "spec", "template", "metadata", "labels") }));
  const standing = [...plain, ...scheduled].filter(({ workload }) => workload.metadata.deletionTimestamp === undefined);
  return byNamespace(standing, ({ workload }) => workload);
});

/** Every workload of a namespace with the labels that it gives its pods. */
export function workloadsIn(snapshot: Snapshot, namespace: string | undefined): readonly Labelled[] {
  return workloadIndex(snapshot).get(namespace ?? "") ?? [];
}

/** Old replica sets, jobs and what was scaled to zero have no pods because nobody wants any. */
function isMeantEmpty(workload: KubernetesObject): boolean {
  if (workload.kind === "Job" || workload.kind === "CronJob") return true;
  if (workload.kind === "DaemonSet") return (numberAt(workload, "status", "desiredNumberScheduled") ?? 0) === 0;
  return numberAt(workload, "spec", "replicas") === 0;
}

const leavingPods = perSnapshot((snapshot) => snapshot.ofKind("Pod").filter((pod) => pod.metadata.deletionTimestamp !== undefined));

/** Pods that are being deleted are replaced in a moment, or are in trouble of their own. */
function isLeaving(snapshot: Snapshot, service: KubernetesObject, selector: Labels): boolean {
  return leavingPods(snapshot).some((pod) => pod.metadata.namespace === service.metadata.namespace && hasLabels(pod.metadata.labels ?? {}, selector));
}
