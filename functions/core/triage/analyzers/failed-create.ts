/** Controllers whose pods the API server refuses: quota, limit range, Pod Security, webhooks, a missing service account. */
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { booleanAt, conditionOf, instantAt, numberAt, refOf, textAt } from "../../records/read-object.ts";
import { refusalOf } from "../refusal.ts";
import type { Snapshot } from "../snapshot.ts";

const CONTROLLERS = ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController"];

/** Controllers try again after at most 17 minutes: an Event that is older has been overcome. */
const STILL_MS = 20 * 60_000;

/** Finds pods that cannot be created, by the condition ReplicaFailure or by Events of controllers that have none. */
export const findFailedCreates: Analyzer = (snapshot) =>
  CONTROLLERS.flatMap((kind) => snapshot.ofKind(kind)).flatMap((owner) => {
    if (isHelped(owner)) return [];
    const failure = byCondition(owner) ?? byEvent(snapshot, owner);
    return failure ? [findingOf(refOf(owner), describe(snapshot, owner, failure))] : [];
  });

interface Failure {
  readonly message: string;
  readonly field: string;
  readonly since: number | undefined;
}

/** Nothing is missing any more, or nothing is wanted: old Events and a condition that lags say nothing. */
function isHelped(owner: KubernetesObject): boolean {
  const count = (...path: readonly string[]): number => numberAt(owner, ...path) ?? 0;
  switch (owner.kind) {
    case "Deployment":
      return false;
    case "Job":
      return booleanAt(owner, "spec", "suspend") === true || conditionOf(owner, "Complete") !== undefined || count("status", "active") > 0;
    case "DaemonSet":
      return count("status", "currentNumberScheduled") >= count("status", "desiredNumberScheduled");
    default:
      return count("status", "replicas") >= (numberAt(owner, "spec", "replicas") ?? 1);
  }
}

function byCondition(owner: KubernetesObject): Failure | undefined {
  const condition = conditionOf(owner, "ReplicaFailure");
  if (textAt(condition, "status") !== "True") return undefined;
  const message = textAt(condition, "message") ?? textAt(condition, "reason") ?? "no reason given";
  return { message, field: "status.conditions[ReplicaFailure]", since: instantAt(condition, "lastTransitionTime") };
}

function byEvent(snapshot: Snapshot, owner: KubernetesObject): Failure | undefined {
  const events = snapshot.eventsOf(refOf(owner)).filter((event) => event.reason === "FailedCreate" && snapshot.now - (event.lastAt ?? snapshot.now) < STILL_MS);
  const last = events.at(-1);
  return last && { message: last.message, field: "Event FailedCreate", since: events[0]?.firstAt };
}

function describe(snapshot: Snapshot, owner: KubernetesObject, { message, field, since }: Failure): Seen {
  const { category, words, blames } = refusalOf(snapshot, owner.metadata.namespace, message);
  return {
    category,
    message: `FailedCreate: pods of ${owner.kind} ${owner.metadata.name} cannot be created: ${words}: ${message}`,
    evidence: [[field, message]],
    since,
    blames,
  };
}
