/** The objects that a change makes or alters, each as it was and as it will be. */
import { canonicalJson } from "../records/canonical.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { isSameObject, listAt, refOf, textAt, valueAt } from "../records/read-object.ts";
import { type PodView, viewPod } from "../triage/pod-view.ts";
import { podTemplateOf, templatePathOf } from "../triage/remedies/references.ts";

export interface Touched {
  /** Undefined for an object that is new. */
  readonly before: KubernetesObject | undefined;
  readonly after: KubernetesObject;
}

/** Everything that a change comes to, rendered; what an app did not render is not in it. */
export interface Rendering {
  readonly before: readonly KubernetesObject[];
  readonly after: readonly KubernetesObject[];
}

export function touchedBy({ before, after }: Rendering): readonly Touched[] {
  const pairs = after.map((object) => ({ before: before.find((one) => isSameObject(refOf(one), refOf(object))), after: object }));
  return pairs.filter((pair) => pair.before === undefined || canonicalJson(pair.before) !== canonicalJson(pair.after));
}

/** The pod that a workload would make; undefined for objects that make none. */
export function podOf(workload: KubernetesObject | undefined): PodView | undefined {
  if (workload === undefined || templatePathOf(workload.kind) === undefined) return undefined;
  const template = podTemplateOf(workload);
  const { name, namespace } = workload.metadata;
  const labels = valueAt(template, "metadata", "labels");
  return viewPod({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, ...(namespace !== undefined && { namespace }), ...(labels !== null && typeof labels === "object" && { labels: { ...labels } }) },
    spec: valueAt(template, "spec"),
  });
}

/** All containers of a pod, those that start it first. */
export function containersOf(pod: PodView): readonly unknown[] {
  return ["initContainers", "containers"].flatMap((list) => listAt(pod.object, "spec", list));
}

/** The images of a pod, each once. */
export function imagesOf(pod: PodView | undefined): readonly string[] {
  return pod === undefined ? [] : [...new Set(containersOf(pod).flatMap((container) => textAt(container, "image") ?? []))];
}
