/** What annotations of Ingresses name and what is not there: Traefik then drops the route, and nginx answers 503. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { findAt, findObject, wasRead } from "../find-at.ts";
import type { Analyzer, Seen } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";

const MIDDLEWARES = "traefik.ingress.kubernetes.io/router.middlewares";
const SECRETS = ["nginx.ingress.kubernetes.io/auth-secret", "nginx.ingress.kubernetes.io/auth-tls-secret", "ingress.kubernetes.io/auth-secret"];
const SECRET = { group: "", kind: "Secret" };

/** Finds middlewares and secrets that annotations ask for in vain; silent about kinds that nobody read. */
export const findIngressAnnotations: Analyzer = findAt("networking.k8s.io", ["Ingress"], (ingress, snapshot) => [
  ...missingMiddlewares(ingress, snapshot),
  ...SECRETS.map((annotation) => missingSecret(ingress, annotation, snapshot)),
]);

/** `namespace-name@kubernetescrd`, where a namespace may have hyphens too: every way to cut it is tried. */
function missingMiddlewares(ingress: KubernetesObject, snapshot: Snapshot): readonly Seen[] {
  const middlewares = ["traefik.io", "traefik.containo.us"].flatMap((group) =>
    wasRead(snapshot, { group, kind: "Middleware" }) ? snapshot.ofKind("Middleware") : [],
  );
  if (middlewares.length === 0) return [];
  const names = new Set(middlewares.map(({ metadata }) => `${metadata.namespace}-${metadata.name}`));
  const asked = (ingress.metadata.annotations?.[MIDDLEWARES] ?? "").split(",").map((one) => one.trim());
  return asked.flatMap((one) => {
    const name = one.endsWith("@kubernetescrd") ? one.slice(0, -"@kubernetescrd".length) : undefined;
    if (name === undefined || names.has(name)) return [];
    return [
      {
        category: "missing-middleware",
        message: `the Middleware ${name} (namespace-name) does not exist, so Traefik drops the routes of the Ingress (404)`,
        evidence: [[`metadata.annotations[${MIDDLEWARES}]`, one]],
      },
    ];
  });
}

function missingSecret(ingress: KubernetesObject, annotation: string, snapshot: Snapshot): Seen | undefined {
  const value = ingress.metadata.annotations?.[annotation];
  if (value === undefined || !wasRead(snapshot, SECRET)) return undefined;
  const [namespace, name] = value.includes("/") ? value.split("/") : [ingress.metadata.namespace, value];
  if (name === undefined || findObject(snapshot, SECRET, { namespace, name })) return undefined;
  return {
    category: "missing-auth-secret",
    message: `the Secret ${namespace}/${name}, by which users of the Ingress are to be checked, does not exist, so nobody gets in (503)`,
    evidence: [[`metadata.annotations[${annotation}]`, value]],
  };
}
