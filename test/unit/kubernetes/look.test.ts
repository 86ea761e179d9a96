import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createApiClient } from "../../../functions/core/adapters/kubernetes/api-client.ts";
import { createKubernetesCluster } from "../../../functions/core/adapters/kubernetes/cluster.ts";
import { lookAround } from "../../../functions/core/adapters/kubernetes/look.ts";
import { Refused, Unavailable } from "../../../functions/core/ports/errors.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { readPodLog } from "../../../functions/core/records/pod-log.ts";
import { type Answer, fakeApi, type FakeApi, groupsOf, NEVER } from "./a-fake-api.ts";

const NOTHING = { items: [] };

function podNamed(name: string, more: object = {}): object {
  return { metadata: { name, namespace: "web" }, ...more };
}

/** A server with the groups of apps and Argo CD; everything is empty where nothing else is said. */
function serving(answers: Readonly<Record<string, Answer>>, asked: Readonly<Record<string, (query: URLSearchParams) => Answer>> = {}): Promise<FakeApi> {
  return fakeApi((path, query) => {
    const answer = asked[path]?.(query) ?? answers[path];
    return answer ?? (path === "/apis" ? groupsOf("apps/v1", "argoproj.io/v1alpha1") : NOTHING);
  });
}

async function lookAt(api: FakeApi, scope: Parameters<typeof lookAround>[1] = {}): Promise<{ objects: KubernetesObject[]; notSeen: readonly string[] }> {
  const objects: KubernetesObject[] = [];
  const notSeen = await lookAround(createApiClient(api.config, 500), scope, (object) => objects.push(object));
  return { objects, notSeen };
}

describe("a look at a cluster", () => {
  it("reads page by page, and gives each object the type of its list", async () => {
    const pages = (query: URLSearchParams): Answer =>
      query.get("continue") === "next+/=" ? { items: [podNamed("b")] } : { metadata: { continue: "next+/=" }, items: [podNamed("a")] };
    const api = await serving({}, { "/api/v1/pods": pages });
    const { objects, notSeen } = await lookAt(api);
    expect(objects).toEqual(["a", "b"].map((name) => ({ apiVersion: "v1", kind: "Pod", ...podNamed(name) })));
    expect(notSeen).toEqual([]);
    expect(api.asked.filter(({ path }) => path === "/api/v1/pods").every(({ query }) => query.get("limit") === "500")).toBe(true);
  });

  it("only reads, and asks for no kind that the server does not have", async () => {
    const api = await serving({});
    await lookAt(api);
    expect(new Set(api.asked.map(({ method }) => method))).toEqual(new Set(["GET"]));
    const paths = api.asked.map(({ path }) => path);
    expect(paths).toContain("/apis/argoproj.io/v1alpha1/applications");
    expect(paths.filter((path) => path.includes("cert-manager.io"))).toEqual([]);
  });

  it("never asks for the contents of Secrets", async () => {
    const api = await serving({});
    await lookAt(api);
    const asked = api.asked.filter(({ path }) => path === "/api/v1/secrets");
    expect(asked).toHaveLength(1);
    expect(asked[0]?.accept).toContain("as=PartialObjectMetadataList");
  });

  it("reads the certificates of TLS Secrets where a person asks for it, of those that nothing renews, and keeps nothing else of them", async () => {
    const file = readFileSync("test/cases/infra/certificates/tls-secret-expired.yaml", "utf8");
    const crt = /name: shop-tls.*\n.*\n.*\n.*\n.*\n *tls.crt: (\S+)/.exec(file)?.[1];
    const secret = { ...podNamed("shop-tls"), type: "kubernetes.io/tls", data: { "tls.crt": crt, "tls.key": "canary-key" } };
    const renewed = podNamed("blog-tls", { metadata: { name: "blog-tls", namespace: "web", annotations: { "cert-manager.io/certificate-name": "blog" } } });
    const api = await serving(
      { "/api/v1/namespaces/web/secrets/shop-tls": secret },
      { "/api/v1/secrets": (query) => (query.get("fieldSelector") === "type=kubernetes.io/tls" ? { items: [podNamed("shop-tls"), renewed] } : NOTHING) },
    );
    const { objects } = await lookAt(api, { certificates: true });
    expect(objects).toEqual([
      { apiVersion: "v1", kind: "Secret", metadata: { name: "shop-tls", namespace: "web" }, type: "kubernetes.io/tls", certificate: expect.anything() },
    ]);
    expect(objects[0]?.["certificate"]).toEqual({ notAfter: "2026-11-18T06:00:00.000Z", names: ["shop.home.example", "www.shop.home.example"] });
    expect(api.asked.filter(({ path }) => /secrets\/./.test(path))).toHaveLength(1);
  });

  it("goes on where it may list the names of TLS Secrets and not read them", async () => {
    const api = await serving({ "/api/v1/secrets": { items: [podNamed("shop-tls")] }, "/api/v1/namespaces/web/secrets/shop-tls": 403 });
    expect((await lookAt(api, { certificates: true })).notSeen).toEqual([]);
  });

  it("says what may not be seen, and goes on", async () => {
    const { objects, notSeen } = await lookAt(
      await serving({ "/api/v1/nodes": 403, "/apis/apps/v1/deployments": 500, "/api/v1/pods": { items: [podNamed("a")] } }),
    );
    expect(objects).toHaveLength(1);
    expect(notSeen).toEqual(["deployments.apps: GET /apis/apps/v1/deployments: 500 the server says 500", "nodes: may not be listed (403)"]);
  });

  it("looks into one namespace where it may not look into all", async () => {
    const answers = { "/api/v1/pods": 403, "/api/v1/namespaces/web/pods": { items: [podNamed("a")] } };
    const { objects, notSeen } = await lookAt(await serving(answers), { namespace: "web" });
    expect(objects).toHaveLength(1);
    expect(notSeen).toEqual(["pods: only those in web may be listed"]);
    await expect(lookAt(await serving(answers))).rejects.toThrow(Refused);
  });

  it("fails in time where the server does not answer, with its address", async () => {
    const silent = await fakeApi(() => NEVER);
    await expect(lookAt(silent)).rejects.toThrow(/http:\/\/127\.0\.0\.1:\d+ does not answer: no answer in time/);
    await expect(lookAt(silent)).rejects.toThrow(Unavailable);
  });

  it("tries once more where the server is busy", async () => {
    let calls = 0;
    const busy = (): Answer => ((calls += 1) === 1 ? 429 : { items: [podNamed("a")] });
    expect((await lookAt(await serving({}, { "/api/v1/pods": busy }))).objects).toHaveLength(1);
  });

  it("leaves the schemas of definitions aside", async () => {
    const definition = { metadata: { name: "x.example" }, spec: { versions: [{ name: "v1", served: true, schema: { openAPIV3Schema: { type: "object" } } }] } };
    const api = await fakeApi((path) => {
      if (path === "/apis") return groupsOf("apiextensions.k8s.io/v1");
      return path.endsWith("/customresourcedefinitions") ? { items: [definition] } : NOTHING;
    });
    expect((await lookAt(api)).objects[0]?.["spec"]).toEqual({ versions: [{ name: "v1", served: true }] });
  });
});

