/** Claims that stay Pending or lost their volume: no class, a class that is not there, a provisioner that fails, a volume that does not fit. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { instantAt, refOf, textAt } from "../../records/read-object.ts";
import { isOlder } from "../condition-view.ts";
import { findAt, findObject, objectsOf, wasRead } from "../find-at.ts";
import { type Analyzer, quote, type Seen } from "../finding-of.ts";
import { brokenProvisioner } from "../provisioner-pods.ts";
import type { EventView, Snapshot } from "../snapshot.ts";
import { CLASS, classOf, defaultClasses, isHeldBy, podsOfClaim, VOLUME } from "../storage-objects.ts";
import { describeVolumes } from "../volume-fit.ts";

/** A provisioner has a volume ready within this. */
const PROVISIONING_MS = 5 * 60_000;

const FAILURES = new Set(["ProvisioningFailed", "FailedBinding", "VolumeMismatch"]);
const WAITS = new Set(["WaitForFirstConsumer", "WaitForPodScheduled"]);

/** Finds claims that will not be bound by waiting; one that waits for its first pod is well. */
export const findPendingClaims: Analyzer = findAt("", ["PersistentVolumeClaim"], (claim, snapshot) => {
  const phase = textAt(claim, "status", "phase");
  if (phase === "Lost") return [lost(claim)];
  if (phase !== "Pending") return [];
  const events = snapshot.eventsOf(refOf(claim));
  const seen =
    withoutClass(claim, snapshot) ??
    heldBack(claim, snapshot) ??
    missingClass(claim, snapshot) ??
    failed(claim, events, snapshot) ??
    stuck(claim, events, snapshot);
  return [seen && { ...seen, since: instantAt(claim, "metadata", "creationTimestamp") }];
});

function lost(claim: KubernetesObject): Seen {
  const volume = textAt(claim, "spec", "volumeName");
  return {
    category: "volume-lost",
    message: `the claim is Lost: its PersistentVolume ${volume ?? ""} is gone, and the data with it unless a backup or the disk is left`,
    evidence: [
      ["status.phase", "Lost"],
      ["spec.volumeName", volume],
    ],
  };
}

/** A claim that names no class gets the default one; k0s brings none. */
function withoutClass(claim: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const said = snapshot.eventsOf(refOf(claim)).find((event) => event.message.includes("no storage class is set"));
  const isUnset = classOf(claim) === undefined && textAt(claim, "spec", "volumeName") === undefined;
  const noDefault = isUnset && wasRead(snapshot, CLASS) && defaultClasses(snapshot).length === 0;
  if (!noDefault && !(said && classOf(claim) === undefined)) return undefined;
  return {
    category: "no-storage-class",
    message: "the claim stays Pending: it names no storageClassName, and no StorageClass is the default",
    evidence: [
      ["status.phase", "Pending"],
      ["spec.storageClassName", "(none)"],
      ["Event FailedBinding", said?.message],
    ],
  };
}

/** A Released volume keeps the name of its old claim, and a new claim of that name does not get it. */
function heldBack(claim: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const wanted = textAt(claim, "spec", "volumeName");
  const volume = objectsOf(snapshot, VOLUME).find(
    (one) => textAt(one, "status", "phase") === "Released" && (one.metadata.name === wanted || isHeldBy(one, claim)),
  );
  const isProvisioned = wanted === undefined && findObject(snapshot, CLASS, { name: classOf(claim) ?? "" }) !== undefined;
  if (!volume || isProvisioned) return undefined;
  return {
    category: "volume-released",
    message: `the claim ${claim.metadata.name} stays Pending: PersistentVolume ${volume.metadata.name} is Released and still holds an older claim of it (spec.claimRef), so it binds no new one`,
    evidence: [
      ["status.phase", "Pending"],
      ["PersistentVolume spec.claimRef.uid", textAt(volume, "spec", "claimRef", "uid")],
    ],
    blames: refOf(volume),
  };
}

