/** What the rules that join findings look things up in: findings by the object at the top of their chain, pods by it, pods by namespace. */
import type { Finding } from "../records/finding.ts";
import { formatObject, type ObjectRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { conditionOf, groupOf, refOf, textAt } from "../records/read-object.ts";
import type { Snapshot } from "./snapshot.ts";

/** The findings at one chain of owners. */
export interface Trouble {
  readonly key: string;
  readonly root: ObjectRef;
  readonly findings: readonly Finding[];
}

export interface Scene {
  readonly snapshot: Snapshot;
  readonly troubles: ReadonlyMap<string, Trouble>;
  /** The object that a cause about this one is told of. */
  readonly rootOf: (ref: ObjectRef) => ObjectRef;
  /** The findings of the chain that an object belongs to. */
  readonly troubleOf: (ref: ObjectRef) => Trouble | undefined;
  /** Every pod of a chain, those on their way out too. */
  readonly podsOf: (root: ObjectRef) => readonly KubernetesObject[];
  readonly podsIn: (namespace: string) => readonly KubernetesObject[];
}

/** Objects that are looked at for themselves, whoever made them: a claim is not its stateful set, a certificate not its ingress. */
const OWN_ROOTS = new Set(["PersistentVolumeClaim", "Certificate", "Application"]);

/** Names a chain, whichever version of the API its root was read by. */
export function chainKey(root: ObjectRef): string {
  return `${groupOf(root.apiVersion ?? "")}/${formatObject(root)}`;
}

/** Groups findings by the chain of the object at which they were seen. */
export function createScene(snapshot: Snapshot, findings: readonly Finding[]): Scene {
  const rootOf = (ref: ObjectRef): ObjectRef => {
    const object = snapshot.get(ref);
    if (!object) return ref;
    return OWN_ROOTS.has(object.kind) ? refOf(object) : snapshot.rootOf(object);
  };
  const troubles = new Map<string, Trouble & { readonly findings: Finding[] }>();
  for (const finding of findings) {
    const root = rootOf(finding.object);
    const key = chainKey(root);
    const trouble = troubles.get(key);
    if (trouble) trouble.findings.push(finding);
    else troubles.set(key, { key, root, findings: [finding] });
  }
  const pods = once(() => group(snapshot.ofKind("Pod"), (pod) => chainKey(snapshot.rootOf(pod))));
  const byNamespace = once(() => group(snapshot.ofKind("Pod"), (pod) => pod.metadata.namespace ?? ""));
  return {
    snapshot,
    troubles,
    rootOf,
    troubleOf: (ref) => troubles.get(chainKey(rootOf(ref))),
    podsOf: (root) => pods().get(chainKey(rootOf(root))) ?? [],
    podsIn: (namespace) => byNamespace().get(namespace) ?? [],
  };
}

/** An index that is made when it is first asked for, as a quiet cluster needs none. */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Groups things by a key. */
export function group<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const list = groups.get(key);
    if (list) list.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Tells whether a pod serves: it is ready and not on its way out. */
export function isServing(pod: KubernetesObject): boolean {
  return pod.metadata.deletionTimestamp === undefined && textAt(conditionOf(pod, "Ready"), "status") === "True";
}

/** Tells whether a pod has run to its end and nobody waits for it. */
export function isFinished(pod: KubernetesObject): boolean {
  const phase = textAt(pod, "status", "phase");
  return phase === "Succeeded" || phase === "Failed";
}