describe("the Cluster port on an API server", () => {
  const crashing = podNamed("shop-0", {
    status: { containerStatuses: [{ name: "app", restartCount: 3, ready: false, lastState: { terminated: { exitCode: 1 } } }] },
  });
  const log = (query: URLSearchParams): Answer => (query.get("previous") === "true" ? "boom" : 400);

  it("brings the logs of containers in trouble, and of no others", async () => {
    const well = podNamed("well", { status: { containerStatuses: [{ name: "app", restartCount: 0, ready: true, state: { running: {} } }] } });
    const api = await serving({ "/api/v1/pods": { items: [crashing, well] } }, { "/api/v1/namespaces/web/pods/shop-0/log": log });
    const objects = await createKubernetesCluster(createApiClient(api.config)).snapshot();
    expect(objects.flatMap((object) => readPodLog(object) ?? [])).toMatchObject([{ pod: "shop-0", container: "app", previous: true, text: "boom" }]);
    expect(api.asked.filter(({ path }) => path.endsWith("/log")).every(({ path }) => path.includes("shop-0"))).toBe(true);
  });

  it("is refused as a whole where a part may not be seen: that is not healthy", async () => {
    const api = await serving({ "/api/v1/nodes": 403 });
    await expect(createKubernetesCluster(createApiClient(api.config)).snapshot()).rejects.toThrow("nodes: may not be listed (403)");
  });

  it("reads one object, of a Secret its name only, and says undefined for one that is not there", async () => {
    const api = await serving({
      "/api/v1/namespaces/web/pods/a": podNamed("a"),
      "/api/v1/namespaces/web/secrets/s": podNamed("s"),
      "/api/v1/namespaces/web/pods/b": 404,
    });
    const cluster = createKubernetesCluster(createApiClient(api.config));
    expect(await cluster.read({ kind: "Pod", namespace: "web", name: "a" })).toMatchObject({ apiVersion: "v1", kind: "Pod" });
    expect(await cluster.read({ kind: "Pod", namespace: "web", name: "b" })).toBeUndefined();
    expect(await cluster.read({ kind: "Secret", namespace: "web", name: "s" })).toMatchObject({ kind: "Secret" });
    expect(api.asked.find(({ path }) => path.includes("secrets"))?.accept).toContain("PartialObjectMetadata");
    await expect(cluster.read({ kind: "Gadget", name: "x" })).rejects.toThrow(Refused);
  });

  it("gives the end of a log, and undefined where there is none", async () => {
    const api = await serving({}, { "/api/v1/namespaces/web/pods/shop-0/log": log });
    const cluster = createKubernetesCluster(createApiClient(api.config));
    const pod = { kind: "Pod", namespace: "web", name: "shop-0" };
    expect(await cluster.logs(pod, { container: "app", previous: true, lines: 20 })).toBe("boom");
    expect(await cluster.logs(pod, { container: "app", previous: false, lines: 20 })).toBeUndefined();
    expect(api.asked[0]?.query.get("tailLines")).toBe("20");
  });
});
