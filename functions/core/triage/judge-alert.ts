/** From an alert's labels to the objects that it is about, or to why there is nothing to do (design 6.2). */
import type { ObjectRef } from "../records/fields.ts";
import { isScrapedService } from "../records/scrape-labels.ts";
import { alertNode, alertTarget } from "./alert-places.ts";
import { type AlertFamily, familyOf, isHeartbeat, isOfCluster, unscrapedPart, whyNothing } from "./alert-names.ts";
import { controlPlanePart } from "./control-plane.ts";
import { reachOf, workloadsOfGonePod } from "./reach.ts";
import type { Snapshot } from "./snapshot.ts";

export type AlertLabels = Readonly<Record<string, string>>;

/** What an alert is about; `objects` the best first, with those that stand behind them. */
export type AlertJudgement =
  | { readonly about: "objects"; readonly objects: readonly ObjectRef[] }
  | { readonly about: "namespace"; readonly namespace: string }
  | { readonly about: "cluster" | "nothing" | "heartbeat" | "unknown"; readonly reason: string };

/** Labels that name an object, the most telling first. kube-state-metrics' own `pod` can stand beside a workload's label, so that comes later. */
const LABEL_KINDS: readonly (readonly [label: string, kind: string])[] = [
  ["deployment", "Deployment"],
  ["statefulset", "StatefulSet"],
  ["daemonset", "DaemonSet"],
  ["replicaset", "ReplicaSet"],
  ["cronjob", "CronJob"],
  ["job_name", "Job"],
  ["horizontalpodautoscaler", "HorizontalPodAutoscaler"],
  ["hpa", "HorizontalPodAutoscaler"],
  ["persistentvolumeclaim", "PersistentVolumeClaim"],
  ["persistentvolume", "PersistentVolume"],
  ["poddisruptionbudget", "PodDisruptionBudget"],
  ["resourcequota", "ResourceQuota"],
  ["ingress", "Ingress"],
  ["application", "Application"],
  ["pod", "Pod"],
  ["node", "Node"],
  ["service", "Service"],
];
const WITHOUT_NAMESPACE = new Set(["Node", "PersistentVolume", "APIService"]);

/** Judges an alert by its labels; with a snapshot, addresses and URLs are found too, and what is false on this cluster. */
export function judgeAlert(labels: AlertLabels, snapshot?: Snapshot): AlertJudgement {
  const { alertname = "" } = labels;
  if (isHeartbeat(alertname)) return { about: "heartbeat", reason: `${alertname} fires all the time, which shows that alerts get through` };
  const nothing = whyNothing(alertname);
  if (nothing !== undefined) return { about: "nothing", reason: nothing };
  const part = unscrapedPart(labels);
  if (part !== undefined && snapshot) return controlPlanePart(part, snapshot);
  const own = subjectOf(labels);
  const objects = OBJECTS[familyOf(labels)](own, snapshot);
  if (objects.length > 0) return { about: "objects", objects: withReach(objects, snapshot) };
  if (isOfCluster(alertname) || part !== undefined) return { about: "cluster", reason: `${alertname} is about the control plane, and names no object` };
  if (own.namespace !== undefined && own.namespace !== "") return { about: "namespace", namespace: own.namespace };
  return { about: "unknown", reason: "its labels name no object that is known" };
}

/** Where Prometheus found labels of its own in the way, it put the exporter's aside as `exported_...`: those are about the subject. */
function subjectOf(labels: AlertLabels): AlertLabels {
  const exported = Object.entries(labels).filter(([label]) => label.startsWith("exported_"));
  if (exported.length === 0) return labels;
  const own = Object.fromEntries(exported.map(([label, value]) => [label.slice("exported_".length), value]));
  // The scraped pod's own labels are no subject where the exporter names another place.
  const { pod: _pod, container: _container, ...others } = labels;
  return "exported_namespace" in labels || "exported_pod" in labels ? { ...others, ...own } : { ...labels, ...own };
}

type FindObjects = (labels: AlertLabels, snapshot: Snapshot | undefined) => readonly ObjectRef[];

/** How the objects of each family of alerts are found. */
const OBJECTS: Readonly<Record<AlertFamily, FindObjects>> = {
  node: alertNode,
  probe: alertTarget,
  certificate: (labels) => named("Certificate", labels["name"] ?? "", labels),
  // The metric's namespace is Argo CD's, or the app's destination: the name is enough.
  application: (labels) => named("Application", labels["name"] ?? labels["application"] ?? "", {}),
  "api-service": (labels) => named("APIService", labels["name"] ?? "", {}),
  target: (labels) => named("Service", labels["service"] ?? labels["job"] ?? "", labels),
  pod: (labels, snapshot) => (labels["pod"] === undefined ? byLabels(labels) : podObjects(labels["pod"], labels, snapshot)),
  other: (labels, snapshot) => {
    const found = byLabels(labels);
    return found[0]?.kind === "Pod" ? podObjects(found[0].name, labels, snapshot) : found;
  },
};

function named(kind: string, name: string, { namespace }: AlertLabels): readonly ObjectRef[] {
  if (name === "" || name.length > 253) return [];
  return [{ kind, name, ...(namespace !== undefined && namespace !== "" && !WITHOUT_NAMESPACE.has(kind) && { namespace }) }];
}

function byLabels(labels: AlertLabels): readonly ObjectRef[] {
  const found = LABEL_KINDS.find(([label]) => (labels[label] ?? "") !== "" && !(label === "service" && isScrapedService(labels)));
  if (found) return byLabel(found, labels);
  // `name` is what Argo CD's metrics call their app; `instance` names the exporter.
  return named("Application", labels["name"] ?? "", {});
}

function byLabel([label, kind]: readonly [string, string], labels: AlertLabels): readonly ObjectRef[] {
  const name = labels[label] ?? "";
  const objects = named(kind, name, kind === "Application" ? {} : labels);
  const cronJob = kind === "Job" ? /^(.+)-\d{8,10}$/.exec(name)?.[1] : undefined;
  return cronJob === undefined ? objects : [...objects, ...named("CronJob", cronJob, labels)];
}

/** The pod, and the workloads that a pod of this name belongs to, as it may be long gone. */
function podObjects(pod: string, labels: AlertLabels, snapshot: Snapshot | undefined): readonly ObjectRef[] {
  const objects = named("Pod", pod, labels);
  const isThere = objects.some((ref) => snapshot?.get(ref) !== undefined);
  return isThere ? objects : [...objects, ...objects.flatMap((ref) => workloadsOfGonePod(ref, snapshot))];
}

function withReach(objects: readonly ObjectRef[], snapshot: Snapshot | undefined): readonly ObjectRef[] {
  if (!snapshot) return objects;
  const reached = objects.flatMap((ref) => reachOf(ref, snapshot));
  const known = new Set(objects.map((ref) => JSON.stringify([ref.kind, ref.namespace, ref.name])));
  return [...objects, ...reached.filter((ref) => !known.has(JSON.stringify([ref.kind, ref.namespace, ref.name])))];
}
