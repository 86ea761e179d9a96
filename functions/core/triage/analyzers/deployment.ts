/** Deployments whose rollout is stuck, or that serve too few. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import { conditionOf, instantAt, numberAt, refOf, textAt } from "../../records/read-object.ts";
import { isStarting } from "../creating.ts";
import { downNodeOf, isReady, podsOf } from "../pods-of.ts";
import type { Snapshot } from "../snapshot.ts";

/** Unavailable for less than this is a rollout or a restart, not trouble. */
const UNAVAILABLE_MS = 60_000;

/** Finds what the deployment controller itself calls trouble; pods that it cannot create are told by their refusal. */
export const findDeploymentTrouble: Analyzer = (snapshot) =>
  snapshot.ofKind("Deployment").flatMap((deployment) => {
    if (numberAt(deployment, "spec", "replicas") === 0) return [];
    const seen = [stuck(deployment), unavailable(snapshot, deployment)];
    return seen.flatMap((one) => (one ? [findingOf(refOf(deployment), { ...one, blames: downNodeOf(snapshot, deployment) })] : []));
  });

function stuck(deployment: KubernetesObject): Seen | undefined {
  const condition = conditionOf(deployment, "Progressing");
  if (textAt(condition, "status") !== "False" || textAt(condition, "reason") !== "ProgressDeadlineExceeded") return undefined;
  return see(condition, { category: "rollout-stuck", what: "ProgressDeadlineExceeded: the rollout does not get on", field: "status.conditions[Progressing]" });
}

function unavailable(snapshot: Snapshot, deployment: KubernetesObject): Seen | undefined {
  const condition = conditionOf(deployment, "Available");
  const since = instantAt(condition, "lastTransitionTime");
  if (condition === undefined) return withoutCondition(snapshot, deployment);
  if (textAt(condition, "status") !== "False" || (since !== undefined && snapshot.now - since < UNAVAILABLE_MS)) return undefined;
  const unready = podsOf(snapshot, deployment).filter((pod) => !isReady(pod));
  if (unready.length > 0 && unready.every((pod) => isStarting(pod, snapshot.now))) return undefined;
  const counts = `${numberAt(deployment, "status", "availableReplicas") ?? 0} of ${numberAt(deployment, "spec", "replicas") ?? 1}`;
  return see(condition, {
    category: "unavailable",
    what: `MinimumReplicasUnavailable: too few pods are available (${counts})`,
    field: "status.conditions[Available]",
  });
}

/** A status that counts and has no conditions, as operators and dumps by hand leave it. */
function withoutCondition(snapshot: Snapshot, deployment: KubernetesObject): Seen | undefined {
  const wanted = numberAt(deployment, "spec", "replicas") ?? 1;
  const available = numberAt(deployment, "status", "availableReplicas") ?? 0;
  const createdAt = instantAt(deployment, "metadata", "creationTimestamp");
  const isCounted = (numberAt(deployment, "status", "unavailableReplicas") ?? 0) > 0;
  if (!isCounted || available > 0 || (createdAt !== undefined && snapshot.now - createdAt < 2 * UNAVAILABLE_MS)) return undefined;
  return {
    category: "unavailable",
    message: `MinimumReplicasUnavailable: too few pods are available (${available} of ${wanted})`,
    evidence: [["status.availableReplicas", available]],
    since: createdAt,
  };
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
