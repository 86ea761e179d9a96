/** The hand on the local cluster does what a real one would: budgets hold, uids are exact, and Argo CD sets back what Git owns. */
import { beforeEach, describe, expect, it } from "vitest";
import { createLocalActuator } from "../../../functions/core/local/cluster/actuator.ts";
import { createLocalCluster, type LocalCluster } from "../../../functions/core/local/cluster/cluster.ts";
import { createDocuments } from "../../../functions/core/local/documents.ts";
import type { GitOpsLoop } from "../../../functions/core/local/gitops/loop.ts";
import type { Actuator } from "../../../functions/core/ports/actuator.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import type { Target } from "../../../functions/core/records/action.ts";
import { refOf } from "../../../functions/core/records/read-object.ts";

const MINUTE_MS = 60_000;
let now = 1_800_000_000_000;
let cluster: LocalCluster;
let hand: Actuator;
let synced: unknown[];

const deployment: KubernetesObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "shop", namespace: "web" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "shop" } },
    template: { metadata: { labels: { app: "shop" } }, spec: { containers: [{ name: "shop", image: "ghcr.io/acme/shop:1.0.0" }] } },
  },
};

const budget = (minAvailable: number): KubernetesObject => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "shop", namespace: "web" },
  spec: { minAvailable, selector: { matchLabels: { app: "shop" } } },
});

beforeEach(() => {
  const documents = createDocuments(":memory:");
  const clock = { now: () => now, after: () => () => undefined };
  synced = [];
  cluster = createLocalCluster({ documents, clock, minuteMs: MINUTE_MS });
  const app = { apiVersion: "argoproj.io/v1alpha1", kind: "Application", metadata: { name: "shop", namespace: "argocd", uid: "uid-app" } };
  const gitops = {
    applications: () => Promise.resolve([app]),
    tick: (asked: unknown) => Promise.resolve(void synced.push(asked)),
  } as unknown as GitOpsLoop;
  hand = createLocalActuator({ documents, clock, cluster, gitops });
  cluster.apply(deployment);
  now += 5 * MINUTE_MS;
});

function target(kind: string, index = 0): Target {
  const object = cluster.now().filter((candidate) => candidate.kind === kind)[index];
  if (!object) throw new Error(`there is no ${kind}`);
  return { object: refOf(object), uid: object.metadata.uid ?? "" };
}

const pods = (): string[] => cluster.now().flatMap(({ kind, metadata }) => (kind === "Pod" ? [metadata.uid ?? ""] : []));

describe("evicting", () => {
  it("replaces exactly that pod, once", async () => {
    const before = pods();
    const pod = target("Pod");
    expect([await hand.evict(pod), await hand.evict(pod)]).toEqual(["evicted", "gone"]);
    expect(pods()).toHaveLength(2);
    expect(pods().filter((uid) => before.includes(uid))).toEqual(before.filter((uid) => uid !== pod.uid));
  });

  it("keeps to a budget, and goes on when the budget allows it", async () => {
    cluster.apply(budget(2));
    expect(await hand.evict(target("Pod"))).toBe("budget");
    cluster.apply(budget(1));
    expect(await hand.evict(target("Pod"))).toBe("evicted");
  });
});

describe("scaling", () => {
  it("sets the number at the version that was looked at, and refuses an older one", async () => {
    const live = cluster.now().find(({ kind }) => kind === "Deployment");
    const resourceVersion = live?.metadata.resourceVersion ?? "";
    expect(await hand.scale(target("Deployment"), { replicas: 3, resourceVersion })).toBe("scaled");
    expect(await hand.scale(target("Deployment"), { replicas: 4, resourceVersion })).toBe("changed");
    expect(cluster.now().find(({ kind }) => kind === "Deployment")).toMatchObject({ spec: { replicas: 3 } });
  });
});

describe("jobs and apps", () => {
  it("deletes a job by its uid, and finds it gone afterwards", async () => {
    cluster.apply({ apiVersion: "batch/v1", kind: "Job", metadata: { name: "import", namespace: "web" }, spec: {} });
    const job = target("Job");
    expect(await hand.deleteJob({ ...job, uid: "another" })).toBe("gone");
    expect([await hand.deleteJob(job), await hand.deleteJob(job)]).toEqual(["deleted", "gone"]);
  });

  it("asks the loop for one app, and for none that is another by now", async () => {
    const object = { kind: "Application", namespace: "argocd", name: "shop" };
    expect(await hand.sync({ object, uid: "uid-app" }, "c".repeat(40))).toBe("started");
    expect(await hand.sync({ object, uid: "uid-old" }, "c".repeat(40))).toBe("gone");
    expect(synced).toEqual([{ sync: "shop" }]);
  });

  it("says that a node has no power as the node controller does, until it has it again", () => {
    const ready = (): unknown => JSON.stringify(cluster.now().find(({ metadata }) => metadata.name === "pi3")?.["status"]);
    cluster.setPower("pi3", false);
    expect(ready()).toContain('"type":"Ready","status":"Unknown","reason":"NodeStatusUnknown"');
    cluster.setPower("pi3", true);
    expect(ready()).toContain('"type":"Ready","status":"True"');
  });
});
