/** Disruption budgets that let no pod go though all are well, so that a node can never be drained; and those that protect nobody. */
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { conditionOf, instantAt, listAt, numberAt, refOf, textAt, valueAt } from "../../records/read-object.ts";
import type { Snapshot } from "../snapshot.ts";

/** The controller has counted within this. */
const COUNTING_MS = 2 * 60_000;

/** Finds budgets that forbid every drain; one whose pods are unwell only waits for them, and an operator's own is its business. */
export const findBlockingBudgets: Analyzer = (snapshot) =>
  snapshot.ofKind("PodDisruptionBudget").flatMap((budget) => {
    const createdAt = instantAt(budget, "metadata", "creationTimestamp");
    const isOperators = budget.metadata.ownerReferences?.some((owner) => owner.controller === true) ?? false;
    if (isOperators || (createdAt !== undefined && snapshot.now - createdAt < COUNTING_MS)) return [];
    const seen = uncounted(budget) ?? blocking(budget) ?? idle(snapshot, budget);
    return seen ? [findingOf(refOf(budget), seen)] : [];
  });

function ruleOf(budget: KubernetesObject): readonly [field: string, value: string] {
  const field = valueAt(budget, "spec", "maxUnavailable") === undefined ? "minAvailable" : "maxUnavailable";
  return [field, String(valueAt(budget, "spec", field) ?? "")];
}

/** The disruption controller gives up on pods without a controller that can be scaled, and then allows nothing. */
function uncounted(budget: KubernetesObject): Seen | undefined {
  const condition = conditionOf(budget, "DisruptionAllowed");
  if (textAt(condition, "reason") !== "SyncFailed") return undefined;
  const message = textAt(condition, "message") ?? "no reason given";
  return {
    category: "pdb-blocks-drain",
    message: `SyncFailed: the PodDisruptionBudget cannot be computed, so it lets no pod go and blocks every drain: ${message}`,
    evidence: [["status.conditions[DisruptionAllowed].message", message]],
    since: instantAt(condition, "lastTransitionTime"),
  };
}

function blocking(budget: KubernetesObject): Seen | undefined {
  const [expected, healthy, desired, allowed] = ["expectedPods", "currentHealthy", "desiredHealthy", "disruptionsAllowed"].map(
    (field) => numberAt(budget, "status", field) ?? 0,
  );
  if (!expected || (allowed ?? 0) > 0 || (healthy ?? 0) < expected || (desired ?? 0) < expected) return undefined;
  const [field, value] = ruleOf(budget);
  return {
    category: "pdb-blocks-drain",
    message: `the PodDisruptionBudget lets no pod go (ALLOWED DISRUPTIONS 0) though all ${expected} are healthy: ${field} ${value} with ${expected} replica${expected === 1 ? "" : "s"} blocks every drain of a node`,
    evidence: [
      [`spec.${field}`, value],
      ["status.disruptionsAllowed", 0],
      ["status.expectedPods", expected],
      ["status.desiredHealthy", desired],
    ],
  };
}

/** A selector that takes nobody, neither a pod nor a workload that is scaled to zero. */
function idle(snapshot: Snapshot, budget: KubernetesObject): Seen | undefined {
  const wanted = Object.entries(valueAt(budget, "spec", "selector", "matchLabels") ?? {});
  const isPlain = wanted.length > 0 && listAt(budget, "spec", "selector", "matchExpressions").length === 0;
  if (!isPlain || valueAt(budget, "status", "expectedPods") !== 0) return undefined;
  const inSpace = (kind: string): readonly KubernetesObject[] =>
    snapshot.ofKind(kind).filter((object) => object.metadata.namespace === budget.metadata.namespace);
  const takes = (labels: unknown): boolean => wanted.every(([key, value]) => textAt(labels, key) === value);
  const templates = ["Deployment", "StatefulSet", "ReplicaSet"].flatMap(inSpace).map((object) => valueAt(object, "spec", "template", "metadata", "labels"));
  const pods = inSpace("Pod").map((pod) => pod.metadata.labels);
  if (pods.length === 0 || [...templates, ...pods].some(takes)) return undefined;
  return {
    category: "pdb-matches-nothing",
    message: `the PodDisruptionBudget protects nothing: no pod of the namespace has the labels of its selector (${wanted.map(([key, value]) => `${key}=${String(value)}`).join(", ")})`,
    evidence: [
      ["spec.selector.matchLabels", wanted.map(([key, value]) => `${key}=${String(value)}`).join(",")],
      ["status.expectedPods", 0],
    ],
  };
}
