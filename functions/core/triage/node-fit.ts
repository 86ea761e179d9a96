/** Why one node does not take a pod, checked as the scheduler's filters do, as far as the snapshot tells. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import type { PodView } from "./pod-view.ts";
import { parseQuantity } from "../records/quantity.ts";
import { booleanAt, listAt, textAt, valueAt } from "../records/read-object.ts";
import { meetsTerm } from "./label-selector.ts";
import type { Snapshot } from "./snapshot.ts";

/** Says what speaks against a node; empty where nothing does. */
export function againstNode(snapshot: Snapshot, pod: PodView, node: KubernetesObject): readonly string[] {
  return [...againstPlacement(pod, node), ...resources(snapshot, pod, node)];
}

/** Says what speaks against a node however empty it is: cordon, taints, the pod's selector and its required node affinity. */
export function againstPlacement(pod: PodView, node: KubernetesObject): readonly string[] {
  return [...cordon(node), ...taints(pod, node), ...selector(pod, node), ...affinity(pod, node)];
}

function cordon(node: KubernetesObject): readonly string[] {
  return booleanAt(node, "spec", "unschedulable") === true ? ["cordoned"] : [];
}

function taints(pod: PodView, node: KubernetesObject): readonly string[] {
  const tolerations = listAt(pod.object, "spec", "tolerations");
  return listAt(node, "spec", "taints").flatMap((taint) => {
    const key = textAt(taint, "key") ?? "";
    const isSoft = textAt(taint, "effect") === "PreferNoSchedule" || key === "node.kubernetes.io/unschedulable";
    return isSoft || isTolerated(taint, tolerations) ? [] : [`untolerated taint ${key}${textAt(taint, "value") ? `=${textAt(taint, "value") ?? ""}` : ""}`];
  });
}

/** The API's rule: an empty key with Exists tolerates all, an empty effect every effect. */
function isTolerated(taint: unknown, tolerations: readonly unknown[]): boolean {
  return tolerations.some((toleration) => {
    const [key, effect, value] = ["key", "effect", "value"].map((field) => textAt(toleration, field) ?? "");
    if (effect !== "" && effect !== textAt(taint, "effect")) return false;
    if (key === "") return textAt(toleration, "operator") === "Exists";
    return key === textAt(taint, "key") && (textAt(toleration, "operator") === "Exists" || value === (textAt(taint, "value") ?? ""));
  });
}

function selector(pod: PodView, node: KubernetesObject): readonly string[] {
  const wanted = valueAt(pod.object, "spec", "nodeSelector");
  const pairs = wanted !== null && typeof wanted === "object" ? Object.entries(wanted) : [];
  const missing = pairs.filter(([key, value]) => node.metadata.labels?.[key] !== value);
  return missing.map(([key, value]) => `has no label ${key}=${String(value)}`);
}

/** One of the terms has to be met, and all of its expressions. */
function affinity(pod: PodView, node: KubernetesObject): readonly string[] {
  const terms = listAt(pod.object, "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms");
  return terms.length === 0 || terms.some((term) => meetsTerm(term, node)) ? [] : ["does not meet the pod's node affinity"];
}

function resources(snapshot: Snapshot, pod: PodView, node: KubernetesObject): readonly string[] {
  return ["cpu", "memory"].flatMap((resource) => {
    const allocatable = parseQuantity(valueAt(node, "status", "allocatable", resource));
    const asked = requestOf(pod, resource);
    if (allocatable === undefined || asked === 0) return [];
    const used = snapshot.pods
      .filter((other) => other.nodeName === node.metadata.name && other.phase !== "Succeeded" && other.phase !== "Failed")
      .reduce((sum, other) => sum + requestOf(other, resource), 0);
    const total = `asks ${formatAmount(asked, resource)}`;
    if (asked > allocatable) return [`too small: ${resource} ${total}, the node has ${formatAmount(allocatable, resource)} in all`];
    return used + asked > allocatable ? [`insufficient ${resource}: ${total}, ${formatAmount(Math.max(0, allocatable - used), resource)} is free`] : [];
  });
}

/** What a pod asks for: containers and sidecars together, or the largest init container where that is more. */
export function requestOf(pod: PodView, resource: string): number {
  const asked = (container: unknown): number =>
    parseQuantity(valueAt(container, "resources", "requests", resource) ?? valueAt(container, "resources", "limits", resource)) ?? 0;
  const init = listAt(pod.object, "spec", "initContainers");
  const stays = [...listAt(pod.object, "spec", "containers"), ...init.filter((one) => textAt(one, "restartPolicy") === "Always")];
  const sum = stays.reduce<number>((total, container) => total + asked(container), 0);
  return Math.max(sum, ...init.map(asked)) + (parseQuantity(valueAt(pod.object, "spec", "overhead", resource)) ?? 0);
}

export function formatAmount(amount: number, resource: string): string {
  if (resource === "memory") return amount >= 1024 ** 3 ? `${round(amount / 1024 ** 3)}Gi` : `${round(amount / 1024 ** 2)}Mi`;
  return amount >= 1 ? String(round(amount)) : `${round(amount * 1000)}m`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
