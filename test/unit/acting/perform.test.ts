/** What may be done directly: bounds, cool-down, caps, the kill switch, the live look; and that nothing is done twice. */
import { describe, expect, it } from "vitest";
import { aWorld, anObject, aWorkload, HEAD_COMMIT, type World } from "./a-cluster.ts";

const POD = { namespace: "web", pod: "shop-5d9c7b8f6-x2x9k" };

function aShop(): World {
  const world = aWorld();
  world.objects = aWorkload("shop");
  return world;
}

async function wordsOf(asked: ReturnType<World["ask"]>): Promise<string> {
  const result = await asked;
  return "words" in result ? result.words : result.result;
}

describe("restart_pod", () => {
  it("evicts exactly the pod that was looked at, and writes that down", async () => {
    const world = aShop();
    expect(await world.ask("1", "restart_pod", { ...POD, uid: "uid-shop-5d9c7b8f6-x2x9k" })).toMatchObject({ result: "acted" });
    expect(world.calls).toEqual(["evict shop-5d9c7b8f6-x2x9k uid-shop-5d9c7b8f6-x2x9k"]);
    const [action] = (await world.bench.store.list("Action")).items;
    expect(action?.record.subject).toMatchObject({ kind: "Deployment", namespace: "web", name: "shop" });
  });

  it("leaves another pod of the same name alone, and one that is gone", async () => {
    const world = aShop();
    expect(await wordsOf(world.ask("1", "restart_pod", { ...POD, uid: "uid-of-yesterday" }))).toContain("is another pod by now");
    world.objects = [];
    expect(await wordsOf(world.ask("2", "restart_pod", POD))).toContain("is gone already");
    expect(world.calls).toEqual([]);
  });

  it("waits while a disruption budget allows none", async () => {
    const world = aShop();
    world.answer = "budget";
    await expect(world.ask("1", "restart_pod", POD)).rejects.toThrow("a disruption budget allows no eviction now");
  });

  it.each([
    ["of a StatefulSet", aStateful("StatefulSet"), "belongs to StatefulSet"],
    ["without a controller", [anObject("Pod", POD.pod)], "belongs to no controller"],
    ["in kube-system", aWorkload("shop", { namespace: "kube-system" }), "kube-system"],
    ["of Argo CD", aWorkload("shop", { labels: { "app.kubernetes.io/part-of": "argocd" } }), "argocd"],
    ["of a DNS server", aWorkload("shop", { labels: { "k8s-app": "kube-dns" } }), "kube-dns"],
    ["of the forge", aWorkload("shop", { labels: { "app.kubernetes.io/name": "gitea" } }), "gitea"],
  ])("refuses a pod %s", async (_what, objects, words) => {
    const world = aWorld();
    world.objects = objects;
    const namespace = objects[0]?.metadata.namespace;
    expect(await wordsOf(world.ask("1", "restart_pod", { ...POD, namespace }))).toContain(words);
    expect(world.calls).toEqual([]);
  });

  it.each(["../x", "a b", "-A", "", "*", "x".repeat(300)])("refuses %j as a name", async (pod) => {
    await expect(aShop().ask("1", "restart_pod", { namespace: "web", pod })).rejects.toThrow("the input does not fit");
  });
});

function aStateful(kind: string): ReturnType<typeof aWorkload> {
  return [anObject("Pod", POD.pod, { metadata: { ownerReferences: [{ apiVersion: "apps/v1", kind, name: "db", uid: "u", controller: true }] } })];
}

