/** The status of an Application, field by field as Argo CD 3.6 writes it (recorded under `test/fixtures/argocd`). */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { apiTime } from "../cluster/container-life.ts";
import type { Application } from "./application.ts";

export interface Sync {
  readonly revision: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** Objects with what the apply did to each. */
  readonly applied: readonly { readonly object: KubernetesObject; readonly changed: boolean; readonly failure?: string }[];
}

export interface HistoryEntry {
  readonly id: number;
  readonly revision: string;
  readonly startedAt: number;
  readonly deployedAt: number;
}

/** What the loop keeps of an app between its looks. */
export interface Kept {
  readonly comparedRevision: string;
  readonly synced: "Synced" | "OutOfSync" | "Unknown";
  /** Objects of the compared revision. */
  readonly target: readonly KubernetesObject[];
  /** Objects that are not in Git any more and still in the cluster, because nobody prunes them. */
  readonly unpruned: readonly KubernetesObject[];
  readonly outOfSync: readonly string[];
  /** The commit that was tried last: each is tried once, whatever came of it (contracts 6.3). */
  readonly attempted?: string;
  readonly operation?: Sync;
  readonly history: readonly HistoryEntry[];
  readonly error?: string;
  readonly errorAt?: number;
  readonly reconciledAt: number;
}

export interface Health {
  readonly status: "Healthy" | "Progressing" | "Degraded" | "Missing";
  readonly message?: string;
  readonly since: number;
}

function groupOf(object: KubernetesObject): string {
  const [group, version] = object.apiVersion.split("/");
  return version === undefined ? "" : (group ?? "");
}

function versionOf(object: KubernetesObject): string {
  return object.apiVersion.split("/").at(-1) ?? "v1";
}

/** Names an object among those of an app. */
export function resourceKey(object: KubernetesObject): string {
  return `${groupOf(object)}/${object.kind}:${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

function imagesOf(object: KubernetesObject): string[] {
  return [...JSON.stringify(object).matchAll(/"image":"([^"]+)"/g)].map((match) => match[1] ?? "");
}

function named(object: KubernetesObject): Record<string, unknown> {
  const group = groupOf(object);
  return { ...(group !== "" && { group }), kind: object.kind, name: object.metadata.name, namespace: object.metadata.namespace, version: versionOf(object) };
}

function operationState(app: Application, kept: Kept): Record<string, unknown> | undefined {
  const { operation } = kept;
  if (!operation) return undefined;
  const { source } = app.spec;
  const failures = operation.applied.flatMap(({ failure }) => failure ?? []);
  return {
    finishedAt: apiTime(operation.finishedAt),
    message: failures.length === 0 ? "successfully synced (all tasks run)" : `one or more objects failed to apply, reason: ${failures.join(", ")}`,
    operation: {
      initiatedBy: { automated: true },
      ...(app.spec.syncPolicy?.retry !== undefined && { retry: app.spec.syncPolicy.retry }),
      sync: {
        prune: app.spec.syncPolicy?.automated?.prune ?? false,
        revision: operation.revision,
        source,
        ...(app.spec.syncPolicy?.syncOptions && { syncOptions: app.spec.syncPolicy.syncOptions }),
      },
    },
    phase: failures.length === 0 ? "Succeeded" : "Failed",
    startedAt: apiTime(operation.startedAt),
    syncResult: { resources: operation.applied.map(syncedResource), revision: operation.revision, source },
  };
}

function syncedResource({ object, changed, failure }: Sync["applied"][number]): Record<string, unknown> {
  const images = imagesOf(object);
  const group = groupOf(object);
  const what = `${object.kind.toLowerCase()}${group === "" ? "" : `.${group}`}/${object.metadata.name}`;
  return {
    ...named(object),
    hookPhase: failure === undefined ? "Running" : "Failed",
    ...(images.length > 0 && { images }),
    message: failure ?? `${what} ${changed ? "configured" : "unchanged"}`,
    status: failure === undefined ? "Synced" : "SyncFailed",
    syncPhase: "Sync",
  };
}

/** The whole status. */
export function applicationStatus(app: Application, kept: Kept, health: Health): Record<string, unknown> {
  const { source, destination } = app.spec;
  const operation = operationState(app, kept);
  const declared = kept.target.map((object) => ({ ...named(object), status: kept.outOfSync.includes(resourceKey(object)) ? "OutOfSync" : "Synced" }));
  const resources = [...declared, ...kept.unpruned.map((object) => ({ ...named(object), requiresPruning: true, status: "OutOfSync" }))];
  return {
    ...(kept.error !== undefined && {
      conditions: [{ lastTransitionTime: apiTime(kept.errorAt ?? kept.reconciledAt), message: kept.error, type: "ComparisonError" }],
    }),
    controllerNamespace: app.metadata.namespace,
    health: { lastTransitionTime: apiTime(health.since), ...(health.message !== undefined && { message: health.message }), status: health.status },
    history: kept.history.map((entry) => ({
      deployStartedAt: apiTime(entry.startedAt),
      deployedAt: apiTime(entry.deployedAt),
      id: entry.id,
      initiatedBy: { automated: true },
      revision: entry.revision,
      source,
    })),
    ...(operation && { operationState: operation }),
    reconciledAt: apiTime(kept.reconciledAt),
    resourceHealthSource: "appTree",
    resources,
    sourceHydrator: {},
    sourceType: "Directory",
    summary: { images: [...new Set(kept.target.flatMap(imagesOf))] },
    sync: { comparedTo: { destination, source }, revision: kept.comparedRevision, status: kept.synced },
  };
}
