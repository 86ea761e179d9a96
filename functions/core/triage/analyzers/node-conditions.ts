/** Nodes that are not ready, short of something, or that report a problem of their kernel, disk or power. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { instantAt } from "../../records/read-object.ts";
import { conditionEvidence, conditionNamed, conditionsOf, type ConditionView, isOlder, sayCondition } from "../condition-view.ts";
import { findAt } from "../find-at.ts";
import type { Analyzer, Seen } from "../finding-of.ts";
import { troubleOfCondition } from "../node-trouble.ts";

/** A node that has just joined sets up its network first. */
const JOINING_MS = 2 * 60_000;

const PRESSURES: Readonly<Record<string, readonly [category: string, meaning: string]>> = {
  MemoryPressure: ["memory-pressure", "the node is short of memory, so the kubelet evicts pods and takes few new ones"],
  DiskPressure: ["disk-pressure", "the node is short of disk space, so the kubelet evicts pods, deletes images and takes no new pods"],
  PIDPressure: ["pid-pressure", "the node is short of process ids, so the kubelet evicts pods"],
  NetworkUnavailable: ["network-unavailable", "the network of the node is not set up, so its pods reach nobody"],
};

/** Finds what nodes say of themselves; one that says nothing any more (`Unknown`) has one finding, not five. */
export const findNodeTrouble: Analyzer = findAt("", ["Node"], (node, snapshot) => {
  const ready = conditionNamed(node, "Ready");
  const isJoining = !isOlder(instantAt(node, "metadata", "creationTimestamp") ?? 0, JOINING_MS, snapshot.now);
  if (ready?.status === "Unknown") return [notReady(ready)];
  return [ready?.status === "False" && !isJoining ? notReady(ready) : undefined, ...problems(node, isJoining)];
});

function notReady(ready: ConditionView): Seen {
  const what = ready.status === "Unknown" ? "NotReady: the node does not report any more" : "NotReady: the kubelet says that the node cannot run pods";
  return { category: "node-not-ready", message: `${what} (${sayCondition(ready)})`, evidence: conditionEvidence(ready), since: ready.since };
}

function problems(node: KubernetesObject, isJoining: boolean): readonly (Seen | undefined)[] {
  return conditionsOf(node).map((condition) => {
    const { type, status, since } = condition;
    const [category, meaning] = PRESSURES[type] ?? [];
    if (type === "Ready" || (type === "NetworkUnavailable" && isJoining)) return undefined;
    const trouble =
      category !== undefined && meaning !== undefined ? (status === "True" ? { category, meaning } : undefined) : troubleOfCondition(type, status);
    return (
      trouble && {
        category: trouble.category,
        message: `${type}: ${trouble.meaning} (${sayCondition(condition)})`,
        evidence: conditionEvidence(condition),
        since,
      }
    );
  });
}
