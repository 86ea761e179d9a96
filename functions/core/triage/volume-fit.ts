/** Why volumes that exist do not satisfy a claim. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { listAt, textAt, valueAt } from "../records/read-object.ts";
import { objectsOf } from "./find-at.ts";
import { labelsAt, selects } from "./label-selector.ts";
import { parseQuantity } from "../records/quantity.ts";
import type { Snapshot } from "./snapshot.ts";
import { classOf, VOLUME } from "./storage-objects.ts";

/** Writes the volumes of a claim's class, or the one that it names, and why each is not taken; "" where there are none. */
export function describeVolumes(snapshot: Snapshot, claim: KubernetesObject): string {
  const wanted = textAt(claim, "spec", "volumeName");
  const volumes = objectsOf(snapshot, VOLUME).filter((one) =>
    wanted === undefined ? (classOf(one) ?? "") === (classOf(claim) ?? "") && textAt(one, "status", "phase") !== "Bound" : one.metadata.name === wanted,
  );
  if (volumes.length === 0) return wanted === undefined ? "" : `; it asks for PersistentVolume ${wanted}, which is not there`;
  return `; ${volumes
    .slice(0, 3)
    .map((volume) => `${volume.metadata.name} ${misfitOf(volume, claim)}`)
    .join(", ")}`;
}

/** The first thing that does not fit, in the order in which Kubernetes looks. */
function misfitOf(volume: KubernetesObject, claim: KubernetesObject): string {
  const phase = textAt(volume, "status", "phase") ?? "";
  if (phase === "Bound") return `is Bound to ${textAt(volume, "spec", "claimRef", "namespace")}/${textAt(volume, "spec", "claimRef", "name")}`;
  if (phase !== "Available") return `is ${phase}`;
  return sizeMisfit(volume, claim) ?? modeMisfit(volume, claim) ?? nameMisfit(volume, claim) ?? "is Available";
}

function sizeMisfit(volume: KubernetesObject, claim: KubernetesObject): string | undefined {
  const size = textAt(volume, "spec", "capacity", "storage");
  const asked = textAt(claim, "spec", "resources", "requests", "storage");
  return (parseQuantity(size) ?? 0) < (parseQuantity(asked) ?? 0) ? `is too small (${size}, asked for ${asked})` : undefined;
}

function modeMisfit(volume: KubernetesObject, claim: KubernetesObject): string | undefined {
  const modes = listAt(volume, "spec", "accessModes");
  const lacking = listAt(claim, "spec", "accessModes").filter((mode) => !modes.includes(mode));
  if (lacking.length > 0) return `has no access mode ${lacking.join(", ")} (it has ${modes.join(", ")})`;
  const kindOf = (object: KubernetesObject): string => textAt(object, "spec", "volumeMode") ?? "Filesystem";
  return kindOf(volume) === kindOf(claim) ? undefined : `has volumeMode ${kindOf(volume)}, not ${kindOf(claim)}`;
}

function nameMisfit(volume: KubernetesObject, claim: KubernetesObject): string | undefined {
  const theirs = classOf(volume) ?? "";
  const ours = classOf(claim) ?? "";
  if (theirs !== ours) return `has storageClassName "${theirs}", not "${ours}"`;
  return selects(valueAt(claim, "spec", "selector"), labelsAt(volume, "metadata", "labels")) ? undefined : "has not the labels that the claim selects";
}
