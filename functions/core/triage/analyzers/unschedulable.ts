/** Pods that fit on no node. */
import { type Analyzer, findingOf } from "../finding-of.ts";
import { conditionOf, instantAt, textAt } from "../../records/read-object.ts";

/** Finds pods that the scheduler gave up on for now. */
export const findUnschedulable: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) => {
    const condition = conditionOf(pod.object, "PodScheduled");
    if (textAt(condition, "status") !== "False" || textAt(condition, "reason") !== "Unschedulable") return [];
    const message = textAt(condition, "message");
    return [
      findingOf(pod.ref, {
        category: "unschedulable",
        message: `the pod fits on no node: ${message ?? "no reason given"}`,
        evidence: [["status.conditions[PodScheduled].message", message]],
        since: instantAt(condition, "lastTransitionTime"),
      }),
    ];
  });
