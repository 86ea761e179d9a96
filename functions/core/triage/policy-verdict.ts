/** What NetworkPolicies let through between two pods. Doubt is a yes: a finding has to be sure. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { listAt, numberAt, textAt, valueAt } from "../records/read-object.ts";
import { objectsOf } from "./find-at.ts";
import { type Labels, selects } from "./label-selector.ts";
import { byNamespace, perSnapshot } from "./per-snapshot.ts";
import type { Snapshot } from "./snapshot.ts";

/** One end of a connection. */
export interface Party {
  readonly namespace: string;
  readonly labels: Labels;
  /** Names of its ports by number, as policies may name them. */
  readonly portNames: ReadonlyMap<number, string>;
}

export interface Connection {
  readonly from: Party;
  readonly to: Party;
  readonly port: number;
  readonly protocol: "TCP" | "UDP";
}

type Direction = "Ingress" | "Egress";

/** The policy that forbids a connection on one side; undefined where it is let through. */
export function forbiddingPolicy(snapshot: Snapshot, connection: Connection, direction: Direction): KubernetesObject | undefined {
  const guarded = direction === "Egress" ? connection.from : connection.to;
  const policies = policiesOf(snapshot, guarded, direction);
  return policies.some((policy) => allows(policy, connection, { direction, snapshot })) ? undefined : policies[0];
}

const policyIndex = perSnapshot((snapshot) => byNamespace(objectsOf(snapshot, { group: "networking.k8s.io", kind: "NetworkPolicy" }), (policy) => policy));

/** Policies that guard a pod in one direction; without any, everything passes. */
export function policiesOf(snapshot: Snapshot, party: Party, direction: Direction): readonly KubernetesObject[] {
  return (policyIndex(snapshot).get(party.namespace) ?? []).filter(
    (policy) => typesOf(policy).includes(direction) && selects(valueAt(policy, "spec", "podSelector"), party.labels),
  );
}

function typesOf(policy: KubernetesObject): readonly unknown[] {
  const types = listAt(policy, "spec", "policyTypes");
  return types.length > 0 ? types : ["Ingress", ...(valueAt(policy, "spec", "egress") === undefined ? [] : ["Egress"])];
}

interface Side {
  readonly direction: Direction;
  readonly snapshot: Snapshot;
}

function allows(policy: KubernetesObject, connection: Connection, side: Side): boolean {
  const [rules, peers] = side.direction === "Egress" ? ["egress", "to"] : ["ingress", "from"];
  const other = side.direction === "Egress" ? connection.to : connection.from;
  return listAt(policy, "spec", rules).some((rule) => {
    const ports = listAt(rule, "ports");
    const others = listAt(rule, peers);
    const portFits = ports.length === 0 || ports.some((port) => isPort(port, connection));
    return portFits && (others.length === 0 || others.some((peer) => isPeer(peer, other, { policy, snapshot: side.snapshot })));
  });
}

function isPort(port: unknown, { port: number, protocol, to }: Connection): boolean {
  if ((textAt(port, "protocol") ?? "TCP") !== protocol) return false;
  const wanted = valueAt(port, "port");
  if (wanted === undefined) return true;
  if (typeof wanted === "string") return to.portNames.get(number) === wanted;
  return number >= Number(wanted) && number <= (numberAt(port, "endPort") ?? Number(wanted));
}

/** Addresses of pods change, so a rule by `ipBlock` may mean anybody. */
function isPeer(peer: unknown, other: Party, { policy, snapshot }: { policy: KubernetesObject; snapshot: Snapshot }): boolean {
  if (valueAt(peer, "ipBlock") !== undefined) return true;
  const namespaces = valueAt(peer, "namespaceSelector");
  const pods = valueAt(peer, "podSelector");
  const inNamespace = namespaces === undefined ? other.namespace === policy.metadata.namespace : isNamespace(namespaces, other.namespace, snapshot);
  return inNamespace && (pods === undefined || selects(pods, other.labels));
}

/** Labels of a namespace that was not read are not known, but for its name; what asks for others is taken as met. */
function isNamespace(selector: unknown, name: string, snapshot: Snapshot): boolean {
  const namespace = snapshot.get({ apiVersion: "v1", kind: "Namespace", name });
  const byName = { "kubernetes.io/metadata.name": name };
  if (namespace) return selects(selector, { ...byName, ...namespace.metadata.labels });
  const keys = [...Object.keys(valueAt(selector, "matchLabels") ?? {}), ...listAt(selector, "matchExpressions").map((one) => textAt(one, "key") ?? "")];
  return keys.some((key) => key !== "kubernetes.io/metadata.name") || selects(selector, byName);
}
