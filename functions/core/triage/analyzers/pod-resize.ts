/** Pods whose resources were to be changed in place and are not. */
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import type { PodView } from "../pod-view.ts";
import { conditionOf, instantAt, textAt } from "../../records/read-object.ts";

/** A deferred resize waits for another pod to make room; this long nobody does. */
const DEFERRED_MS = 10 * 60_000;

/** Finds resizes that the node cannot grant, and those that fail. */
export const findStuckPodResizes: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) => {
    const seen = describe(pod, snapshot.now);
    return seen ? [findingOf(pod.ref, seen)] : [];
  });

function describe(pod: PodView, now: number): Seen | undefined {
  const [pending, running] = ["PodResizePending", "PodResizeInProgress"].map((type) => conditionOf(pod.object, type));
  const isWaiting = textAt(pending, "status") === "True";
  const condition = isWaiting ? pending : running;
  const reason = textAt(condition, "reason");
  const since = instantAt(condition, "lastTransitionTime");
  const isOld = since !== undefined && now - since >= DEFERRED_MS;
  if (!(reason === "Infeasible" || (reason === "Deferred" && isOld) || (!isWaiting && reason === "Error"))) return undefined;
  const message = textAt(condition, "message") ?? "no reason given";
  return {
    category: "resize-refused",
    message: `${isWaiting ? "PodResizePending" : "PodResizeInProgress"} (${reason}): the pod's new resources are not in force: ${message}`,
    evidence: [[`status.conditions[${isWaiting ? "PodResizePending" : "PodResizeInProgress"}].message`, message]],
    since,
  };
}
