/** Ingresses that claim the same host and path: which one answers is up to the controller. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { formatObject } from "../../records/fields.ts";
import { instantAt, listAt, refOf, textAt } from "../../records/read-object.ts";
import { objectsOf } from "../find-at.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";

/** Annotations by which Ingresses share a host and a path on purpose. */
const SHARED = ["nginx.ingress.kubernetes.io/canary", "nginx.org/mergeable-ingress-type", "alb.ingress.kubernetes.io/group.name"];
const ENTRY_POINTS = "traefik.ingress.kubernetes.io/router.entrypoints";

/** Finds the younger of two Ingresses of one class with one host and path. */
export const findDuplicatePaths: Analyzer = (snapshot) => {
  const first = new Map<string, KubernetesObject>();
  const ingresses = [...objectsOf(snapshot, { group: "networking.k8s.io", kind: "Ingress" })].sort((a, b) => createdAt(a) - createdAt(b));
  return ingresses.flatMap((ingress) => {
    if (isShared(ingress)) return [];
    const taken = routesOf(ingress).flatMap((route) => {
      const other = first.get(route.key);
      if (!other) first.set(route.key, ingress);
      return other && other !== ingress ? [{ other, place: route.place }] : [];
    });
    const [hit] = taken;
    if (!hit) return [];
    return [
      findingOf(refOf(ingress), {
        category: "duplicate-ingress-path",
        message: `${hit.place} is also claimed by ${formatObject(refOf(hit.other))}, which is older; only one of the two gets the requests`,
        evidence: taken.map(({ other, place }) => ["spec.rules", `${place} (${formatObject(refOf(other))})`]),
        since: instantAt(ingress, "metadata", "creationTimestamp"),
      }),
    ];
  });
};

function isShared(ingress: KubernetesObject): boolean {
  const isSolver = ingress.metadata.labels?.["acme.cert-manager.io/http01-solver"] === "true";
  return isSolver || SHARED.some((name) => ingress.metadata.annotations?.[name] !== undefined);
}

function routesOf(ingress: KubernetesObject): readonly { readonly key: string; readonly place: string }[] {
  const controller = textAt(ingress, "spec", "ingressClassName") ?? ingress.metadata.annotations?.["kubernetes.io/ingress.class"] ?? "";
  const entry = ingress.metadata.annotations?.[ENTRY_POINTS] ?? "";
  return listAt(ingress, "spec", "rules").flatMap((rule) =>
    listAt(rule, "http", "paths").map((path) => {
      const place = `${textAt(rule, "host") ?? "*"}${textAt(path, "path") ?? "/"}`;
      return { place, key: `${controller} ${entry} ${textAt(path, "pathType") ?? ""} ${place}` };
    }),
  );
}

function createdAt(object: KubernetesObject): number {
  return instantAt(object, "metadata", "creationTimestamp") ?? 0;
}
