/** Claims, volumes and classes, and how they name each other: shared by the analyzers of storage. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { listAt, textAt } from "../records/read-object.ts";
import { objectsOf } from "./find-at.ts";
import type { PodView } from "./pod-view.ts";
import { podsIn } from "./service-back-end.ts";
import type { Snapshot } from "./snapshot.ts";

export const CLASS = { group: "storage.k8s.io", kind: "StorageClass" };
export const VOLUME = { group: "", kind: "PersistentVolume" };
const DEFAULTS = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

/** The class that a claim or volume names; "" asks for none on purpose. */
export function classOf(object: KubernetesObject): string | undefined {
  return textAt(object, "spec", "storageClassName") ?? object.metadata.annotations?.[CLASS_ANNOTATION];
}

/** Classes that claims without a class get. */
export function defaultClasses(snapshot: Snapshot): readonly KubernetesObject[] {
  return objectsOf(snapshot, CLASS).filter((one) => DEFAULTS.some((name) => one.metadata.annotations?.[name] === "true"));
}

/** Pods that mount a claim, also as one made for them (`ephemeral`, named pod-volume). */
export function podsOfClaim(snapshot: Snapshot, claim: KubernetesObject): readonly PodView[] {
  const { name, namespace } = claim.metadata;
  return podsIn(snapshot, namespace ?? "").filter((pod) =>
    listAt(pod.object, "spec", "volumes").some(
      (volume) => textAt(volume, "persistentVolumeClaim", "claimName") === name || `${pod.ref.name}-${textAt(volume, "name") ?? ""}` === name,
    ),
  );
}

/** Tells whether a volume is, or was, held by a claim of this name. */
export function isHeldBy(volume: KubernetesObject, claim: KubernetesObject): boolean {
  return textAt(volume, "spec", "claimRef", "name") === claim.metadata.name && textAt(volume, "spec", "claimRef", "namespace") === claim.metadata.namespace;
}
