/** Deployments whose rollout is stuck, that cannot create pods, or that serve nobody. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import { conditionOf, instantAt, refOf, textAt } from "../../records/read-object.ts";

/** Unavailable for less than this is a rollout or a restart, not trouble. */
const UNAVAILABLE_MS = 60_000;

/** Finds what the deployment controller itself calls trouble. */
export const findDeploymentTrouble: Analyzer = (snapshot) =>
  snapshot.ofKind("Deployment").flatMap((deployment) => {
    const seen = [stuck(deployment), replicaFailure(deployment), unavailable(deployment, snapshot.now)];
    return seen.flatMap((one) => (one ? [findingOf(refOf(deployment), one)] : []));
  });

function stuck(deployment: KubernetesObject): Seen | undefined {
  const condition = conditionOf(deployment, "Progressing");
  if (textAt(condition, "status") !== "False" || textAt(condition, "reason") !== "ProgressDeadlineExceeded") return undefined;
  return see(condition, { category: "rollout-stuck", what: "the rollout does not get on", field: "status.conditions[Progressing]" });
}

function replicaFailure(deployment: KubernetesObject): Seen | undefined {
  const condition = conditionOf(deployment, "ReplicaFailure");
  if (textAt(condition, "status") !== "True") return undefined;
  return see(condition, { category: "replica-failure", what: "pods cannot be created", field: "status.conditions[ReplicaFailure]" });
}

function unavailable(deployment: KubernetesObject, now: number): Seen | undefined {
  const condition = conditionOf(deployment, "Available");
  const since = instantAt(condition, "lastTransitionTime");
  if (textAt(condition, "status") !== "False" || (since !== undefined && now - since < UNAVAILABLE_MS)) return undefined;
  return see(condition, { category: "unavailable", what: "too few pods are available", field: "status.conditions[Available]" });
}

function see(condition: unknown, { category, what, field }: { category: string; what: string; field: string }): Seen {
  const message = textAt(condition, "message");
  return {
    category,
    message: message === undefined ? what : `${what}: ${message}`,
    evidence: [[field, message ?? textAt(condition, "reason")]],
    since: instantAt(condition, "lastTransitionTime"),
  };
}
