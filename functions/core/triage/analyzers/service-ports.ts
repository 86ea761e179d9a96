/** Services whose port leads to no container port, and Services of type LoadBalancer that got no address. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { instantAt, listAt, numberAt, refOf, textAt, valueAt } from "../../records/read-object.ts";
import { isOlder } from "../condition-view.ts";
import { findAt } from "../find-at.ts";
import { type Analyzer, quote, type Seen } from "../finding-of.ts";
import { labelsAt } from "../label-selector.ts";
import type { PodView } from "../pod-view.ts";
import { podsMatching } from "../service-back-end.ts";
import type { Snapshot } from "../snapshot.ts";

/** A load balancer is there within this: MetalLB needs a second, a cloud some minutes. */
const BALANCING_MS = 5 * 60_000;
/** Events of load balancers that say why there is no address. */
const REFUSALS = /^(AllocationFailed|SyncLoadBalancerFailed|UnAvailableLoadBalancer|AllocateFailed|FailedToAllocate.*|IPAllocationFailed)$/;

/** Finds ports whose `targetPort` no container of the selected pods has. */
export const findTargetPorts: Analyzer = findAt("", ["Service"], (service, snapshot) => {
  const selector = labelsAt(service, "spec", "selector");
  if (Object.keys(selector).length === 0 || textAt(service, "spec", "type") === "ExternalName") return [];
  const perPod = podsMatching(snapshot, service.metadata.namespace, selector).map((pod) => ({ pod, ports: declaredPorts(pod) }));
  if (perPod.length === 0) return [];
  const ports = listAt(service, "spec", "ports").map((port) => viewPort(port, perPod));
  return ports.map((port) => (port.leads || !isSure(port, { ports, perPod }) ? undefined : mismatch(port, perPod)));
});

interface ContainerPort {
  readonly name: string | undefined;
  readonly number: number | undefined;
  readonly protocol: string;
}

interface PodPorts {
  readonly pod: PodView;
  readonly ports: readonly ContainerPort[];
}

interface ServicePort {
  readonly name: string;
  readonly target: unknown;
  /** True where a container of some pod declares the target. */
  readonly leads: boolean;
}

function viewPort(port: unknown, perPod: readonly PodPorts[]): ServicePort {
  const target = valueAt(port, "targetPort") ?? valueAt(port, "port");
  const protocol = textAt(port, "protocol") ?? "TCP";
  const leads = perPod.some(({ ports }) => ports.some((one) => one.protocol === protocol && (one.name === target || one.number === target)));
  return { name: textAt(port, "name") ?? String(numberAt(port, "port")), target, leads };
}

/** Ports that nobody declares but many programs have. */
const SIDE_PORTS = /metric|monitor|health|admin|debug|prof|probe/i;

/** A name has to be declared. A number need not be: it counts where every container declares ports and the Service leads to none of them. */
function isSure({ name, target }: ServicePort, { ports, perPod }: { readonly ports: readonly ServicePort[]; readonly perPod: readonly PodPorts[] }): boolean {
  if (typeof target === "string") return true;
  return !SIDE_PORTS.test(name) && !ports.some((port) => port.leads) && perPod.every(({ pod }) => declaresAll(pod));
}

function mismatch({ name, target }: ServicePort, perPod: readonly PodPorts[]): Seen {
  const declared = perPod.flatMap(({ ports }) => ports).map((one) => (one.name === undefined ? `${one.number}` : `${one.name} (${one.number})`));
  const there = [...new Set(declared)].slice(0, 5).join(", ");
  return {
    category: "target-port-mismatch",
    message: `port ${name} of the Service leads to targetPort ${String(target)}, which no container of its pods has; they have ${there === "" ? "no ports" : there}`,
    evidence: [
      [`spec.ports[${name}].targetPort`, String(target)],
      ["containerPorts of the pods", there],
    ],
  };
}

/** Ports of containers and sidecars; init containers that end serve nobody. */
function declaredPorts(pod: PodView): readonly ContainerPort[] {
  const sidecars = listAt(pod.object, "spec", "initContainers").filter((container) => textAt(container, "restartPolicy") === "Always");
  return [...listAt(pod.object, "spec", "containers"), ...sidecars].flatMap((container) =>
    listAt(container, "ports").map((port) => ({
      name: textAt(port, "name"),
      number: numberAt(port, "containerPort"),
      protocol: textAt(port, "protocol") ?? "TCP",
    })),
  );
}

function declaresAll(pod: PodView): boolean {
  return listAt(pod.object, "spec", "containers").every((container) => listAt(container, "ports").length > 0);
}

/** Finds Services of type LoadBalancer whose address stays `<pending>`. */
export const findPendingLoadBalancers: Analyzer = findAt("", ["Service"], (service, snapshot) => [pending(service, snapshot)]);

function pending(service: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const since = instantAt(service, "metadata", "creationTimestamp");
  const isBalanced = textAt(service, "spec", "type") !== "LoadBalancer" || listAt(service, "status", "loadBalancer", "ingress").length > 0;
  if (isBalanced || !isOlder(since ?? 0, BALANCING_MS, snapshot.now)) return undefined;
  const refusal = snapshot
    .eventsOf(refOf(service))
    .filter((event) => REFUSALS.test(event.reason))
    .at(-1);
  const why = refusal === undefined ? "no load balancer controller (MetalLB, a cloud's) gave it one" : `${refusal.reason}: ${quote(refusal.message)}`;
  return {
    category: "load-balancer-pending",
    message: `the LoadBalancer Service has no external address, its EXTERNAL-IP is pending: ${why}`,
    evidence: [
      ["spec.type", "LoadBalancer"],
      ["spec.loadBalancerClass", textAt(service, "spec", "loadBalancerClass")],
      [`Event ${refusal?.reason ?? ""}`, refusal?.message],
    ],
    since,
  };
}
