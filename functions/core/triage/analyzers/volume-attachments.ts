/** Volumes that do not get to their node, or not off it: CSI attachments, and volumes that one node only may have. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { instantAt, listAt, refOf, textAt, valueAt } from "../../records/read-object.ts";
import { conditionNamed, isOlder } from "../condition-view.ts";
import { findAt, findObject, wasRead } from "../find-at.ts";
import { type Analyzer, findingOf, quote } from "../finding-of.ts";
import type { PodView } from "../pod-view.ts";
import type { Snapshot } from "../snapshot.ts";
import { podsIn } from "../service-back-end.ts";

const NODE = { group: "", kind: "Node" };
/** Attaching takes a minute at most, and the control plane forces it off a lost node after six. */
const ATTACHING_MS = 6 * 60_000;
const STILL_MS = 10 * 60_000;

/** Finds attachments with an error, and those of nodes that left. */
export const findAttachmentTrouble: Analyzer = findAt("storage.k8s.io", ["VolumeAttachment"], (attachment, snapshot) => {
  const node = textAt(attachment, "spec", "nodeName") ?? "";
  const volume = textAt(attachment, "spec", "source", "persistentVolumeName") ?? attachment.metadata.name;
  const standing = findObject(snapshot, NODE, { name: node });
  const blames = standing && conditionNamed(standing, "Ready")?.status !== "True" ? refOf(standing) : undefined;
  const what = troubleOf(attachment, snapshot, standing === undefined && wasRead(snapshot, NODE));
  if (what === undefined) return [];
  return [
    {
      category: "attach-failed",
      message: `volume ${volume} and node ${node}: ${what}`,
      evidence: [
        ["spec.nodeName", node],
        ["status.attached", String(valueAt(attachment, "status", "attached"))],
      ],
      since: instantAt(attachment, "metadata", "creationTimestamp"),
      blames,
    },
  ];
});

function troubleOf(attachment: KubernetesObject, snapshot: Snapshot, isNodeGone: boolean): string | undefined {
  const attachError = textAt(attachment, "status", "attachError", "message");
  const detachError = textAt(attachment, "status", "detachError", "message");
  if (isNodeGone) return "it stays attached to a node that is no more in the cluster, so no other node gets it";
  if (detachError !== undefined) return `it cannot be detached: ${quote(detachError)}`;
  if (valueAt(attachment, "status", "attached") === true) return undefined;
  if (attachError !== undefined) return `it cannot be attached (FailedAttachVolume): ${quote(attachError)}`;
  const isStuck = isOlder(instantAt(attachment, "metadata", "creationTimestamp"), ATTACHING_MS, snapshot.now);
  return isStuck ? `it is not attached, and its driver ${textAt(attachment, "spec", "attacher") ?? ""} says nothing` : undefined;
}

/** Finds pods that wait for a volume which a pod on another node still has. */
export const findMultiAttach: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) => {
    const last = snapshot
      .eventsOf(pod.ref)
      .filter((event) => event.message.includes("Multi-Attach error") && !isOlder(event.lastAt, STILL_MS, snapshot.now))
      .at(-1);
    if (!last || pod.phase !== "Pending") return [];
    const holder = holderOf(pod, snapshot);
    const lost = holder && lostNodeOf(holder, snapshot);
    const where = holder ? `; pod ${holder.ref.name} on node ${textAt(holder.object, "spec", "nodeName") ?? ""} has it` : "";
    return [
      findingOf(pod.ref, {
        category: "multi-attach",
        message: `Multi-Attach: the volume can be on one node only (ReadWriteOnce) and is still on another${where} (${last.message})`,
        evidence: [[`Event ${last.reason}`, last.message]],
        since: last.firstAt,
        blames: lost && refOf(lost),
      }),
    ];
  });

/** A pod on another node with the same claim, deleted ones too: they hold the volume until they are gone. */
function holderOf(pod: PodView, snapshot: Snapshot): PodView | undefined {
  const claims = claimsOf(pod);
  const node = textAt(pod.object, "spec", "nodeName");
  return podsIn(snapshot, pod.ref.namespace ?? "").find(
    (other) => other !== pod && textAt(other.object, "spec", "nodeName") !== node && claimsOf(other).some((claim) => claims.includes(claim)),
  );
}

function claimsOf(pod: PodView): readonly string[] {
  return listAt(pod.object, "spec", "volumes").flatMap((volume) => textAt(volume, "persistentVolumeClaim", "claimName") ?? []);
}

function lostNodeOf(pod: PodView, snapshot: Snapshot): KubernetesObject | undefined {
  const node = findObject(snapshot, NODE, { name: textAt(pod.object, "spec", "nodeName") ?? "" });
  return node && conditionNamed(node, "Ready")?.status !== "True" ? node : undefined;
}
