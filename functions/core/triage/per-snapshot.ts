/** Indexes that several analyzers need, made once for each snapshot: thousands of pods, services and policies meet there. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import type { Snapshot } from "./snapshot.ts";

/** Remembers what a function made of a snapshot for as long as the snapshot is there. */
export function perSnapshot<Made>(make: (snapshot: Snapshot) => Made): (snapshot: Snapshot) => Made {
  const made = new WeakMap<Snapshot, { readonly value: Made }>();
  return (snapshot) => {
    const known = made.get(snapshot) ?? { value: make(snapshot) };
    made.set(snapshot, known);
    return known.value;
  };
}

/** Sorts items by the namespace of their object. */
export function byNamespace<Item>(items: readonly Item[], objectOf: (item: Item) => KubernetesObject): ReadonlyMap<string, readonly Item[]> {
  const index = new Map<string, Item[]>();
  for (const item of items) {
    const namespace = objectOf(item).metadata.namespace ?? "";
    const list = index.get(namespace);
    if (list) list.push(item);
    else index.set(namespace, [item]);
  }
  return index;
}
