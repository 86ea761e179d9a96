/** Pods whose deletion does not end: a finalizer, a node that is gone, a container that cannot be killed. */
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { nodeDown } from "../node-down.ts";
import { instantAt, listAt, refOf, textAt } from "../../records/read-object.ts";
import type { Snapshot } from "../snapshot.ts";

/** The deletion timestamp holds the grace period already; the kubelet needs a moment more. */
const OVERDUE_MS = 2 * 60_000;

const STOP_FAILURES = new Set(["FailedKillPod", "FailedPreStopHook", "KillContainerError", "FailedUnmount", "FailedUnMount", "FailedSync"]);

/** Finds pods that stay in Terminating long past their grace period. */
export const findStuckTerminating: Analyzer = (snapshot) =>
  snapshot.ofKind("Pod").flatMap((pod) => {
    const due = instantAt(pod, "metadata", "deletionTimestamp");
    return due === undefined || snapshot.now - due < OVERDUE_MS ? [] : [findingOf(refOf(pod), describe(snapshot, pod, due))];
  });

function describe(snapshot: Snapshot, pod: KubernetesObject, due: number): Seen {
  const finalizers = listAt(pod, "metadata", "finalizers").map(String);
  const nodeName = textAt(pod, "spec", "nodeName");
  const down = nodeDown(snapshot, nodeName);
  const failure = snapshot.eventsOf(refOf(pod)).findLast((event) => STOP_FAILURES.has(event.reason));
  return {
    category: "stuck-terminating",
    message: `Terminating: the pod should have been gone ${Math.floor((snapshot.now - due) / 60_000)} minutes ago: ${reasonOf({ finalizers, down: down?.words, failure: failure && `${failure.reason}: ${failure.message}` })}`,
    evidence: [
      ["metadata.deletionTimestamp", pod.metadata.deletionTimestamp],
      ["metadata.finalizers", finalizers.join(", ")],
      ["spec.nodeName", nodeName],
      ["Event", failure?.message],
    ],
    since: due,
    blames: finalizers.length > 0 ? undefined : down?.ref,
  };
}

function reasonOf({ finalizers, down, failure }: { finalizers: readonly string[]; down: string | undefined; failure: string | undefined }): string {
  if (finalizers.length > 0) return `nobody has removed the finalizer ${finalizers.join(", ")}`;
  return down ?? failure ?? "its containers do not stop, or the node's kubelet does not answer";
}
