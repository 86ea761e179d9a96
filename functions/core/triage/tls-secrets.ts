/** TLS Secrets that something uses and nothing renews, with the certificate in them. */
import { type CertificateFacts, certificateOf } from "../records/certificate.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import type { ObjectRef } from "../records/fields.ts";
import { listAt, refOf, textAt } from "../records/read-object.ts";
import { objectsOf } from "./find-at.ts";
import { perSnapshot } from "./per-snapshot.ts";
import { referencesOf } from "./references.ts";
import type { Snapshot } from "./snapshot.ts";

export interface TlsSecret {
  readonly secret: KubernetesObject;
  readonly certificate: CertificateFacts;
}

/** Those that an ingress, gateway, route or pod names; one that lies around unused is nobody's trouble, and cert-manager's own is told with its Certificate. */
export function usedTlsSecrets(snapshot: Snapshot): readonly TlsSecret[] {
  const { used, renewed } = namesOf(snapshot);
  return objectsOf(snapshot, { group: "", kind: "Secret" }).flatMap((secret) => {
    const key = keyOf(secret, secret.metadata.name);
    const certificate = used.has(key) && !renewed.has(key) ? certificateOf(secret) : undefined;
    return certificate ? [{ secret, certificate }] : [];
  });
}

/** Those that traffic from outside needs, nothing renews, and nobody has read: their time is not known. */
export function unreadTlsSecrets(snapshot: Snapshot): readonly ObjectRef[] {
  const { served, renewed } = namesOf(snapshot);
  return objectsOf(snapshot, { group: "", kind: "Secret" }).flatMap((secret) => {
    const key = keyOf(secret, secret.metadata.name);
    const isRenewed = renewed.has(key) || secret.metadata.annotations?.["cert-manager.io/certificate-name"] !== undefined;
    return served.has(key) && !isRenewed && certificateOf(secret) === undefined ? [refOf(secret)] : [];
  });
}

interface Names {
  /** By traffic from outside. */
  readonly served: ReadonlySet<string>;
  /** By that, or by a pod. */
  readonly used: ReadonlySet<string>;
  readonly renewed: ReadonlySet<string>;
}

const namesOf = perSnapshot((snapshot): Names => {
  const ofKinds = (kinds: readonly string[], names: (object: KubernetesObject) => readonly (string | undefined)[]): string[] =>
    kinds.flatMap((kind) => snapshot.ofKind(kind).flatMap((object) => names(object).flatMap((name) => (name === undefined ? [] : [keyOf(object, name)]))));
  const served = [
    ...ofKinds(["Ingress"], (ingress) => listAt(ingress, "spec", "tls").map((tls) => textAt(tls, "secretName"))),
    ...ofKinds(["IngressRoute"], (route) => [textAt(route, "spec", "tls", "secretName")]),
    ...ofKinds(["Gateway"], (gateway) =>
      listAt(gateway, "spec", "listeners").flatMap((listener) => listAt(listener, "tls", "certificateRefs").map((ref) => textAt(ref, "name"))),
    ),
  ];
  const mounted = ofKinds(["Pod"], (pod) => referencesOf(pod["spec"]).map(({ kind, name }) => (kind === "Secret" ? name : undefined)));
  return {
    served: new Set(served),
    used: new Set([...served, ...mounted]),
    renewed: new Set(ofKinds(["Certificate"], (certificate) => [textAt(certificate, "spec", "secretName")])),
  };
});

function keyOf({ metadata }: KubernetesObject, name: string): string {
  return `${metadata.namespace ?? ""}/${name}`;
}
