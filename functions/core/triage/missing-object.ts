/** Who was to make an object that is missing: a Secret that a certificate, an external store or a sealed one would have become. */
import type { ObjectRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { conditionOf, refOf, textAt } from "../records/read-object.ts";
import type { Snapshot } from "./snapshot.ts";

/** Kinds that make Secrets: where they name the Secret, and the condition that says that it is made. */
const MAKERS: readonly (readonly [kind: string, condition: string, secretOf: (object: KubernetesObject) => string | undefined])[] = [
  ["Certificate", "Ready", (object) => textAt(object, "spec", "secretName")],
  ["ExternalSecret", "Ready", (object) => textAt(object, "spec", "target", "name") ?? object.metadata.name],
  ["SealedSecret", "Synced", (object) => textAt(object, "spec", "template", "metadata", "name") ?? object.metadata.name],
];

/** The maker of a missing Secret, where it stands in the snapshot and says that it has not made it. */
export function makerOfSecret(snapshot: Snapshot, namespace: string | undefined, name: string): ObjectRef | undefined {
  for (const [kind, condition, secretOf] of MAKERS) {
    const maker = snapshot
      .ofKind(kind)
      .find((object) => object.metadata.namespace === namespace && secretOf(object) === name && textAt(conditionOf(object, condition), "status") !== "True");
    if (maker) return refOf(maker);
  }
  return undefined;
}

/** The maker of the Secret that a message of the kubelet misses: `secret "web-tls" not found`. */
export function makerOfMissing(snapshot: Snapshot, namespace: string | undefined, message: string): ObjectRef | undefined {
  const name = /secret "([^"]+)" not found/.exec(message)?.[1];
  return name === undefined ? undefined : makerOfSecret(snapshot, namespace, name);
}
