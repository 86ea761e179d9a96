/** Nodes whose kubelet fell silent while the others still report: seen before the control plane says so, or when nothing is left that would. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { conditionOf, instantAt } from "../../records/read-object.ts";
import { conditionNamed } from "../condition-view.ts";
import { findAt, findObject, objectsOf } from "../find-at.ts";
import type { Analyzer } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";

const LEASE = { group: "coordination.k8s.io", kind: "Lease" };
/** A kubelet renews its Lease every ten seconds, and its node counts as lost after 40 to 50. */
const LEASE_MS = 2 * 60_000;
/** Without Leases: a kubelet writes its status at least every five minutes. */
const STATUS_MS = 15 * 60_000;

/** Finds nodes that are Ready by their condition only. Times are compared among nodes: a snapshot may be old, and so may its clock. */
export const findSilentNodes: Analyzer = (snapshot) => {
  const beats = objectsOf(snapshot, { group: "", kind: "Node" }).map((node) => beatOf(snapshot, node));
  const newest = (field: string): number => Math.max(0, ...beats.flatMap((beat) => (beat?.field === field ? [beat.at] : [])));
  return findAt("", ["Node"], (node) => {
    const beat = beatOf(snapshot, node);
    if (!beat || conditionNamed(node, "Ready")?.status !== "True" || newest(beat.field) - beat.at < beat.patienceMs) return [];
    const minutes = Math.round((newest(beat.field) - beat.at) / 60_000);
    return [
      {
        category: "node-not-ready",
        message: `the kubelet gave no heartbeat for ${minutes} minutes while other nodes did; the node will be NotReady, though its condition still says Ready`,
        evidence: [[beat.field, new Date(beat.at).toISOString()]],
        since: beat.at,
      },
    ];
  })(snapshot);
};

interface Beat {
  readonly field: string;
  readonly at: number;
  readonly patienceMs: number;
}

function beatOf(snapshot: Snapshot, node: KubernetesObject): Beat | undefined {
  const lease = findObject(snapshot, LEASE, { name: node.metadata.name, namespace: "kube-node-lease" });
  const renewed = instantAt(lease, "spec", "renewTime");
  if (renewed !== undefined) return { field: "Lease spec.renewTime", at: renewed, patienceMs: LEASE_MS };
  const written = instantAt(conditionOf(node, "Ready"), "lastHeartbeatTime");
  return written === undefined ? undefined : { field: "status.conditions[Ready].lastHeartbeatTime", at: written, patienceMs: STATUS_MS };
}
