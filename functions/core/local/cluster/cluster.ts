/** A cluster made of manifests: what is applied is kept, and what controllers and kubelets would add is computed when it is read. */
import type { Clock } from "../../ports/clock.ts";
import type { Cluster } from "../../ports/cluster.ts";
import { formatObject, type ObjectRef } from "../../records/fields.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import type { Documents } from "../documents.ts";
import { migratesTo, TemplateSchema } from "./behaviour.ts";
import { endpointSlices } from "./endpoint-slices.ts";
import { withJobStatus } from "./jobs.ts";
import { livesOf, podObject } from "./pod-object.ts";
import { podEvents, rolloutEvents } from "./pod-events.ts";
import { logsOf } from "./pod-logs.ts";
import { nodeObjects, OPEN_NODES } from "./nodes.ts";
import { applyTemplate, replacePod, type Rollout, type RolloutContext, RolloutSchema, settleRollout, uidOf } from "./rollout.ts";
import { deploymentObject, replicaSetObject } from "./workload-objects.ts";
import { apiTime } from "./container-life.ts";

/** A minute of a real cluster. */
const MINUTE_MS = 60_000;

const OBJECTS = "cluster.objects";
const ROLLOUTS = "cluster.rollouts";
const CREATED = "cluster.created";
const CHANGED = "cluster.changed";
/** Nodes without power, since when. */
const OFF = "cluster.off";
/** What migrations left behind; it stays when a workload goes back. */
const SCHEMAS = "cluster.schemas";

export interface LocalCluster extends Cluster {
  /** Applies one manifest. @returns whether anything changed */
  apply(manifest: KubernetesObject): boolean;
  remove(ref: ObjectRef): void;
  /** Deletes a pod by its uid; its replica set makes another. @returns false when there is none */
  replacePod(uid: string): boolean;
  /** A node loses its power, or has it again. */
  setPower(node: string, on: boolean): void;
  /** The manifests as they were applied. */
  applied(): readonly KubernetesObject[];
  /** Every object as it is now; what `snapshot` answers, at once. */
  now(): readonly KubernetesObject[];
}

export interface LocalClusterOptions {
  readonly documents: Documents;
  readonly clock: Clock;
  /** Length of a minute; every time in the cluster follows it. */
  readonly minuteMs: number;
}

function keyOf(ref: ObjectRef): string {
  return formatObject(ref);
}

function refOf(manifest: KubernetesObject): ObjectRef {
  const { name, namespace } = manifest.metadata;
  return { kind: manifest.kind, name, ...(namespace !== undefined && { namespace }) };
}

function replicasOf(manifest: KubernetesObject): number {
  const spec = manifest["spec"];
  const replicas = typeof spec === "object" && spec !== null && "replicas" in spec ? Number(spec.replicas) : 1;
  return Number.isInteger(replicas) && replicas >= 0 ? Math.min(replicas, 50) : 1;
}

function templateIn(manifest: KubernetesObject): unknown {
  const spec = manifest["spec"];
  return typeof spec === "object" && spec !== null && "template" in spec ? spec.template : undefined;
}

