/** Nodes that take no pods though they are well: cordoned and forgotten, or never initialised by a cloud controller. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { instantAt, listAt, textAt, valueAt } from "../../records/read-object.ts";
import { conditionNamed, isOlder } from "../condition-view.ts";
import { findAt } from "../find-at.ts";
import type { Analyzer, Seen } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";

/** Maintenance of one node takes less than this. */
const MAINTENANCE_MS = 60 * 60_000;
const INITIALISING_MS = 10 * 60_000;

/** Finds nodes that nobody may be scheduled to, by mistake rather than by a taint that somebody chose. */
export const findClosedNodes: Analyzer = findAt("", ["Node"], (node, snapshot) => [cordoned(node, snapshot), uninitialised(node, snapshot.now)]);

function taint(node: KubernetesObject, key: string): unknown {
  return listAt(node, "spec", "taints").find((one) => textAt(one, "key") === key);
}

function cordoned(node: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  if (valueAt(node, "spec", "unschedulable") !== true) return undefined;
  const since = instantAt(taint(node, "node.kubernetes.io/unschedulable"), "timeAdded");
  const waiting = snapshot.pods.filter(
    (pod) => pod.phase === "Pending" && (conditionNamed(pod.object, "PodScheduled")?.message ?? "").includes("were unschedulable"),
  );
  if (since !== undefined && !isOlder(since, MAINTENANCE_MS, snapshot.now) && waiting.length === 0) return undefined;
  const effect = waiting.length === 0 ? "" : `; ${waiting.length} pod${waiting.length === 1 ? " waits" : "s wait"} for a node`;
  return {
    category: "node-cordoned",
    message: `the node is cordoned (SchedulingDisabled), so it takes no new pods until somebody runs \`kubectl uncordon\`${effect}`,
    evidence: [["spec.unschedulable", "true"]],
    since,
  };
}

function uninitialised(node: KubernetesObject, now: number): Seen | undefined {
  const key = "node.cloudprovider.kubernetes.io/uninitialized";
  if (taint(node, key) === undefined || !isOlder(instantAt(node, "metadata", "creationTimestamp"), INITIALISING_MS, now)) return undefined;
  return {
    category: "node-uninitialized",
    message: `the node waits to be initialised by a cloud controller manager, and takes no pods until its taint ${key} is removed`,
    evidence: [["spec.taints", key]],
    since: instantAt(node, "metadata", "creationTimestamp"),
  };
}
