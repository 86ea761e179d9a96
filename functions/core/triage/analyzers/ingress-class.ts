/** Ingresses that no controller takes: their class does not exist, or they have none. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { instantAt, listAt, textAt } from "../../records/read-object.ts";
import { findAt, findObject, objectsOf, wasRead } from "../find-at.ts";
import type { Analyzer, Seen } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";

const CLASS = { group: "networking.k8s.io", kind: "IngressClass" };
const ANNOTATION = "kubernetes.io/ingress.class";
const IS_DEFAULT = "ingressclass.kubernetes.io/is-default-class";

/** Finds Ingresses without a controller; one that has an address was taken, whatever its class says. */
export const findIngressClasses: Analyzer = findAt("networking.k8s.io", ["Ingress"], (ingress, snapshot) => {
  const name = textAt(ingress, "spec", "ingressClassName");
  if (!wasRead(snapshot, CLASS)) return [];
  if (name !== undefined) return [findObject(snapshot, CLASS, { name }) ? undefined : missingClass(ingress, name, snapshot)];
  const isTaken = ingress.metadata.annotations?.[ANNOTATION] !== undefined || listAt(ingress, "status", "loadBalancer", "ingress").length > 0;
  return [isTaken || hasDefault(snapshot) ? undefined : withoutClass(ingress, snapshot)];
});

function hasDefault(snapshot: Snapshot): boolean {
  return objectsOf(snapshot, CLASS).some((one) => one.metadata.annotations?.[IS_DEFAULT] === "true");
}

function classNames(snapshot: Snapshot): string {
  return objectsOf(snapshot, CLASS)
    .map((one) => one.metadata.name)
    .join(", ");
}

function missingClass(ingress: KubernetesObject, name: string, snapshot: Snapshot): Seen {
  return {
    category: "missing-ingress-class",
    message: `the IngressClass ${name} does not exist, so no controller serves the Ingress; there is ${classNames(snapshot)}`,
    evidence: [["spec.ingressClassName", name]],
    since: instantAt(ingress, "metadata", "creationTimestamp"),
  };
}

function withoutClass(ingress: KubernetesObject, snapshot: Snapshot): Seen {
  return {
    category: "no-ingress-class",
    message: `the Ingress has no ingressClassName and no IngressClass is the default, so no controller serves it; there is ${classNames(snapshot)}`,
    evidence: [["spec.ingressClassName", "(none)"]],
    since: instantAt(ingress, "metadata", "creationTimestamp"),
  };
}
