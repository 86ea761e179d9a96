/** Pods on a node that does not answer: their last known state stands, and nothing of it can be trusted. */
import { type Analyzer, findingOf } from "../finding-of.ts";
import { nodeDown } from "../node-down.ts";
import { conditionOf, textAt } from "../../records/read-object.ts";

/** Finds pods that are not served because their node is down. */
export const findPodsOfLostNodes: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) => {
    if (pod.phase !== "Running" && pod.phase !== "Unknown") return [];
    const lost = pod.phase === "Unknown" ? { ref: undefined, words: `node ${pod.nodeName ?? ""} does not answer`, since: undefined } : undefined;
    const isServed = pod.phase === "Running" && textAt(conditionOf(pod.object, "Ready"), "status") !== "False";
    const down = isServed ? undefined : (nodeDown(snapshot, pod.nodeName) ?? lost);
    if (!down) return [];
    return [
      findingOf(pod.ref, {
        category: "node-lost",
        message: `${down.words} (NodeNotReady, NodeLost), so the pod serves nobody and its state is not known`,
        evidence: [["spec.nodeName", pod.nodeName]],
        since: down.since,
        blames: down.ref,
      }),
    ];
  });
