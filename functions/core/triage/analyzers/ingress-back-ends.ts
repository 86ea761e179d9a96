/** Ingresses whose traffic arrives nowhere: a Service, a port or a TLS Secret that is not there. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { listAt, numberAt, textAt, valueAt } from "../../records/read-object.ts";
import { troubleOfCall } from "../back-end-trouble.ts";
import { findAt, findObject, objectsOf, wasRead } from "../find-at.ts";
import type { Analyzer, Seen } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";

const SECRET = { group: "", kind: "Secret" };
const CATEGORIES = { missing: "missing-service", port: "missing-service-port", unready: "back-end-unavailable" } as const;

/** Finds rules that lead to a Service or port that is not there; one whose pods are not ready is told with those pods. */
export const findIngressBackEnds: Analyzer = findAt("networking.k8s.io", ["Ingress"], (ingress, snapshot) => {
  const seen = new Map<string, Seen>();
  for (const { backend, place } of backendsOf(ingress)) {
    const name = textAt(backend, "service", "name");
    if (name === undefined) continue;
    const port = textAt(backend, "service", "port", "name") ?? numberAt(backend, "service", "port", "number");
    const trouble = troubleOfCall(snapshot, { namespace: ingress.metadata.namespace ?? "", name, port });
    if (!trouble) continue;
    seen.set(`${trouble.kind} ${name} ${port}`, {
      category: CATEGORIES[trouble.kind],
      message: `requests for ${place} get an error (503): ${trouble.words}`,
      evidence: [["spec.rules backend.service", `${name}:${port ?? ""}`]],
      blames: trouble.blames,
    });
  }
  return [...seen.values()];
});

function backendsOf(ingress: KubernetesObject): readonly { readonly backend: unknown; readonly place: string }[] {
  const ruled = listAt(ingress, "spec", "rules").flatMap((rule) =>
    listAt(rule, "http", "paths").map((path) => ({
      backend: valueAt(path, "backend"),
      place: `${textAt(rule, "host") ?? "every host"}${textAt(path, "path") ?? ""}`,
    })),
  );
  return [...ruled, { backend: valueAt(ingress, "spec", "defaultBackend"), place: "everything else" }];
}

/** Finds TLS Secrets that are not there; one that a Certificate is to make is told with that. */
export const findIngressSecrets: Analyzer = findAt("networking.k8s.io", ["Ingress"], (ingress, snapshot) => {
  if (!wasRead(snapshot, SECRET)) return [];
  const names = listAt(ingress, "spec", "tls").flatMap((tls) => textAt(tls, "secretName") ?? []);
  return [...new Set(names)].map((name) => missingSecret(ingress, name, snapshot));
});

function missingSecret(ingress: KubernetesObject, name: string, snapshot: Snapshot): Seen | undefined {
  const { namespace } = ingress.metadata;
  if (findObject(snapshot, SECRET, { namespace, name })) return undefined;
  const isToBeMade = objectsOf(snapshot, { group: "cert-manager.io", kind: "Certificate" }).some(
    (one) => one.metadata.namespace === namespace && textAt(one, "spec", "secretName") === name,
  );
  if (isToBeMade) return undefined;
  return {
    category: "missing-tls-secret",
    message: `the TLS Secret ${namespace}/${name} does not exist, so browsers get the controller's own certificate`,
    evidence: [["spec.tls.secretName", name]],
  };
}
