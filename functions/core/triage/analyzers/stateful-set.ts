/** Stateful sets that stand still at one pod: the next is not made, updated or ready before it is. */
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { downNodeOf, isReady, podsOf } from "../pods-of.ts";
import type { PodView } from "../pod-view.ts";
import { conditionOf, instantAt, numberAt, refOf, textAt } from "../../records/read-object.ts";
import type { Snapshot } from "../snapshot.ts";

/** Pods of a stateful set are made one after the other, and each may take its time. */
const STARTING_MS = 2 * 60_000;

/** Finds stateful sets with unready pods, and those without the Service that names their pods. */
export const findStatefulSetTrouble: Analyzer = (snapshot) =>
  snapshot.ofKind("StatefulSet").flatMap((set) => {
    const seen = [stuck(snapshot, set), missingService(snapshot, set)];
    return seen.flatMap((one) => (one ? [findingOf(refOf(set), one)] : []));
  });

function stuck(snapshot: Snapshot, set: KubernetesObject): Seen | undefined {
  const wanted = numberAt(set, "spec", "replicas") ?? 1;
  const ready = numberAt(set, "status", "readyReplicas") ?? 0;
  const isObserved = numberAt(set, "status", "observedGeneration") !== undefined || numberAt(set, "status", "replicas") !== undefined;
  if (!isObserved || ready >= wanted) return undefined;
  const { at, since } = firstUnready(snapshot, set, wanted);
  if (since !== undefined && snapshot.now - since < STARTING_MS) return undefined;
  const update = updateOf(set);
  return {
    category: "unavailable",
    message: `${ready} of ${wanted} pods of the StatefulSet are ready${at}${update === undefined ? "" : `; the rolling update to ${update} waits for it`}`,
    evidence: [
      ["status.readyReplicas", ready],
      ["spec.replicas", wanted],
      ["status.updateRevision", update],
    ],
    since,
    blames: downNodeOf(snapshot, set),
  };
}

/** The first pod in the order of ordinals that is not ready; where no pods were read, nobody can say which. */
function firstUnready(snapshot: Snapshot, set: KubernetesObject, wanted: number): { readonly at: string; readonly since: number | undefined } {
  const first = Math.max(0, numberAt(set, "spec", "ordinals", "start") ?? 0);
  const pods = new Map(podsOf(snapshot, set).map((pod) => [pod.ref.name, pod]));
  const names = Array.from({ length: Math.min(wanted, 1000) }, (_, index) => `${set.metadata.name}-${first + index}`);
  const name = names.find((one) => !isUp(pods.get(one)));
  const pod = name === undefined ? undefined : pods.get(name);
  const since = sinceOf(pod) ?? instantAt(set, "metadata", "creationTimestamp");
  const isKnown = name !== undefined && snapshot.ofKind("Pod").length > 0;
  return { at: isKnown ? `: it is stuck at ${name}${pod ? "" : ", which is not there"}` : "", since };
}

/** The revision that a rolling update goes to; undefined while there is none. */
function updateOf(set: KubernetesObject): string | undefined {
  const update = textAt(set, "status", "updateRevision");
  return update === textAt(set, "status", "currentRevision") ? undefined : update;
}

function isUp(pod: PodView | undefined): boolean {
  return pod !== undefined && isReady(pod);
}

function sinceOf(pod: PodView | undefined): number | undefined {
  return pod && (instantAt(conditionOf(pod.object, "Ready"), "lastTransitionTime") ?? pod.createdAt);
}

/** A Service of this name gives the pods their DNS names; without it they cannot find each other. One alone finds nobody, and charts name Services that they never make. */
function missingService(snapshot: Snapshot, set: KubernetesObject): Seen | undefined {
  const name = textAt(set, "spec", "serviceName");
  const { namespace } = set.metadata;
  const isRead = snapshot.ofKind("Service").some((service) => service.metadata.namespace === namespace);
  if (name === undefined || name === "" || !isRead || (numberAt(set, "spec", "replicas") ?? 1) < 2) return undefined;
  if (snapshot.get({ apiVersion: "v1", kind: "Service", name, ...(namespace !== undefined && { namespace }) })) return undefined;
  return {
    category: "missing-reference",
    message: `Service ${name} not found: spec.serviceName of the StatefulSet asks for it, so its pods have no DNS names`,
    evidence: [["spec.serviceName", name]],
  };
}