describe("the mode", () => {
  it.each(["observe", "propose"])("%s does nothing, and tells the command", async (mode) => {
    const world = aShop();
    world.policy = `mode: ${mode}`;
    const result = await world.ask("1", "restart_pod", POD);
    expect(result).toMatchObject({ result: "advised", command: "kubectl delete pod shop-5d9c7b8f6-x2x9k --namespace web" });
    expect(await wordsOf(Promise.resolve(result))).toContain(`mode is \`${mode}\``);
    expect([world.calls, (await world.bench.store.list("Action")).items]).toEqual([[], []]);
  });

  it.each([
    ["act", "acted"],
    ["propose", "advised"],
  ])("of the repository that an object comes from counts, too, where another one's workflow asks: %s", async (mode, result) => {
    const world = aShop();
    world.otherPolicy = `mode: ${mode}`;
    const resources = [{ group: "apps", kind: "Deployment", namespace: "web", name: "shop" }];
    const source = { repoURL: "http://gitea.home/home/apps.git", path: "shop", targetRevision: "main" };
    world.applications = [anObject("Application", "shop", { spec: { source }, status: { resources } })];
    const told = await world.ask("1", "restart_pod", POD);
    expect(told).toMatchObject({ result });
    expect(world.calls).toHaveLength(result === "acted" ? 1 : 0);
    if (result === "advised") expect(told).toMatchObject({ words: expect.stringContaining("comes from home/apps, whose mode is `propose`") as unknown });
  });

  it("does nothing where the policy cannot be understood", async () => {
    const world = aShop();
    world.policy = "mode: acting";
    await expect(world.ask("1", "restart_pod", POD)).rejects.toThrow(".anchorwatch/policy.yaml:1:7");
    expect(world.calls).toEqual([]);
  });
});

describe("how often", () => {
  it("waits ten minutes, then twenty, and after three times asks a person", async () => {
    const world = aShop();
    await world.ask("1", "restart_pod", POD);
    await expect(world.ask("2", "restart_pod", POD)).rejects.toMatchObject({ afterMinutes: 10 });
    world.bench.later(10);
    await world.ask("2", "restart_pod", POD);
    world.bench.later(10);
    await expect(world.ask("3", "restart_pod", POD)).rejects.toMatchObject({ afterMinutes: 10 });
    world.bench.later(10);
    await world.ask("3", "restart_pod", POD);
    world.bench.later(600);
    expect(await wordsOf(world.ask("4", "restart_pod", POD))).toContain("3 times within a day already");
    world.bench.later(24 * 60);
    expect(await world.ask("5", "restart_pod", POD)).toMatchObject({ result: "acted" });
    expect(world.calls).toHaveLength(4);
  });

  it("does six in an hour in all, whatever the objects, and also where eight come at once", async () => {
    const world = aWorld();
    const names = Array.from({ length: 8 }, (_item, index) => `app${index}`);
    world.objects = names.flatMap((name) => aWorkload(name));
    const asked = await Promise.all(
      names.map((name, index) => world.ask(String(index + 1), "restart_pod", { namespace: "web", pod: `${name}-5d9c7b8f6-x2x9k` })),
    );
    expect(world.calls.length).toBeLessThanOrEqual(6);
    expect(asked.filter(({ result }) => result === "acted")).toHaveLength(world.calls.length);
    for (const name of names.slice(0, 7))
      await world.ask(`9${name.slice(3)}`, "restart_pod", { namespace: "web", pod: `${name}-5d9c7b8f6-x2x9k` }).catch(() => undefined);
    expect(world.calls).toHaveLength(6);
    world.bench.later(60);
    expect(await world.ask("99", "restart_pod", { namespace: "web", pod: "app7-5d9c7b8f6-x2x9k" })).toMatchObject({ result: "acted" });
  });
});

describe("the same event again", () => {
  it("does not do again what has happened, and finishes what has not", async () => {
    const world = aShop();
    await world.ask("1", "restart_pod", POD);
    const [pod] = world.objects.filter(({ kind }) => kind === "Pod");
    await world.ask("1", "restart_pod", POD);
    expect(world.calls).toHaveLength(2);
    world.objects = world.objects.filter((object) => object !== pod);
    expect(await world.ask("1", "restart_pod", POD)).toMatchObject({ result: "acted" });
    expect(world.calls).toHaveLength(2);
  });

  it("asks a person where the look cannot tell: scaled by somebody else meanwhile", async () => {
    const world = aShop();
    world.answer = "changed";
    await expect(world.ask("1", "scale", { namespace: "web", name: "shop", replicas: 3 })).rejects.toThrow("changed in the same moment");
    world.objects = [anObject("Deployment", "shop", { spec: { replicas: 7 } })];
    expect(await wordsOf(world.ask("1", "scale", { namespace: "web", name: "shop", replicas: 3 }))).toContain("was scaled to 7 by somebody else");
    world.objects = [anObject("Deployment", "shop", { spec: { replicas: 3 } })];
    expect(await world.ask("1", "scale", { namespace: "web", name: "shop", replicas: 3 })).toMatchObject({ result: "acted" });
    expect(world.calls).toHaveLength(1);
  });

  it("does nothing once it is paused, though it was begun", async () => {
    const world = aShop();
    await world.bench.control.pause({ reason: "ada paused" });
    await expect(world.ask("1", "restart_pod", POD)).rejects.toThrow("paused");
    expect(world.calls).toEqual([]);
  });
});

