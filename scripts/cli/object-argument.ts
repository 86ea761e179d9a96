/** The object that a person names on the command line, in the ways that kubectl knows. */
import type { ObjectRef } from "../../functions/core/records/fields.ts";

/** Kinds by their singular; plurals and short names as kubectl has them. */
const KINDS: readonly (readonly [kind: string, ...names: string[]])[] = [
  ["Pod", "po"],
  ["Deployment", "deploy"],
  ["ReplicaSet", "rs"],
  ["StatefulSet", "sts"],
  ["DaemonSet", "ds"],
  ["Job"],
  ["CronJob", "cj"],
  ["Service", "svc"],
  ["EndpointSlice"],
  ["Ingress", "ing", "ingresses"],
  ["NetworkPolicy", "netpol", "networkpolicies"],
  ["PersistentVolumeClaim", "pvc"],
  ["PersistentVolume", "pv"],
  ["StorageClass", "sc", "storageclasses"],
  ["HorizontalPodAutoscaler", "hpa"],
  ["PodDisruptionBudget", "pdb"],
  ["ResourceQuota", "quota"],
  ["LimitRange", "limits"],
  ["ConfigMap", "cm"],
  ["Secret"],
  ["ServiceAccount", "sa"],
  ["Node", "no"],
  ["Namespace", "ns"],
  ["Application", "app", "apps"],
  ["Certificate", "cert", "certs"],
  ["ExternalSecret", "es"],
  ["SealedSecret"],
  ["Trigger"],
  ["Broker"],
];

/** Kinds without a namespace. */
const CLUSTER_KINDS = new Set(["Node", "Namespace", "PersistentVolume", "StorageClass"]);

/** What was asked about: an object, which may be in any namespace, or all of a namespace. */
export interface Asked {
  readonly object?: ObjectRef | undefined;
  readonly namespace?: string | undefined;
}

/** Reads `deployment/shop`, `deployment/web/shop`, `deploy shop`, with or without `-n`. @throws Error that says what is expected */
export function readObjectArgument(words: readonly string[], namespace: string | undefined): Asked {
  if (words.length === 0) return { namespace };
  const said = words.join(" ");
  const parts = words.flatMap((word) => word.split("/"));
  const [kindWord = "", first = "", second, ...rest] = parts;
  if (first === "" || rest.length > 0 || parts.some((part) => part === "" || part.length > 253))
    throw new Error(`${said}: an object is named as KIND/NAME, KIND/NAMESPACE/NAME or KIND NAME, for example deployment/web/shop`);
  const kind = kindOf(kindWord);
  if (second === undefined) return inNamespace({ kind, name: first }, namespace);
  if (namespace !== undefined && first !== namespace) throw new Error(`${said}: the namespace is ${first} here and ${namespace} in -n`);
  return inNamespace({ kind, name: second }, first);
}

function inNamespace(object: ObjectRef, namespace: string | undefined): Asked {
  return namespace === undefined || CLUSTER_KINDS.has(object.kind) ? { object } : { object: { ...object, namespace }, namespace };
}

function kindOf(word: string): string {
  // `deployments.apps`, `applications.argoproj.io`: the group says nothing that the kind does not.
  const plain = word.toLowerCase().split(".")[0] ?? "";
  const found = KINDS.find(([kind, ...names]) => [kind.toLowerCase(), `${kind.toLowerCase()}s`, ...names].includes(plain));
  if (found) return found[0];
  // A kind of somebody's own, written as in a manifest.
  if (/^[A-Z][A-Za-z]{1,62}$/.test(word)) return word;
  throw new Error(`${word}: no such kind; known are ${KINDS.map(([kind]) => kind.toLowerCase()).join(", ")}, or a kind as it is written in a manifest`);
}
