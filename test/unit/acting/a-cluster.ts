/** A cluster, an app list and a hand for one action: objects are what the test says, and what is asked of the hand is kept. */
import type { ActionDeps } from "../../../functions/core/acting/perform.ts";
import { perform } from "../../../functions/core/acting/perform.ts";
import type { ActionRequest } from "../../../functions/core/events/catalog.ts";
import type { Result } from "../../../functions/core/engine/results.ts";
import type { Actuator } from "../../../functions/core/ports/actuator.ts";
import type { Git } from "../../../functions/core/ports/git.ts";
import { isSameObject, refOf } from "../../../functions/core/records/read-object.ts";
import type { RepositoryRef } from "../../../functions/core/records/fields.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { aRun } from "../../contract/store-records.ts";
import { aShell, type Bench } from "../shell/a-shell.ts";

const WATCHED = [
  { id: 7, name: "home/gitops", defaultBranch: "main" },
  { id: 8, name: "home/apps", defaultBranch: "main" },
];

export const HEAD_COMMIT = "4".repeat(40);

export interface World {
  readonly bench: Bench;
  objects: KubernetesObject[];
  applications: KubernetesObject[];
  policy: string;
  /** That of `home/apps`, which is watched, too. */
  otherPolicy: string;
  /** What the hand answers instead of doing it. */
  answer: string | undefined;
  /** The hand loses its answer: it happened, and nobody knows. */
  readonly calls: string[];
  /** Asks for an action as event `id`. */
  ask(id: string, tool: ActionRequest["tool"], given: Record<string, unknown>): Promise<Result>;
}

export function aWorld(): World {
  const bench = aShell();
  const calls: string[] = [];
  const world: World = { bench, objects: [], applications: [], policy: "mode: act", otherPolicy: "mode: act", answer: undefined, calls, ask };
  const take = <Outcome extends string>(call: string, outcome: Outcome): Promise<Outcome> => {
    calls.push(call);
    return Promise.resolve((world.answer ?? outcome) as Outcome);
  };
  const actuator: Actuator = {
    evict: (pod) => take(`evict ${pod.object.name} ${pod.uid}`, "evicted"),
    scale: (target, { replicas }) => take(`scale ${target.object.name} ${replicas}`, "scaled"),
    deleteJob: (job) => take(`delete ${job.object.name}`, "deleted"),
    sync: (app, revision) => take(`sync ${app.object.name} ${revision.slice(0, 4)}`, "started"),
  };
  const git = {
    resolve: () => Promise.resolve({ id: HEAD_COMMIT, tree: HEAD_COMMIT, parents: [], author: "", at: 0, subject: "", message: "" }),
    read: ({ name }: RepositoryRef) => Promise.resolve(name === "home/gitops" ? world.policy : world.otherPolicy),
  } as unknown as Git;
  const deps: ActionDeps = {
    shell: bench.shell,
    git,
    actuator,
    cluster: {
      snapshot: () => Promise.resolve(world.objects),
      read: (ref) => Promise.resolve(world.objects.find((object) => isSameObject(refOf(object), ref))),
      logs: () => Promise.resolve(undefined),
    },
    gitops: { applications: () => Promise.resolve(world.applications), refresh: () => Promise.resolve() },
    repositories: WATCHED,
    repositoryOf: (repoURL) => Promise.resolve(WATCHED.find(({ name }) => repoURL.includes(name))),
  };
  function ask(id: string, tool: ActionRequest["tool"], given: Record<string, unknown>): Promise<Result> {
    const effect = {
      id: id.padStart(32, "0"),
      runId: `run-${id}`,
      data: { step: "act", tool, with: given },
      run: aRun(),
      now: bench.now(),
      minuteMs: bench.shell.minuteMs,
      signal: AbortSignal.timeout(10_000),
      guard: async (): Promise<void> => {
        if ((await bench.control.read()).pause) throw new Error("paused");
      },
    };
    return perform(effect, deps);
  }
  return world;
}

type Metadata = Partial<KubernetesObject["metadata"]>;

export function anObject(kind: string, name: string, fields: { metadata?: Metadata; [field: string]: unknown } = {}): KubernetesObject {
  const { metadata, ...rest } = fields;
  const apiVersion = { Pod: "v1", Job: "batch/v1", CronJob: "batch/v1", Application: "argoproj.io/v1alpha1", HorizontalPodAutoscaler: "autoscaling/v2" }[kind];
  return { apiVersion: apiVersion ?? "apps/v1", kind, metadata: { name, namespace: "web", uid: `uid-${name}`, resourceVersion: "5", ...metadata }, ...rest };
}

/** A pod of a deployment, with its replica set and the deployment. */
export function aWorkload(name: string, metadata: Metadata = {}): KubernetesObject[] {
  const owner = (kind: string, of: string): Metadata => ({
    ...metadata,
    ownerReferences: [{ apiVersion: "apps/v1", kind, name: of, uid: `uid-${of}`, controller: true }],
  });
  return [
    anObject("Deployment", name, { metadata, spec: { replicas: 2 } }),
    anObject("ReplicaSet", `${name}-5d9c7b8f6`, { metadata: owner("Deployment", name) }),
    anObject("Pod", `${name}-5d9c7b8f6-x2x9k`, { metadata: owner("ReplicaSet", `${name}-5d9c7b8f6`) }),
  ];
}
