/** From an alert's labels to the causes behind it: what kube-prometheus' rules put in their labels names an object. */
import type { Cause } from "../records/finding.ts";
import type { ObjectRef } from "../records/fields.ts";
import { isScrapedService } from "../records/scrape-labels.ts";

/** Labels that name an object, the most telling first. kube-state-metrics' own `pod` can stand beside a workload's label, so that comes later. */
const LABEL_KINDS: readonly (readonly [label: string, kinds: readonly string[]])[] = [
  ["deployment", ["Deployment"]],
  ["statefulset", ["StatefulSet"]],
  ["daemonset", ["DaemonSet"]],
  ["cronjob", ["CronJob"]],
  ["job_name", ["Job"]],
  ["persistentvolumeclaim", ["PersistentVolumeClaim"]],
  ["pod", ["Pod"]],
  ["application", ["Application"]],
  ["name", ["Application"]],
  ["node", ["Node"]],
  ["service", ["Service"]],
];

/** Label of a pod's container; it picks among several causes, never excludes one. */
const CONTAINER_LABEL = "container";

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

/** Objects that an alert's labels name, the object itself first. */
export function objectsOfAlert(labels: Readonly<Record<string, string>>): readonly ObjectRef[] {
  const found = LABEL_KINDS.find(([label]) => (labels[label] ?? "") !== "" && !(label === "service" && isScrapedService(labels)));
  if (!found) return [];
  const [label, kinds] = found;
  const name = labels[label] ?? "";
  const { namespace } = labels;
  const place = label === "node" || namespace === undefined ? {} : { namespace };
  const workloads = label === "pod" ? workloadsOfPod(name) : label === "job_name" ? cronJobOf(name) : [];
  return [...kinds.map((kind) => ({ kind, name })), ...workloads].map((ref) => ({ ...ref, ...place }));
}

function cronJobOf(job: string): readonly Pick<ObjectRef, "kind" | "name">[] {
  const name = /^(.+)-\d{8,10}$/.exec(job)?.[1];
  return name === undefined ? [] : [{ kind: "CronJob", name }];
}

/** The causes behind an alert, the best first; all of its namespace where the labels name no object, none where they name nothing. */
export function causesOfAlert(causes: readonly Cause[], labels: Readonly<Record<string, string>>): readonly Cause[] {
  const refs = objectsOfAlert(labels);
  const matching =
    refs.length > 0
      ? causes.filter((cause) => refs.some((ref) => isAbout(cause, ref)))
      : causes.filter((cause) => labels.namespace !== undefined && cause.object.namespace === labels.namespace);
  const container = labels[CONTAINER_LABEL];
  const named = (cause: Cause): number =>
    container !== undefined && cause.findings.some((finding) => finding.message.includes(`container ${container} `)) ? 0 : 1;
  return [...matching].sort((a, b) => named(a) - named(b));
}

/** The causes about one object: its own, and those whose findings are seen at it. */
export function causesOfObject(causes: readonly Cause[], object: ObjectRef): readonly Cause[] {
  return causes.filter((cause) => isAbout(cause, object));
}

/** An Application's metric has the namespace of its own label set, so its name is enough. */
function isAbout(cause: Cause, ref: ObjectRef): boolean {
  const isRef = (object: ObjectRef): boolean =>
    object.kind === ref.kind && object.name === ref.name && (ref.namespace === undefined || object.namespace === ref.namespace);
  if (isRef(cause.object) || cause.findings.some((finding) => isRef(finding.object))) return true;
  return ref.kind === "Application" && cause.app?.name === ref.name;
}
