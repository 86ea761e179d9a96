/** Traefik's IngressRoutes that lead to a Service or Secret that is not there. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { listAt, textAt, valueAt } from "../../records/read-object.ts";
import { troubleOfCall } from "../back-end-trouble.ts";
import { findObject, objectsOf, wasRead } from "../find-at.ts";
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";

const GROUPS = ["traefik.io", "traefik.containo.us"];
const KINDS = ["IngressRoute", "IngressRouteTCP", "IngressRouteUDP"];
const SECRET = { group: "", kind: "Secret" };

/** Finds routes of Traefik's own kinds without a back end, a middleware or a TLS Secret. */
export const findTraefikRoutes: Analyzer = (snapshot) =>
  GROUPS.flatMap((group) =>
    KINDS.flatMap((kind) => objectsOf(snapshot, { group, kind })).flatMap((route) =>
      [...backEnds(route, snapshot), ...middlewares(route, group, snapshot), secret(route, snapshot)].flatMap((seen) =>
        seen ? [findingOf({ apiVersion: route.apiVersion, kind: route.kind, name: route.metadata.name, namespace: route.metadata.namespace }, seen)] : [],
      ),
    ),
  );

function backEnds(route: KubernetesObject, snapshot: Snapshot): readonly Seen[] {
  const services = listAt(route, "spec", "routes").flatMap((rule) => listAt(rule, "services"));
  return services.flatMap((service) => {
    const name = textAt(service, "name") ?? "";
    const port = valueAt(service, "port");
    if ((textAt(service, "kind") ?? "Service") !== "Service") return [];
    const trouble = troubleOfCall(snapshot, {
      namespace: textAt(service, "namespace") ?? route.metadata.namespace ?? "",
      name,
      port: typeof port === "number" || typeof port === "string" ? port : undefined,
    });
    if (!trouble) return [];
    const category = { missing: "missing-service", port: "missing-service-port", unready: "back-end-unavailable" }[trouble.kind];
    return [{ category, message: `the route leads nowhere: ${trouble.words}`, evidence: [["spec.routes.services", name]], blames: trouble.blames }];
  });
}

function middlewares(route: KubernetesObject, group: string, snapshot: Snapshot): readonly Seen[] {
  const kind = { group, kind: "Middleware" };
  if (!wasRead(snapshot, kind)) return [];
  return listAt(route, "spec", "routes")
    .flatMap((rule) => listAt(rule, "middlewares"))
    .flatMap((ref) => {
      const name = textAt(ref, "name") ?? "";
      const namespace = textAt(ref, "namespace") ?? route.metadata.namespace;
      if (name.includes("@") || findObject(snapshot, kind, { name, namespace })) return [];
      return [
        {
          category: "missing-middleware",
          message: `the Middleware ${namespace}/${name} does not exist, so Traefik drops the route`,
          evidence: [["spec.routes.middlewares", name]],
        },
      ];
    });
}

function secret(route: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const name = textAt(route, "spec", "tls", "secretName");
  if (name === undefined || !wasRead(snapshot, SECRET) || findObject(snapshot, SECRET, { name, namespace: route.metadata.namespace })) return undefined;
  return {
    category: "missing-tls-secret",
    message: `the TLS Secret ${route.metadata.namespace}/${name} does not exist, so browsers get Traefik's own certificate`,
    evidence: [["spec.tls.secretName", name]],
  };
}
