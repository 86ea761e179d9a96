/** Comparing a revision with the cluster, and syncing where Argo CD would: once for each commit, and again only to heal (contracts 6.3). */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import type { LocalCluster } from "../cluster/cluster.ts";
import type { Application } from "./application.ts";
import { type Kept, resourceKey, type Sync } from "./application-status.ts";

/** Argo CD keeps ten deploys. */
const HISTORY = 10;

export interface Compared {
  readonly before: Kept | undefined;
  readonly revision: string;
  /** What the revision declares. */
  readonly objects: readonly KubernetesObject[];
  readonly now: number;
  /** Somebody asked for a sync: it is made once, without pruning, whatever the app's policy says. */
  readonly isAsked: boolean;
}

/** The app after one look. */
export function compareAndSync(app: Application, cluster: LocalCluster, compared: Compared): Kept {
  const { revision, now } = compared;
  const differing = differingFrom(cluster, compared.objects);
  const seen = compare(compared, differing);
  if (compared.isAsked) return sync(cluster, seen, { revision, now, isNew: true, differing, prune: false });
  const automated = app.spec.syncPolicy?.automated;
  if (!automated || seen.synced === "Synced") return seen;
  const isNew = seen.attempted !== revision;
  if (!isNew && !(automated.selfHeal && differing.length > 0)) return seen;
  return sync(cluster, seen, { revision, now, isNew, differing, prune: automated.prune });
}

function compare({ before, revision, objects, now }: Compared, differing: readonly KubernetesObject[]): Kept {
  const unpruned = goneFrom(before, objects);
  return {
    comparedRevision: revision,
    synced: differing.length > 0 || unpruned.length > 0 ? "OutOfSync" : "Synced",
    target: objects,
    unpruned,
    outOfSync: differing.map(resourceKey),
    history: before?.history ?? [],
    reconciledAt: now,
    ...(before?.operation && { operation: before.operation }),
    ...(before?.attempted !== undefined && { attempted: before.attempted }),
  };
}

function differingFrom(cluster: LocalCluster, objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const applied = new Map(cluster.applied().map((object) => [resourceKey(object), JSON.stringify(object)]));
  return objects.filter((object) => applied.get(resourceKey(object)) !== JSON.stringify(object));
}

/** What an earlier revision brought, this one does not declare, and nobody has pruned. */
function goneFrom(before: Kept | undefined, objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const declared = new Set(objects.map(resourceKey));
  return [...(before?.target ?? []), ...(before?.unpruned ?? [])].filter((object) => !declared.has(resourceKey(object)));
}

interface Attempt {
  readonly revision: string;
  readonly now: number;
  /** A new commit is applied whole, and is a deploy; healing applies what drifted, and is none. */
  readonly isNew: boolean;
  readonly differing: readonly KubernetesObject[];
  readonly prune: boolean;
}

function sync(cluster: LocalCluster, seen: Kept, attempt: Attempt): Kept {
  const { revision, now, isNew, prune } = attempt;
  const applied = (isNew ? seen.target : attempt.differing).map((object) => apply(cluster, object));
  const pruned = isNew && prune;
  if (pruned) for (const object of seen.unpruned) remove(cluster, object);
  const failed = applied.filter(({ failure }) => failure !== undefined).map(({ object }) => resourceKey(object));
  const unpruned = pruned ? [] : seen.unpruned;
  const operation: Sync = { revision, startedAt: now, finishedAt: now, applied };
  const deploy = { id: (seen.history.at(-1)?.id ?? -1) + 1, revision, startedAt: now, deployedAt: now };
  return {
    ...seen,
    operation,
    attempted: revision,
    unpruned,
    outOfSync: failed,
    synced: failed.length > 0 || unpruned.length > 0 ? "OutOfSync" : "Synced",
    history: isNew && failed.length === 0 ? [...seen.history, deploy].slice(-HISTORY) : seen.history,
  };
}

/** One object that cannot be applied keeps the others from nothing: a failed sync is partial (contracts 12.2). */
function apply(cluster: LocalCluster, object: KubernetesObject): Sync["applied"][number] {
  try {
    return { object, changed: cluster.apply(object) };
  } catch (error) {
    return { object, changed: false, failure: error instanceof Error ? error.message : String(error) };
  }
}

function remove(cluster: LocalCluster, { kind, metadata }: KubernetesObject): void {
  cluster.remove({ kind, name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) });
}
