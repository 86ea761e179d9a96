/** Which workloads a service can mean: those of its app that stand beside it, and the labels by which its selector misses them. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { refOf } from "../records/read-object.ts";
import { type Labels, labelsAt } from "./label-selector.ts";
import { applicationOf } from "./owner-app.ts";
import type { Snapshot } from "./snapshot.ts";

const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet"];

/** The labels of a selector that these labels do not have, or have with another value. */
export function mismatches(selector: Labels, labels: Labels): readonly string[] {
  return Object.keys(selector).filter((key) => selector[key] !== labels[key]);
}

/** The labels of the pods that a workload makes. */
export function templateLabels(workload: KubernetesObject): Labels {
  return labelsAt(workload, "spec", "template", "metadata", "labels");
}

/** Workloads of a service's namespace that belong to its app, or, like it, to none. */
export function workloadsBeside(snapshot: Snapshot, service: KubernetesObject): readonly KubernetesObject[] {
  const app = applicationOf(snapshot, refOf(service));
  return WORKLOADS.flatMap((kind) => snapshot.ofKind(kind)).filter(
    (workload) => workload.metadata.namespace === service.metadata.namespace && applicationOf(snapshot, refOf(workload)) === app,
  );
}