/** A class may be a mere name that claims and volumes share, without an object. */
function missingClass(claim: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const name = classOf(claim) ?? "";
  const said = snapshot.eventsOf(refOf(claim)).find((event) => event.message.includes(`storageclass.storage.k8s.io "${name}" not found`));
  const isGone = wasRead(snapshot, CLASS) && !findObject(snapshot, CLASS, { name });
  const isShared = objectsOf(snapshot, VOLUME).some((volume) => classOf(volume) === name);
  if (name === "" || isShared || !(isGone || (said && !findObject(snapshot, CLASS, { name })))) return undefined;
  const there = objectsOf(snapshot, CLASS).map((one) => one.metadata.name);
  return {
    category: "missing-storage-class",
    message: `the claim stays Pending: StorageClass ${name} does not exist${there.length === 0 ? "" : `; there is ${there.join(", ")}`}`,
    evidence: [
      ["spec.storageClassName", name],
      [`Event ${said?.reason ?? ""}`, said?.message],
    ],
  };
}

/** What the provisioner or the volume controller last said, unless it has been overcome by a later Event. */
function failed(claim: KubernetesObject, events: readonly EventView[], snapshot: Snapshot): Seen | undefined {
  const last = events.filter((event) => FAILURES.has(event.reason)).at(-1);
  if (!last) return undefined;
  const isWaiting = events.some((event) => WAITS.has(event.reason) && (event.lastAt ?? 0) > (last.lastAt ?? 0));
  if (isWaiting && podsOfClaim(snapshot, claim).length === 0) return undefined;
  const misfits = last.reason === "ProvisioningFailed" && !last.message.includes("not found") ? "" : describeVolumes(snapshot, claim);
  return {
    category: last.reason === "ProvisioningFailed" && misfits === "" ? "provisioning-failed" : "no-matching-volume",
    message: `the claim stays Pending: ${last.reason}: ${quote(last.message)}${misfits}`,
    evidence: [
      ["spec.storageClassName", classOf(claim)],
      [`Event ${last.reason}`, last.message],
    ],
    blames: last.reason === "ProvisioningFailed" ? brokenProvisioner(snapshot, provisionerOf(claim, snapshot)) : undefined,
  };
}

function stuck(claim: KubernetesObject, events: readonly EventView[], snapshot: Snapshot): Seen | undefined {
  const storageClass = findObject(snapshot, CLASS, { name: classOf(claim) ?? defaultClasses(snapshot)[0]?.metadata.name ?? "" });
  const isYoung = !isOlder(instantAt(claim, "metadata", "creationTimestamp"), PROVISIONING_MS, snapshot.now);
  const asked = events.filter((event) => event.reason === "ExternalProvisioning" || event.reason === "Provisioning").at(-1);
  if (isYoung) return undefined;
  return asked ? unanswered(asked, storageClass, snapshot) : unbound(claim, storageClass, { events, snapshot });
}

function provisionerOf(claim: KubernetesObject, snapshot: Snapshot): string {
  const storageClass = findObject(snapshot, CLASS, { name: classOf(claim) ?? "" });
  return textAt(storageClass, "provisioner") ?? claim.metadata.annotations?.["volume.kubernetes.io/storage-provisioner"] ?? "";
}

function unanswered(asked: EventView, storageClass: KubernetesObject | undefined, snapshot: Snapshot): Seen {
  const provisioner = textAt(storageClass, "provisioner") ?? /'([^']+)'/.exec(asked.message)?.[1] ?? "";
  return {
    category: "provisioning-stuck",
    message: `the claim stays Pending: its provisioner ${provisioner} has not made the volume: ${quote(asked.message)}`,
    evidence: [
      ["status.phase", "Pending"],
      [`Event ${asked.reason}`, asked.message],
    ],
    blames: brokenProvisioner(snapshot, provisioner),
  };
}

/** A claim whose class is not known may wait for its first pod, so that there has to be a volume that does not fit. */
function unbound(
  claim: KubernetesObject,
  storageClass: KubernetesObject | undefined,
  { events, snapshot }: { readonly events: readonly EventView[]; readonly snapshot: Snapshot },
): Seen | undefined {
  const waits = textAt(storageClass, "volumeBindingMode") === "WaitForFirstConsumer" || events.some((event) => WAITS.has(event.reason));
  const misfits = describeVolumes(snapshot, claim);
  if (waits || (misfits === "" && !storageClass)) return undefined;
  return {
    category: "no-matching-volume",
    message: `the claim stays Pending: no PersistentVolume was bound to it${misfits}`,
    evidence: [
      ["status.phase", "Pending"],
      ["spec.storageClassName", classOf(claim)],
    ],
  };
}
