/** Nodes by the address that an exporter was scraped at, and what answers at a URL that was probed. */
import type { ObjectRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { listAt, refOf, textAt } from "../records/read-object.ts";
import type { Snapshot } from "./snapshot.ts";

type Labels = Readonly<Record<string, string>>;

/** The node of an alert: by its label, by the address or name in `instance`, by the exporter's pod. */
export function alertNode(labels: Labels, snapshot: Snapshot | undefined): readonly ObjectRef[] {
  const named = [labels["node"], labels["nodename"], labels["kubernetes_node"], labels["instance"]].filter((name) => name !== undefined && name !== "");
  for (const name of named) {
    const host = hostOf(name ?? "");
    const node = nodeAt(host, snapshot);
    if (node) return [refOf(node)];
    if (!isAddress(host) && host !== "" && (labels["instance"] !== name || !host.includes("."))) return [{ kind: "Node", name: host }];
  }
  return exporterNode(labels, snapshot);
}

/** The exporter runs on the node that it reports. */
function exporterNode({ pod = "", namespace = "" }: Labels, snapshot: Snapshot | undefined): readonly ObjectRef[] {
  const name = textAt(snapshot?.get({ apiVersion: "v1", kind: "Pod", namespace, name: pod }), "spec", "nodeName");
  return name === undefined ? [] : [{ kind: "Node", name }];
}

function nodeAt(host: string, snapshot: Snapshot | undefined): KubernetesObject | undefined {
  const nodes = snapshot?.ofKind("Node") ?? [];
  const has = (node: KubernetesObject): boolean => listAt(node, "status", "addresses").some((address) => textAt(address, "address") === host);
  return nodes.find((node) => node.metadata.name === host || has(node) || node.metadata.labels?.["kubernetes.io/hostname"] === host);
}

/** What was probed: the ingress or route of the URL's host, the Service of a name in the cluster, or a node by its address. */
export function alertTarget(labels: Labels, snapshot: Snapshot | undefined): readonly ObjectRef[] {
  const host = hostOf(labels["target"] ?? labels["url"] ?? labels["instance"] ?? "");
  if (host === "") return [];
  const [, name, namespace] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(\..*)?$/.exec(host) ?? [];
  if (name !== undefined && namespace !== undefined) return [{ kind: "Service", namespace, name }];
  const routes = (snapshot ? ["Ingress", "HTTPRoute", "IngressRoute"].flatMap((kind) => snapshot.ofKind(kind)) : []).filter((route) =>
    hostsOf(route).some((pattern) => matches(pattern, host)),
  );
  const node = nodeAt(host, snapshot);
  return routes.length > 0 ? routes.map(refOf) : node ? [refOf(node)] : [];
}

function hostsOf(route: KubernetesObject): readonly string[] {
  const rules = listAt(route, "spec", "rules").map((rule) => textAt(rule, "host"));
  const names = listAt(route, "spec", "hostnames").filter((name) => typeof name === "string");
  const matched = listAt(route, "spec", "routes").flatMap((one) => [...(textAt(one, "match") ?? "").matchAll(/Host\(`([^`]+)`\)/g)].map(([, name]) => name));
  return [...rules, ...names, ...matched].filter((host) => host !== undefined);
}

/** `*.home.example` takes one label, as ingresses do. */
function matches(pattern: string, host: string): boolean {
  return pattern.startsWith("*.") ? host.slice(host.indexOf(".")) === pattern.slice(1) : pattern.toLowerCase() === host;
}

/** The host of `https://host:port/path`, of `host:port`, of `[::1]:9100`, and of a bare name. */
export function hostOf(text: string): string {
  const rest = text.slice(0, 2048).replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
  const [authority = ""] = rest.split(/[/?#]/);
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const bracketed = /^\[([^\]]+)\]/.exec(host)?.[1];
  const isBareV6 = bracketed === undefined && host.split(":").length > 2;
  return (bracketed ?? (isBareV6 ? host : host.replace(/:\d+$/, ""))).toLowerCase();
}

function isAddress(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || host.includes(":");
}
