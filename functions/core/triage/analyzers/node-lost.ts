/** Pods on a node that does not answer: their last known state stands, and nothing of it can be trusted. */
import { type Analyzer, findingOf } from "../finding-of.ts";
import { nodeDown } from "../node-down.ts";
import { isReady } from "../pods-of.ts";

/** Finds pods that are not served because their node is down. */
export const findPodsOfLostNodes: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) => {
    if (pod.phase !== "Running" && pod.phase !== "Unknown") return [];
    const down = isReady(pod) ? undefined : nodeDown(snapshot, pod.nodeName);
    if (!down) return [];
    return [
      findingOf(pod.ref, {
        category: "node-lost",
        message: `${down.words} (NodeNotReady), so the pod serves nobody and its state is not known`,
        evidence: [["spec.nodeName", pod.nodeName]],
        since: down.since,
        blames: down.ref,
      }),
    ];
  });
