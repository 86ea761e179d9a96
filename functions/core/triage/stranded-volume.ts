/** Volumes that live on one node, when that node has left the cluster: their pods fit nowhere for ever. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import type { ObjectRef } from "../records/fields.ts";
import { listAt, refOf, textAt } from "../records/read-object.ts";
import { objectsOf, wasRead } from "./find-at.ts";
import { meetsTerm } from "./label-selector.ts";
import type { PodView } from "./pod-view.ts";
import { claimsOf } from "./references.ts";
import type { Snapshot } from "./snapshot.ts";
import { isHeldBy, VOLUME } from "./storage-objects.ts";

const NODE = { group: "", kind: "Node" };

/** Names of the nodes that a volume is bound to, where none of them is in the cluster; empty where it is well, or no nodes were read. */
export function lostNodesOf(volume: KubernetesObject, snapshot: Snapshot): readonly string[] {
  const terms = listAt(volume, "spec", "nodeAffinity", "required", "nodeSelectorTerms");
  if (terms.length === 0 || !wasRead(snapshot, NODE)) return [];
  if (objectsOf(snapshot, NODE).some((node) => terms.some((term) => meetsTerm(term, node)))) return [];
  return terms.flatMap((term) => [...listAt(term, "matchExpressions"), ...listAt(term, "matchFields")]).flatMap((one) => listAt(one, "values").map(String));
}

/** The volume of a pod that was left behind by its node. */
export function strandedVolumeOf(pod: PodView, snapshot: Snapshot): ObjectRef | undefined {
  const names = new Set(claimsOf(pod.object));
  const claims = snapshot.ofKind("PersistentVolumeClaim").filter((claim) => claim.metadata.namespace === pod.ref.namespace && names.has(claim.metadata.name));
  const volumes = objectsOf(snapshot, VOLUME).filter((volume) =>
    claims.some((claim) => textAt(claim, "spec", "volumeName") === volume.metadata.name || isHeldBy(volume, claim)),
  );
  const volume = volumes.find((one) => lostNodesOf(one, snapshot).length > 0);
  return volume && refOf(volume);
}