describe("scale", () => {
  const to = (replicas: number, more: object = {}): Record<string, unknown> => ({ namespace: "web", name: "shop", replicas, ...more });

  it.each([0, -1, 10_000, 5, 1.5])("refuses %d replicas for two", async (replicas) => {
    const world = aShop();
    expect(await wordsOf(world.ask("1", "scale", to(replicas)))).toContain("not within 1 to 4");
    expect(world.calls).toEqual([]);
  });

  it("does nothing for the same number, a StatefulSet, or an app with an autoscaler", async () => {
    const world = aShop();
    expect(await wordsOf(world.ask("1", "scale", to(2)))).toContain("has 2 replicas already");
    expect(await wordsOf(world.ask("2", "scale", to(3, { kind: "StatefulSet" })))).toContain("is no Deployment");
    world.objects.push(anObject("HorizontalPodAutoscaler", "shop-hpa", { spec: { scaleTargetRef: { kind: "Deployment", name: "shop" } } }));
    expect(await wordsOf(world.ask("3", "scale", to(3)))).toContain("the autoscaler shop-hpa decides");
    expect(world.calls).toEqual([]);
  });

  it("leaves to Git what Argo CD would set back, unless the app ignores the number", async () => {
    const world = aShop();
    const app = (spec: object): ReturnType<typeof anObject> =>
      anObject("Application", "shop", {
        metadata: { namespace: "argocd" },
        spec: { source: { repoURL: "http://gitea/home/gitops.git", path: "apps/shop" }, ...spec },
        status: { resources: [{ group: "apps", kind: "Deployment", namespace: "web", name: "shop" }] },
      });
    world.applications = [app({})];
    expect(await wordsOf(world.ask("1", "scale", to(3)))).toContain("the number belongs in Git");
    world.applications = [app({ ignoreDifferences: [{ group: "apps", kind: "Deployment", jsonPointers: ["/spec/replicas"] }] })];
    expect(await world.ask("2", "scale", to(3))).toMatchObject({ result: "acted" });
    expect(world.calls).toEqual(["scale shop 3"]);
  });
});

describe("sync_app", () => {
  const app = (fields: { spec?: object; status?: object } = {}): ReturnType<typeof anObject> =>
    anObject("Application", "shop", {
      metadata: { namespace: "argocd" },
      spec: {
        destination: { namespace: "web" },
        source: { repoURL: "http://gitea/home/gitops.git", path: "apps/shop", targetRevision: "main" },
        ...fields.spec,
      },
      status: { sync: { status: "OutOfSync", revision: HEAD_COMMIT }, ...fields.status },
    });

  it("asks for the default branch's head", async () => {
    const world = aWorld();
    world.applications = [app()];
    expect(await world.ask("1", "sync_app", { app: "shop" })).toMatchObject({ result: "acted" });
    expect(world.calls).toEqual(["sync shop 4444"]);
  });

  it.each([
    ["another repository", { source: { repoURL: "http://elsewhere/x.git", targetRevision: "main" } }, {}, "which is not watched"],
    ["another branch", { source: { repoURL: "http://gitea/home/gitops.git", targetRevision: "next" } }, {}, "it follows next"],
    ["Argo CD itself", { destination: { namespace: "argocd" } }, {}, "what the cluster stands on"],
    ["a closed window", {}, { conditions: [{ type: "x", message: "blocked by sync window" }] }, "its sync window is closed"],
  ])("refuses %s", async (_what, spec, status, words) => {
    const world = aWorld();
    world.applications = [app({ spec, status })];
    expect(await wordsOf(world.ask("1", "sync_app", { app: "shop" }))).toContain(words);
    expect(world.calls).toEqual([]);
  });
});