export function createLocalCluster({ documents, clock, minuteMs }: LocalClusterOptions): LocalCluster {
  const schemaOf = (manifest: KubernetesObject): string | undefined => {
    const schema = documents.get(SCHEMAS, keyOf(refOf(manifest)));
    return typeof schema === "string" ? schema : undefined;
  };
  const contextOf = (manifest: KubernetesObject): RolloutContext => ({
    namespace: manifest.metadata.namespace ?? "default",
    name: manifest.metadata.name,
    now: clock.now(),
    secondMs: minuteMs / 60,
    schema: schemaOf(manifest),
    nodes: OPEN_NODES,
  });
  const applied = (): readonly KubernetesObject[] => documents.list(OBJECTS) as readonly KubernetesObject[];
  const rolloutOf = (manifest: KubernetesObject): Rollout | undefined => RolloutSchema.optional().parse(documents.get(ROLLOUTS, keyOf(refOf(manifest))));

  const rollOut = (manifest: KubernetesObject): void => {
    const template = TemplateSchema.safeParse(templateIn(manifest));
    if (!template.success) throw new Error(`${keyOf(refOf(manifest))}: spec.template: ${template.error.issues[0]?.message ?? "invalid"}`);
    const migrated = migratesTo(template.data);
    if (migrated !== undefined) documents.put(SCHEMAS, keyOf(refOf(manifest)), migrated);
    documents.put(
      ROLLOUTS,
      keyOf(refOf(manifest)),
      applyTemplate(rolloutOf(manifest), { template: template.data, replicas: replicasOf(manifest) }, contextOf(manifest)),
    );
  };

  const expand = (manifest: KubernetesObject): readonly KubernetesObject[] => {
    const rollout = manifest.kind === "Deployment" ? rolloutOf(manifest) : undefined;
    if (!rollout) return [withJobStatus(withUid(manifest), { now: clock.now(), secondMs: minuteMs / 60 })];
    const context = contextOf(manifest);
    const settled = settleRollout(rollout, context);
    const deployment = deploymentObject(manifest, settled, context);
    const sets = settled.sets.map((set) => replicaSetObject(set, { deployment, rollout: settled }, context));
    const pods = settled.sets.flatMap((set) => set.pods.map((pod) => podObject(set, pod, context)));
    const events = settled.sets.flatMap((set) => set.pods.flatMap((pod) => podEvents(set, pod, { context, lives: livesOf(set, pod, context) })));
    return [deployment, ...sets, ...pods, ...rolloutEvents(settled, context), ...events];
  };

  const replaceIn = (manifest: KubernetesObject, uid: string): boolean => {
    const rollout = manifest.kind === "Deployment" ? rolloutOf(manifest) : undefined;
    const replaced = rollout && replacePod(settleRollout(rollout, contextOf(manifest)), uid, contextOf(manifest));
    if (replaced) documents.put(ROLLOUTS, keyOf(refOf(manifest)), replaced);
    return replaced !== undefined;
  };

  /** What has no life of its own is told by its age, and that in minutes of the cluster: triage leaves young objects in peace. */
  const withUid = (manifest: KubernetesObject): KubernetesObject => {
    const age = clock.now() - Number(documents.get(CREATED, keyOf(refOf(manifest))) ?? clock.now());
    const createdAt = clock.now() - (age * MINUTE_MS) / minuteMs;
    return {
      ...manifest,
      metadata: {
        uid: uidOf(manifest.kind, manifest.metadata.namespace ?? "", manifest.metadata.name),
        creationTimestamp: apiTime(createdAt),
        ...manifest.metadata,
      },
    };
  };

  const offSince = (node: string): number | undefined => {
    const since = documents.get(OFF, node);
    return typeof since === "number" ? since : undefined;
  };

  /** Looks of one moment see the same, and it is computed once. */
  let seen: { readonly at: number; readonly objects: readonly KubernetesObject[] } | undefined;
  const changed = <T>(write: () => T): T => {
    seen = undefined;
    return write();
  };

  const look = (): readonly KubernetesObject[] => {
    const objects = applied().flatMap(expand);
    const slices = endpointSlices(objects, (service) => Number(documents.get(CHANGED, keyOf(refOf(service)))));
    return [...nodeObjects(Number(documents.get(CREATED, "nodes") ?? 0), clock.now(), offSince), ...objects, ...slices];
  };

  const now = (): readonly KubernetesObject[] => {
    const at = clock.now();
    if (seen?.at !== at) seen = { at, objects: look() };
    return seen.objects;
  };

  return {
    applied,
    now,
    apply(manifest) {
      const key = keyOf(refOf(manifest));
      if (JSON.stringify(documents.get(OBJECTS, key)) === JSON.stringify(manifest)) return false;
      changed(() =>
        documents.transaction(() => {
          if (manifest.kind === "Deployment") rollOut(manifest);
          if (documents.get(CREATED, "nodes") === undefined) documents.put(CREATED, "nodes", clock.now());
          if (documents.get(CREATED, key) === undefined) documents.put(CREATED, key, clock.now());
          documents.put(CHANGED, key, clock.now());
          documents.put(OBJECTS, key, manifest);
        }),
      );
      return true;
    },
    remove: (ref) =>
      changed(() => {
        for (const collection of [OBJECTS, ROLLOUTS, CREATED, CHANGED]) documents.remove(collection, keyOf(ref));
      }),
    setPower: (node, on) => changed(() => (on ? documents.remove(OFF, node) : documents.put(OFF, node, clock.now()))),
    replacePod: (uid) => changed(() => applied().some((manifest) => replaceIn(manifest, uid))),
    snapshot: () => Promise.resolve(now()),
    read: (ref) =>
      Promise.resolve(
        now().find(
          (object) => keyOf(refOf(object)) === keyOf({ kind: ref.kind, name: ref.name, ...(ref.namespace !== undefined && { namespace: ref.namespace }) }),
        ),
      ),
    logs: (pod, options) => Promise.resolve(logsOf(applied(), pod, { ...options, rolloutOf, contextOf })),
  };
}
