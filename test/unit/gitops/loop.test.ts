/** The local GitOps loop syncs when Argo CD would, and says what it did as Argo CD does. */
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createLocalCluster } from "../../../functions/core/local/cluster/cluster.ts";
import { createDocuments } from "../../../functions/core/local/documents.ts";
import { createGitOpsLoop, type GitOpsLoop } from "../../../functions/core/local/gitops/loop.ts";
import { application } from "../../../functions/core/local/scenarios/scenario.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { createPlainRenderer } from "../../../functions/core/adapters/renderer/plain.ts";
import { fieldPaths } from "../field-paths.ts";
import { aRepository, type TestRepository } from "../tools/a-repository.ts";

const REPOSITORY = { id: 7, name: "home/gitops" };
const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, namespace: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: shop, image: "ghcr.io/acme/shop:1.4.2" }] }
`;
const CONFIG = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: extra, namespace: web }\ndata: { a: b }\n`;

interface Status {
  readonly sync: { readonly status: string; readonly revision: string };
  readonly history: readonly { readonly revision: string }[];
  readonly operationState: { readonly phase: string; readonly message: string };
  readonly resources: readonly { readonly name: string; readonly status: string; readonly requiresPruning?: boolean }[];
}

let repository: TestRepository;

afterEach(() => repository.remove());

function world(automated: { prune: boolean; selfHeal: boolean }): {
  loop: GitOpsLoop;
  cluster: ReturnType<typeof createLocalCluster>;
  status(): Promise<Status>;
} {
  repository = aRepository();
  let now = 1_800_000_000_000;
  const clock = { now: () => (now += 10_000), after: () => () => undefined };
  const documents = createDocuments(":memory:");
  const cluster = createLocalCluster({ documents, clock, minuteMs: 60_000 });
  const app = application("shop", "apps/shop");
  const spec = app["spec"] as { readonly syncPolicy: object };
  const applications = [{ ...app, spec: { ...spec, syncPolicy: { ...spec.syncPolicy, automated } } }] as readonly KubernetesObject[];
  const loop = createGitOpsLoop({
    documents,
    clock,
    minuteMs: 60_000,
    cluster,
    git: repository.git,
    renderer: createPlainRenderer(),
    repositoryOf: () => REPOSITORY,
    applications,
  });
  return { loop, cluster, status: async () => (await loop.applications())[0]?.["status"] as Status };
}

/** Somebody edits the live object by hand. */
function drift(cluster: ReturnType<typeof createLocalCluster>): void {
  const live = cluster.applied().find((object) => object.kind === "Deployment");
  if (live) cluster.apply({ ...live, metadata: { ...live.metadata, labels: { by: "hand" } } });
}

describe("drift", () => {
  it("is healed with self-heal, and that is no deploy", async () => {
    const { loop, cluster, status } = world({ prune: true, selfHeal: true });
    repository.commit("Start", { "apps/shop/a.yaml": MANIFEST });
    await loop.tick();
    drift(cluster);
    await loop.tick();
    expect(cluster.applied().some((object) => object.metadata.labels?.["by"] === "hand")).toBe(false);
    expect((await status()).history).toHaveLength(1);
  });

  it("stays, look after look, without self-heal", async () => {
    const { loop, cluster, status } = world({ prune: true, selfHeal: false });
    repository.commit("Start", { "apps/shop/a.yaml": MANIFEST });
    await loop.tick();
    drift(cluster);
    await loop.tick();
    await loop.tick();
    await loop.tick();
    expect((await status()).sync.status).toBe("OutOfSync");
    expect(cluster.applied().some((object) => object.metadata.labels?.["by"] === "hand")).toBe(true);
  });
});

describe("a sync", () => {
  it("that fails is partial, says so at the new revision, and is no deploy", async () => {
    const { loop, cluster, status } = world({ prune: true, selfHeal: false });
    repository.commit("Start", { "apps/shop/a.yaml": MANIFEST });
    await loop.tick();
    const bad = repository.commit("Bad", { "apps/shop/a.yaml": MANIFEST.replace("containers: [", "containers: {}, x: ["), "apps/shop/b.yaml": CONFIG });
    await loop.tick();
    const { sync, operationState, history } = await status();
    expect(sync).toMatchObject({ status: "OutOfSync", revision: bad });
    expect(operationState.phase).toBe("Failed");
    expect(operationState.message).toContain("Deployment web/shop");
    expect(history).toHaveLength(1);
    expect(cluster.applied().some((object) => object.kind === "ConfigMap")).toBe(true);
  });

  it("without prune leaves what Git has dropped, and keeps saying so", async () => {
    const { loop, cluster, status } = world({ prune: false, selfHeal: true });
    repository.commit("Start", { "apps/shop/a.yaml": MANIFEST, "apps/shop/b.yaml": CONFIG });
    await loop.tick();
    repository.commit("Drop", { "apps/shop/b.yaml": undefined });
    await loop.tick();
    await loop.tick();
    await loop.tick();
    const { sync, resources } = await status();
    expect(sync.status).toBe("OutOfSync");
    expect(resources.find(({ name }) => name === "extra")).toMatchObject({ status: "OutOfSync", requiresPruning: true });
    expect(cluster.applied().some((object) => object.kind === "ConfigMap")).toBe(true);
  });

  it("with prune takes it away", async () => {
    const { loop, cluster, status } = world({ prune: true, selfHeal: true });
    repository.commit("Start", { "apps/shop/a.yaml": MANIFEST, "apps/shop/b.yaml": CONFIG });
    await loop.tick();
    repository.commit("Drop", { "apps/shop/b.yaml": undefined });
    await loop.tick();
    expect((await status()).sync.status).toBe("Synced");
    expect(cluster.applied().some((object) => object.kind === "ConfigMap")).toBe(false);
  });
});

/** What the recorded status has and ours has not, each on purpose. */
const DECISIONS: ReadonlyMap<string, string> = new Map([
  ["operationState.operation.sync.autoHealAttemptsCount", "the recorded sync happened to be a heal; ours of a new commit is none"],
  ["operationState.operation.sync.resources[].group", "likewise: a heal names its objects"],
  ["operationState.operation.sync.resources[].kind", "likewise"],
  ["operationState.operation.sync.resources[].name", "likewise"],
]);

describe("the status", () => {
  it("has the fields that Argo CD wrote for a synced app, and no others; each difference is a listed decision", async () => {
    const { loop, cluster, status } = world({ prune: true, selfHeal: true });
    repository.commit("Start", { "apps/shop/a.yaml": MANIFEST });
    await loop.tick();
    cluster.now();
    const recorded = (parse(readFileSync("test/fixtures/argocd/01-synced-healthy.yaml", "utf8")) as { status: unknown }).status;
    const ours = fieldPaths(await status());
    const theirs = fieldPaths(recorded);
    expect([...theirs].filter((path) => !ours.has(path)).toSorted()).toEqual([...DECISIONS.keys()].toSorted());
    expect([...ours].filter((path) => !theirs.has(path) && path !== "health.message")).toEqual([]);
  });

  it("is Unknown at the branch's name, with the app's health as it was, while the files are broken", async () => {
    const { loop, status } = world({ prune: true, selfHeal: true });
    repository.commit("Start", { "apps/shop/a.yaml": MANIFEST });
    await loop.tick();
    repository.commit("Broken", { "apps/shop/a.yaml": "a: [\n" });
    await loop.tick();
    expect((await status()).sync).toMatchObject({ status: "Unknown", revision: "main" });
    expect((await status()).history).toHaveLength(1);
  });
});
