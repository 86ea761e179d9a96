/** The local GitOps loop: applies the default branch to the local cluster and writes each Application's status, as Argo CD does. */
import type { Clock } from "../../ports/clock.ts";
import { Refused } from "../../ports/errors.ts";
import type { Git } from "../../ports/git.ts";
import type { GitOps } from "../../ports/gitops.ts";
import type { Renderer } from "../../ports/renderer.ts";
import type { RepositoryRef } from "../../records/fields.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import type { LocalCluster } from "../cluster/cluster.ts";
import { apiTime } from "../cluster/container-life.ts";
import { uidOf } from "../cluster/rollout.ts";
import type { Documents } from "../documents.ts";
import { type Application, ApplicationSchema } from "./application.ts";
import { applicationStatus, type Health, type Kept } from "./application-status.ts";
import { compareAndSync } from "./compare.ts";
import { healthOf } from "./health.ts";
import { type Manifests, manifestsAt } from "./manifests-at.ts";

const APPS = "gitops.kept";
const HEALTH = "gitops.health";
export const GITOPS_LEDGER = "gitops";

/** Minutes between two looks at Git, where nobody asks (Argo CD: 2 to 3). */
const POLL_MINUTES = 3;

/** A refresh is handled after this. */
const REFRESH_MS = 20;

export interface GitOpsLoopOptions {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly minuteMs: number;
  readonly cluster: LocalCluster;
  readonly git: Git;
  readonly renderer: Renderer;
  readonly repositoryOf: (repoURL: string) => RepositoryRef | undefined;
  readonly applications: readonly KubernetesObject[];
}

export interface GitOpsLoop extends GitOps {
  /** One look at every app, now; the app named by `sync` is synced, too, whatever its policy. */
  tick(asked?: { readonly sync: string }): Promise<void>;
  start(): void;
  stop(): void;
  /** From now on nothing is looked at, as when Argo CD is down. */
  freeze(): void;
}

export function createGitOpsLoop(options: GitOpsLoopOptions): GitOpsLoop {
  const { clock, documents } = options;
  const apps = options.applications.map((application) => ApplicationSchema.parse(application));
  let cancel = (): void => undefined;
  let busy: Promise<void> = Promise.resolve();
  let frozen = false;

  const read = new Map<string, Manifests>();
  const look = async (app: Application, isAsked: boolean): Promise<void> => {
    const kept = await reconcile(app, options, { isAsked, read });
    toObject(app, options); // Because health is dated when it is looked at: before the new state, and after it.
    documents.put(APPS, app.metadata.name, kept);
    toObject(app, options);
  };
  /** One look at a time: they share what they keep. */
  const tick = (asked?: { readonly sync: string }): Promise<void> => {
    busy = busy.then(async () => {
      if (frozen) return;
      for (const app of apps) await look(app, asked?.sync === app.metadata.name).catch((error: unknown) => note(documents, app, error));
    });
    return busy;
  };
  const poll = (): void => {
    cancel = clock.after(POLL_MINUTES * options.minuteMs, () => void tick().then(poll));
  };
  return {
    tick,
    start: poll,
    stop: () => cancel(),
    freeze: () => {
      frozen = true;
    },
    applications: () => Promise.resolve(toObjects(apps, options)),
    async refresh(name) {
      await Promise.resolve();
      if (apps.some((app) => app.metadata.name === name)) clock.after(REFRESH_MS, () => void tick());
    },
  };
}

/** Git down is a comparison error, which the next look may end. */
function note(documents: Documents, app: Application, error: unknown): void {
  documents.append(GITOPS_LEDGER, { app: app.metadata.name, error: error instanceof Error ? error.message : String(error) });
}

function keptOf(app: Application, { documents }: GitOpsLoopOptions): Kept | undefined {
  return documents.get(APPS, app.metadata.name) as Kept | undefined;
}

interface Reconciliation {
  readonly isAsked: boolean;
  /** What was read last, by app. */
  readonly read: Map<string, Manifests>;
}

async function reconcile(app: Application, options: GitOpsLoopOptions, { isAsked, read }: Reconciliation): Promise<Kept> {
  const before = keptOf(app, options);
  const now = options.clock.now();
  try {
    const manifests = await manifestsAt(app, options, read.get(app.metadata.name));
    read.set(app.metadata.name, manifests);
    const { revision, objects } = manifests;
    const kept = compareAndSync(app, options.cluster, { before, revision, objects, now, isAsked });
    if (kept.history.at(-1)?.id !== before?.history.at(-1)?.id) options.documents.append(GITOPS_LEDGER, { app: app.metadata.name, revision, at: now });
    return kept;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const message = `Failed to load target state: failed to generate manifest for source 1 of 1: rpc error: code = FailedPrecondition desc = ${error.message}`;
    return {
      ...(before ?? EMPTY),
      comparedRevision: app.spec.source.targetRevision,
      synced: "Unknown",
      error: message,
      errorAt: before?.errorAt ?? now,
      reconciledAt: now,
    };
  }
}

const EMPTY: Omit<Kept, "comparedRevision" | "reconciledAt"> = { synced: "Unknown", target: [], unpruned: [], outOfSync: [], history: [] };

function toObjects(apps: readonly Application[], options: GitOpsLoopOptions): readonly KubernetesObject[] {
  const live = options.cluster.now();
  return apps.map((app) => toObject(app, options, live));
}

/** Health follows the live objects, so it is looked at when it is read; since when is kept. */
function toObject(app: Application, options: GitOpsLoopOptions, live = options.cluster.now()): KubernetesObject {
  const kept = keptOf(app, options);
  const metadata = {
    ...app.metadata,
    uid: uidOf("application", app.metadata.name),
    creationTimestamp: apiTime(kept?.history[0]?.startedAt ?? options.clock.now()),
    generation: 1,
  };
  if (!kept) return { ...app, metadata };
  const judged = healthOf(kept.target, live);
  const known = options.documents.get(HEALTH, app.metadata.name) as Health | undefined;
  const health: Health = known?.status === judged.status ? { ...judged, since: known.since } : { ...judged, since: options.clock.now() };
  if (known?.status !== judged.status) options.documents.put(HEALTH, app.metadata.name, health);
  return { ...app, metadata, status: applicationStatus(app, kept, health) };
}
