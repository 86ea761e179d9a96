/** Leaders that stopped renewing their Lease: the component runs, or nobody took its place, and its work is not done. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { instantAt, numberAt, refOf, textAt } from "../../records/read-object.ts";
import { objectsOf } from "../find-at.ts";
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";

const LEASE = { group: "coordination.k8s.io", kind: "Lease" };
/** Controllers without which nothing gets on; their Leases are there on every cluster, also where their pods are not visible (k0s). */
const CONTROL_PLANE = /^(kube-controller-manager|kube-scheduler|cloud-controller-manager)$/;
const STALE_MS = 5 * 60_000;

/**
 * Finds Leases that fell behind. Left-over Leases of removed controllers are common and no fault, so it has to be a control plane's,
 * or the pod that holds it has to stand and run. Times are compared with the newest Lease: a snapshot may be old.
 */
export const findStaleLeaders: Analyzer = (snapshot) => {
  const leases = objectsOf(snapshot, LEASE);
  const newest = leases.length > 1 ? Math.max(...leases.map((lease) => instantAt(lease, "spec", "renewTime") ?? 0)) : snapshot.now;
  return leases.flatMap((lease) => {
    const renewed = instantAt(lease, "spec", "renewTime");
    const holder = holderOf(lease, snapshot);
    const isLeader = CONTROL_PLANE.test(lease.metadata.name) && lease.metadata.namespace === "kube-system";
    if (renewed === undefined || newest - renewed < STALE_MS || lease.metadata.namespace === "kube-node-lease" || !(isLeader || holder)) return [];
    return [findingOf(refOf(lease), stale(lease, renewed, holder))];
  });
};

function stale(lease: KubernetesObject, renewed: number, holder: KubernetesObject | undefined): Seen {
  const identity = textAt(lease, "spec", "holderIdentity") ?? "";
  return {
    category: "stale-leader-lease",
    message: `nobody renews the leader's Lease ${lease.metadata.name} since ${new Date(renewed).toISOString()} (held by ${identity}), so this component does no work`,
    evidence: [
      ["spec.renewTime", textAt(lease, "spec", "renewTime")],
      ["spec.leaseDurationSeconds", numberAt(lease, "spec", "leaseDurationSeconds")],
      ["spec.holderIdentity", identity],
    ],
    since: renewed,
    blames: holder && refOf(holder),
  };
}

/** The pod that a Lease names: `pod-name_uuid` or `pod-name`. */
function holderOf(lease: KubernetesObject, snapshot: Snapshot): KubernetesObject | undefined {
  const name = textAt(lease, "spec", "holderIdentity")?.split("_")[0] ?? "";
  const pod = snapshot.get({ apiVersion: "v1", kind: "Pod", name, namespace: lease.metadata.namespace ?? "" });
  return pod?.metadata.deletionTimestamp === undefined && textAt(pod, "status", "phase") === "Running" ? pod : undefined;
}
