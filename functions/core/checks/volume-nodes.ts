/** Volumes that live on some nodes only: a pod that mounts one cannot be anywhere else. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { listAt, textAt } from "../records/read-object.ts";
import { findObject } from "../triage/find-at.ts";
import { meetsTerm } from "../triage/label-selector.ts";
import type { PodView } from "../triage/pod-view.ts";
import { claimsOf } from "../triage/references.ts";
import type { Snapshot } from "../triage/snapshot.ts";
import { VOLUME } from "../triage/storage-objects.ts";

/** Says which of a pod's volumes are not to be had on a node; empty where all are, or are not bound yet. */
export function againstVolumes(snapshot: Snapshot, pod: PodView, node: KubernetesObject): readonly string[] {
  return claimsOf(pod.object).flatMap((name) => {
    const claim = findObject(snapshot, { group: "", kind: "PersistentVolumeClaim" }, { name, namespace: pod.ref.namespace });
    const volume = textAt(claim, "spec", "volumeName");
    const terms = volume === undefined ? [] : listAt(findObject(snapshot, VOLUME, { name: volume }), "spec", "nodeAffinity", "required", "nodeSelectorTerms");
    return terms.length === 0 || terms.some((term) => meetsTerm(term, node)) ? [] : [`the volume of claim ${name} is on another node`];
  });
}
