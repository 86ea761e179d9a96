/** Analyzers that look at each object of a few kinds in one API group, and what they share: which objects count, which kinds were read at all. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { groupOf, refOf } from "../records/read-object.ts";
import { type Analyzer, findingOf, type Seen } from "./finding-of.ts";
import type { Snapshot } from "./snapshot.ts";

/** What is seen at one object; nothing where it is well. */
type See = (object: KubernetesObject, snapshot: Snapshot) => readonly (Seen | undefined)[];

/** A kind in its group: `Service`, `Certificate` and `Cluster` exist in several. */
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** Objects of a kind that are not being deleted. */
export function objectsOf(snapshot: Snapshot, { group, kind }: GroupKind): readonly KubernetesObject[] {
  return snapshot.ofKind(kind).filter((object) => groupOf(object.apiVersion) === group && object.metadata.deletionTimestamp === undefined);
}

/** Tells whether a kind was looked at: a snapshot without any object of it says nothing about what is missing. */
export function wasRead(snapshot: Snapshot, { group, kind }: GroupKind): boolean {
  return snapshot.ofKind(kind).some((object) => groupOf(object.apiVersion) === group);
}

/** An object of a kind by its place; the namespace is undefined for kinds without one. */
export function findObject(
  snapshot: Snapshot,
  { group, kind }: GroupKind,
  place: { name: string; namespace?: string | undefined },
): KubernetesObject | undefined {
  const { name, namespace } = place;
  return snapshot.get({ apiVersion: group === "" ? "v1" : `${group}/v1`, kind, name, ...(namespace !== undefined && { namespace }) });
}

/** An analyzer of some kinds of one group. */
export function findAt(group: string, kinds: readonly string[], see: See): Analyzer {
  return (snapshot) =>
    kinds.flatMap((kind) =>
      objectsOf(snapshot, { group, kind }).flatMap((object) => see(object, snapshot).flatMap((seen) => (seen ? [findingOf(refOf(object), seen)] : []))),
    );
}
