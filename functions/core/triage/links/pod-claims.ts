/** The claims that a pod mounts, as far as they stand in the snapshot. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { listAt, textAt, valueAt } from "../../records/read-object.ts";
import type { Scene } from "../scene.ts";

/** A generic ephemeral volume has a claim of its own, named after the pod. */
export function claimsOf(pod: KubernetesObject, { snapshot }: Pick<Scene, "snapshot">): readonly KubernetesObject[] {
  const { namespace, name } = pod.metadata;
  return listAt(pod, "spec", "volumes").flatMap((volume) => {
    const ephemeral = valueAt(volume, "ephemeral") === undefined ? undefined : `${name}-${textAt(volume, "name") ?? ""}`;
    const claim = textAt(volume, "persistentVolumeClaim", "claimName") ?? ephemeral;
    if (claim === undefined) return [];
    return snapshot.get({ apiVersion: "v1", kind: "PersistentVolumeClaim", name: claim, ...(namespace !== undefined && { namespace }) }) ?? [];
  });
}
