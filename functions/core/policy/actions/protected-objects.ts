/** What no safe action touches, whatever anybody asks for: what the cluster, Git, DNS and we ourselves stand on (safety T36, C15). */
import { formatObject } from "../../records/fields.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { refOf, textAt } from "../../records/read-object.ts";

const NAMESPACES: ReadonlySet<string> = new Set([
  "kube-system",
  "kube-public",
  "kube-node-lease",
  "anchorwatch",
  "argocd",
  "argo-cd",
  "gitea",
  "forgejo",
  "knative-serving",
  "knative-eventing",
  "k0s-autopilot",
]);

/** Labels that say what an object is part of, and the values that are out of bounds. */
const LABELS = ["app.kubernetes.io/name", "app.kubernetes.io/part-of", "app.kubernetes.io/instance", "k8s-app", "app"] as const;
const VITAL = /^(anchorwatch|argo-?cd|gitea|forgejo|kube-dns|core-?dns|nodelocaldns|node-local-dns|pi-?hole|adguard-?home|unbound|dnsmasq|blocky)(-|$)/i;

/** Why an object may not be touched, in words; undefined when it may. */
export function whyProtected(object: KubernetesObject): string | undefined {
  const name = formatObject(refOf(object));
  const { namespace = "", labels = {} } = object.metadata;
  if (NAMESPACES.has(namespace)) return `${name} is in the namespace ${namespace}, which the cluster stands on`;
  const told = [object.metadata.name, ...LABELS.map((label) => labels[label] ?? "")].find((text) => VITAL.test(text));
  if (told !== undefined) return `${name} belongs to ${told}, which the cluster stands on`;
  const priority = textAt(object, "spec", "priorityClassName") ?? textAt(object, "spec", "template", "spec", "priorityClassName") ?? "";
  return priority.startsWith("system-") ? `${name} has the priority ${priority}` : undefined;
}

/** The same for a namespace as a whole. */
export function whyNamespaceProtected(namespace: string): string | undefined {
  return NAMESPACES.has(namespace) ? `the cluster stands on the namespace ${namespace}` : undefined;
}
