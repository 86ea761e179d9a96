/** NetworkPolicies that cut what a pod says it needs: a Service in its environment, or the DNS that every name needs. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { formatObject } from "../../records/fields.ts";
import { listAt, numberAt, refOf, textAt, valueAt } from "../../records/read-object.ts";
import { type DeclaredCall, declaredCalls } from "../declared-calls.ts";
import { wasRead } from "../find-at.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";
import { labelsAt } from "../label-selector.ts";
import type { PodView } from "../pod-view.ts";
import { heldPods, partyOf, targetOf } from "../policy-parties.ts";
import { type Connection, forbiddingPolicy, type Party, policiesOf } from "../policy-verdict.ts";
import { podsMatching } from "../service-back-end.ts";
import type { Snapshot } from "../snapshot.ts";

const POLICY = { group: "networking.k8s.io", kind: "NetworkPolicy" };
const DNS: Party = {
  namespace: "kube-system",
  labels: { "k8s-app": "kube-dns" },
  portNames: new Map([[53, "dns"]]),
};

/** Finds calls that a policy of either side forbids; one finding for each workload and Service. */
export const findCutCalls: Analyzer = (snapshot) => {
  if (!wasRead(snapshot, POLICY)) return [];
  const seen = new Set<string>();
  return heldPods(snapshot).flatMap((pod) =>
    declaredCalls(pod, snapshot).flatMap((call) => {
      const root = formatObject(snapshot.rootOf(pod.object));
      const place = `${call.service.metadata.namespace}/${call.service.metadata.name}`;
      const cut = seen.has(`${root} ${place}`) ? undefined : cutOf(pod, call, snapshot);
      if (!cut) return [];
      seen.add(`${root} ${place}`);
      return [
        findingOf(pod.ref, {
          category: "network-policy-blocks",
          message: `NetworkPolicy ${formatObject(refOf(cut.policy)).split(" ")[1]} forbids ${root} to reach Service ${place} on port ${cut.port} (${call.where}): ${cut.direction} is not allowed`,
          evidence: [
            ["calls", formatObject(refOf(call.service))],
            ["declared in", call.where],
            [`NetworkPolicy spec.${cut.direction.toLowerCase()}`, JSON.stringify(valueAt(cut.policy, "spec", cut.direction.toLowerCase()) ?? [])],
          ],
          blames: refOf(cut.policy),
        }),
      ];
    }),
  );
};

interface Cut {
  readonly policy: KubernetesObject;
  readonly direction: "Egress" | "Ingress";
  readonly port: number;
}

function cutOf(pod: PodView, call: DeclaredCall, snapshot: Snapshot): Cut | undefined {
  const [server] = podsMatching(snapshot, call.service.metadata.namespace, labelsAt(call.service, "spec", "selector"));
  const ports = listAt(call.service, "spec", "ports");
  const port = ports.find((one) => call.port === undefined || numberAt(one, "port") === call.port);
  const target = server && targetOf(port, server);
  if (!server || server === pod || target === undefined || Object.keys(labelsAt(call.service, "spec", "selector")).length === 0) return undefined;
  const connection: Connection = { from: partyOf(pod), to: partyOf(server), port: target, protocol: textAt(port, "protocol") === "UDP" ? "UDP" : "TCP" };
  for (const direction of ["Egress", "Ingress"] as const) {
    const policy = forbiddingPolicy(snapshot, connection, direction);
    if (policy) return { policy, direction, port: target };
  }
  return undefined;
}

/** Finds policies that let pods out to somebody, or that guard pods which call by name, but not to DNS. A pod that may go nowhere and names nobody is meant so. */
export const findCutDns: Analyzer = (snapshot) => {
  const told = new Set<KubernetesObject>();
  if (!wasRead(snapshot, POLICY)) return [];
  return heldPods(snapshot).flatMap((pod) => {
    const from = partyOf(pod);
    const policies = policiesOf(snapshot, from, "Egress");
    const policy = forbiddingPolicy(snapshot, { from, to: DNS, port: 53, protocol: "UDP" }, "Egress");
    const tcp = policy && forbiddingPolicy(snapshot, { from, to: DNS, port: 53, protocol: "TCP" }, "Egress");
    const goesSomewhere = policies.some((one) => listAt(one, "spec", "egress").some((rule) => listAt(rule, "to").some(isNamedPeer)));
    if (!tcp || told.has(policy) || !(goesSomewhere || declaredCalls(pod, snapshot).length > 0)) return [];
    told.add(policy);
    return [
      findingOf(pod.ref, {
        category: "network-policy-blocks",
        message: `NetworkPolicy ${policy.metadata.namespace}/${policy.metadata.name} denies egress and allows no DNS (port 53 to kube-dns in kube-system), so ${formatObject(snapshot.rootOf(pod.object))} can resolve no name`,
        evidence: [["NetworkPolicy spec.egress", JSON.stringify(valueAt(policy, "spec", "egress") ?? [])]],
        blames: refOf(policy),
      }),
    ];
  });
};

function isNamedPeer(peer: unknown): boolean {
  return valueAt(peer, "podSelector") !== undefined || valueAt(peer, "namespaceSelector") !== undefined;
}
