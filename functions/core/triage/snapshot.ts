/** What the cluster looked like at one moment, indexed for the analyzers: by kind, by owner, by pod. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import type { ObjectRef } from "../records/fields.ts";
import { type LogPlace, POD_LOG_KIND, readPodLog } from "../records/pod-log.ts";
import { type PodView, viewPod } from "./pod-view.ts";
import { instantAt, isSameObject, refOf, textAt, valueAt } from "../records/read-object.ts";

/** An Event about an object, as far as the analyzers read it. */
export interface EventView {
  readonly reason: string;
  readonly message: string;
  /** `Warning` or `Normal`. */
  readonly type: string;
  /** The container that it is about, where it is about one. */
  readonly container: string | undefined;
  readonly firstAt: number | undefined;
  readonly lastAt: number | undefined;
}

export interface Snapshot {
  readonly now: number;
  readonly objects: readonly KubernetesObject[];
  readonly ofKind: (kind: string) => readonly KubernetesObject[];
  readonly get: (ref: ObjectRef) => KubernetesObject | undefined;
  /** Pods that are not being deleted: one that is on its way out is nobody's trouble. */
  readonly pods: readonly PodView[];
  /** Events about an object, oldest first. */
  readonly eventsOf: (ref: ObjectRef) => readonly EventView[];
  /**
   * The end of a container's log, undefined where nobody fetched it. While a container is `terminated`, the run that crashed is the
   * current one and there is no previous (contracts 12.2): who looks for a crash asks for both.
   */
  readonly logOf: (pod: ObjectRef, container: string, run: { readonly previous: boolean }) => string | undefined;
  /** The topmost controller of an object, known by its owner references even where it is not in the snapshot; itself without one. */
  readonly rootOf: (object: KubernetesObject) => ObjectRef;
}

/** Longest chain of owners that is followed: pod, replica set, deployment, an operator's object or two. */
const MAX_OWNERS = 8;

/** Indexes objects for the analyzers; `now` in ms since the epoch. */
export function createSnapshot(objects: readonly KubernetesObject[], now: number): Snapshot {
  const byKind = groupBy(objects, (object) => object.kind);
  const byName = groupBy(objects, (object) => nameKey(refOf(object)));
  const events = groupBy(byKind.get("Event") ?? [], (event) => nameKey(involvedOf(event)));
  const logs = new Map((byKind.get(POD_LOG_KIND) ?? []).flatMap((object) => logEntry(object)));
  const get = (ref: ObjectRef): KubernetesObject | undefined => byName.get(nameKey(ref))?.find((object) => isSameObject(refOf(object), ref));
  return {
    now,
    objects,
    ofKind: (kind) => byKind.get(kind) ?? [],
    get,
    pods: (byKind.get("Pod") ?? []).filter((pod) => pod.metadata.deletionTimestamp === undefined).map(viewPod),
    eventsOf: (ref) => (events.get(nameKey(ref)) ?? []).map(viewEvent).sort((a, b) => (a.lastAt ?? 0) - (b.lastAt ?? 0)),
    logOf: ({ namespace, name }, container, { previous }) => logs.get(logKey({ namespace, pod: name, container, previous })),
    rootOf: (object) => rootOf(object, get),
  };
}

function logEntry(object: KubernetesObject): [key: string, text: string][] {
  const log = readPodLog(object);
  return log === undefined ? [] : [[logKey(log), log.text]];
}

function logKey({ namespace, pod, container, previous }: LogPlace): string {
  return `${namespace ?? ""}/${pod}/${container}/${previous}`;
}

function rootOf(object: KubernetesObject, get: Snapshot["get"]): ObjectRef {
  let current = object;
  for (let depth = 0; depth < MAX_OWNERS; depth += 1) {
    const owner = current.metadata.ownerReferences?.find((reference) => reference.controller === true);
    // A static pod is owned by its node, which is no workload; a certificate by an ingress, which only asks for it.
    if (!owner || owner.kind === "Node" || owner.kind === "Ingress" || owner.kind === "Gateway") return refOf(current);
    const { namespace } = current.metadata;
    const ref: ObjectRef = { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name, ...(namespace !== undefined && { namespace }) };
    const next = get(ref);
    if (!next) return deploymentOf(current, ref) ?? ref;
    current = next;
  }
  return refOf(current);
}

/** The Deployment of a pod whose replica set is not in the snapshot, by the hash that the deployment controller puts in both. */
function deploymentOf(pod: KubernetesObject, owner: ObjectRef): ObjectRef | undefined {
  const suffix = `-${pod.metadata.labels?.["pod-template-hash"] ?? ""}`;
  const isOfDeployment = owner.kind === "ReplicaSet" && suffix !== "-" && owner.name.endsWith(suffix);
  return isOfDeployment ? { ...owner, kind: "Deployment", name: owner.name.slice(0, -suffix.length) } : undefined;
}

function groupBy(objects: readonly KubernetesObject[], keyOf: (object: KubernetesObject) => string): ReadonlyMap<string, KubernetesObject[]> {
  const groups = new Map<string, KubernetesObject[]>();
  for (const object of objects) {
    const key = keyOf(object);
    const group = groups.get(key);
    if (group) group.push(object);
    else groups.set(key, [object]);
  }
  return groups;
}

function nameKey(ref: ObjectRef): string {
  return `${ref.kind}/${ref.namespace ?? ""}/${ref.name}`;
}

function involvedOf(event: KubernetesObject): ObjectRef {
  const involved = valueAt(event, "involvedObject") ?? valueAt(event, "regarding");
  const namespace = textAt(involved, "namespace");
  return { kind: textAt(involved, "kind") ?? "", name: textAt(involved, "name") ?? "", ...(namespace !== undefined && { namespace }) };
}

function viewEvent(event: KubernetesObject): EventView {
  const { firstAt, lastAt } = timesOf(event);
  return {
    reason: textAt(event, "reason") ?? "",
    message: textAt(event, "message") ?? textAt(event, "note") ?? "",
    type: textAt(event, "type") ?? "",
    // `spec.containers{app}`, `spec.initContainers{wait}`
    container: /\{(.+)\}$/.exec(textAt(event, "involvedObject", "fieldPath") ?? textAt(event, "regarding", "fieldPath") ?? "")?.[1],
    firstAt,
    lastAt,
  };
}

/** The older API has times of its own, the newer one a series, and its copies of the older ones are called deprecated. */
function timesOf(event: KubernetesObject): Pick<EventView, "firstAt" | "lastAt"> {
  const first = instantAt(event, "firstTimestamp") ?? instantAt(event, "deprecatedFirstTimestamp");
  const firstAt = first ?? instantAt(event, "eventTime") ?? instantAt(event, "metadata", "creationTimestamp");
  const last = instantAt(event, "lastTimestamp") ?? instantAt(event, "deprecatedLastTimestamp") ?? instantAt(event, "series", "lastObservedTime");
  return { firstAt, lastAt: last ?? firstAt };
}
