/** NetworkPolicies that keep the ingress controller away from the pods that an Ingress leads to. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { formatObject } from "../../records/fields.ts";
import { listAt, numberAt, refOf, textAt } from "../../records/read-object.ts";
import { findAt, findObject, wasRead } from "../find-at.ts";
import type { Analyzer, Seen } from "../finding-of.ts";
import { labelsAt } from "../label-selector.ts";
import { perSnapshot } from "../per-snapshot.ts";
import type { PodView } from "../pod-view.ts";
import { heldPods, partyOf, targetOf } from "../policy-parties.ts";
import { forbiddingPolicy } from "../policy-verdict.ts";
import { podsMatching, SERVICE } from "../service-back-end.ts";
import type { Snapshot } from "../snapshot.ts";

const POLICY = { group: "networking.k8s.io", kind: "NetworkPolicy" };
/** Names by which charts and manifests label the pods of ingress controllers. */
const CONTROLLERS = new Set(["ingress-nginx", "traefik", "nginx-ingress", "haproxy-ingress", "kubernetes-ingress", "contour", "envoy"]);

/** Finds back ends that no ingress controller may reach; without a controller in sight nothing can be said. */
export const findCutIngresses: Analyzer = findAt("networking.k8s.io", ["Ingress"], (ingress, snapshot) => {
  const controllers = wasRead(snapshot, POLICY) ? controllerPods(snapshot) : [];
  if (controllers.length === 0) return [];
  const backends = listAt(ingress, "spec", "rules").flatMap((rule) => listAt(rule, "http", "paths"));
  return backends.slice(0, 20).map((path) => cut(ingress, path, { controllers, snapshot }));
});

/** A few of them speak for all: replicas have the same labels. */
const controllerPods = perSnapshot((snapshot) => heldPods(snapshot).filter(isController).slice(0, 10));

function isController(pod: PodView): boolean {
  const { labels } = pod.object.metadata;
  const component = labels?.["app.kubernetes.io/component"];
  return CONTROLLERS.has(labels?.["app.kubernetes.io/name"] ?? "") && (component === undefined || component === "controller");
}

interface Around {
  readonly controllers: readonly PodView[];
  readonly snapshot: Snapshot;
}

function cut(ingress: KubernetesObject, path: unknown, { controllers, snapshot }: Around): Seen | undefined {
  const name = textAt(path, "backend", "service", "name") ?? "";
  const service = findObject(snapshot, SERVICE, { name, namespace: ingress.metadata.namespace });
  const [server] = podsMatching(snapshot, ingress.metadata.namespace, labelsAt(service, "spec", "selector"));
  const wanted = textAt(path, "backend", "service", "port", "name") ?? numberAt(path, "backend", "service", "port", "number");
  const port = listAt(service, "spec", "ports").find((one) => textAt(one, "name") === wanted || numberAt(one, "port") === wanted);
  const target = server && targetOf(port, server);
  if (!server || target === undefined || Object.keys(labelsAt(service, "spec", "selector")).length === 0) return undefined;
  const policies = controllers.map((controller) =>
    forbiddingPolicy(snapshot, { from: partyOf(controller), to: partyOf(server), port: target, protocol: "TCP" }, "Ingress"),
  );
  const [policy] = policies;
  if (!policy || policies.some((one) => one === undefined)) return undefined;
  return {
    category: "network-policy-blocks",
    message: `NetworkPolicy ${policy.metadata.namespace}/${policy.metadata.name} forbids the ingress controller to reach ${formatObject(server.ref)} on port ${target}, so Ingress ${ingress.metadata.name} answers with a timeout (504)`,
    evidence: [["spec.rules backend.service", name]],
    blames: refOf(policy),
  };
}
