/** Persistent volumes that failed, and local ones whose node is gone. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { instantAt, refOf, textAt } from "../../records/read-object.ts";
import { isOlder } from "../condition-view.ts";
import { findAt } from "../find-at.ts";
import { type Analyzer, quote, type Seen } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";
import { lostNodesOf } from "../stranded-volume.ts";

/** A storage system deletes a volume within this. */
const DELETING_MS = 10 * 60_000;

/** Finds volumes that cannot be used or deleted; a Released one that is to be retained is well. */
export const findVolumeTrouble: Analyzer = findAt("", ["PersistentVolume"], (volume, snapshot) => {
  const phase = textAt(volume, "status", "phase");
  if (phase === "Bound") return [withoutNode(volume, snapshot)];
  return [phase === "Failed" ? failed(volume) : undefined, phase === "Released" ? undeleted(volume, snapshot) : undefined];
});

function failed(volume: KubernetesObject): Seen {
  const message = textAt(volume, "status", "message");
  return {
    category: "volume-failed",
    message: `the volume is Failed: ${message ?? textAt(volume, "status", "reason") ?? "it could not be reclaimed"}`,
    evidence: [
      ["status.phase", "Failed"],
      ["status.reason", textAt(volume, "status", "reason")],
      ["status.message", message],
    ],
    since: instantAt(volume, "status", "lastPhaseTransitionTime"),
  };
}

function undeleted(volume: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const said = snapshot
    .eventsOf(refOf(volume))
    .filter((event) => event.reason === "VolumeFailedDelete")
    .at(-1);
  const since = instantAt(volume, "status", "lastPhaseTransitionTime");
  const isToBeDeleted = textAt(volume, "spec", "persistentVolumeReclaimPolicy") === "Delete";
  if (!isToBeDeleted || !(said || isOlder(since, DELETING_MS, snapshot.now))) return undefined;
  return {
    category: "volume-failed",
    message: `the volume is Released and should be deleted, but its storage system does not do it: ${said === undefined ? "it says nothing" : `${said.reason}: ${quote(said.message)}`}`,
    evidence: [
      ["status.phase", "Released"],
      ["Event VolumeFailedDelete", said?.message],
    ],
    since,
  };
}

/** A local volume lives on one node; when that left the cluster, its pods wait for ever. */
function withoutNode(volume: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const nodes = lostNodesOf(volume, snapshot).join(", ");
  if (nodes === "") return undefined;
  const claim = `${textAt(volume, "spec", "claimRef", "namespace")}/${textAt(volume, "spec", "claimRef", "name")}`;
  return {
    category: "volume-node-gone",
    message: `the node of the local volume is gone: ${nodes} is no node of the cluster, so pods with the claim ${claim} fit on no node (volume node affinity conflict)`,
    evidence: [["spec.nodeAffinity.required.nodeSelectorTerms", nodes]],
  };
}
