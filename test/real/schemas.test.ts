/** The strict check of fields against the definitions of a real API server, and the server's own word on the same manifests. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { createApiClient } from "../../functions/core/adapters/kubernetes/api-client.ts";
import { loadKubeConfig } from "../../functions/core/adapters/kubernetes/kube-config.ts";
import { createSchemas } from "../../functions/core/adapters/kubernetes/schemas.ts";
import { schemaProblems } from "../../functions/core/checks/schema-problems.ts";
import type { Schemas } from "../../functions/core/ports/schemas.ts";
import { textAt } from "../../functions/core/records/read-object.ts";
import { describeWith, findServer } from "../servers/find-server.ts";
import { kubectlWith, type RealCluster, startKubernetes } from "../servers/kubernetes.ts";
import { FAULTS, workload } from "./workloads-with-faults.ts";

const SHOP = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, namespace: default, annotations: { a/b: c } }
spec:
  replicas: 2
  strategy: { rollingUpdate: { maxSurge: 25%, maxUnavailable: 0 } }
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers:
        - name: shop
          image: shop:1
          env: [{ name: SIZE, value: "4" }]
          ports: [{ name: web, containerPort: 8080 }]
          resources: { limits: { memory: 256Mi, cpu: 1 } }
          livenessProbe: { httpGet: { path: /, port: web } }
`;

describeWith("kubernetes", findServer(process.env, "kube-apiserver"), (binary) => {
  let cluster: RealCluster;
  let schemas: Schemas;
  beforeAll(async () => {
    cluster = await startKubernetes(binary);
    schemas = createSchemas(createApiClient(loadKubeConfig({ kubeconfig: cluster.kubeconfig })));
  }, 120_000);
  afterAll(() => cluster.stop());

  async function problems(object: unknown): Promise<readonly string[]> {
    const definition = await schemas.definitionOf(textAt(object, "apiVersion") ?? "", textAt(object, "kind") ?? "");
    if (!definition) throw new Error("no definition");
    return schemaProblems(object, definition);
  }

  it("has nothing against manifests that the server takes", async () => {
    expect(await problems(parse(SHOP))).toEqual([]);
    for (const { name, spec } of FAULTS) expect(await problems(workload(name, spec ?? {})), name).toEqual([]);
  });

  it.each([
    ["a field with a typing error", "replicas: 2", "replcas: 2", /^spec\.replcas is no field/],
    ["a text for a number", "replicas: 2", 'replicas: "2"', /^spec\.replicas has to be a whole number/],
    ["a number for a text", '"4"', "4", /^spec\.template\.spec\.containers\[shop\]\.env\[SIZE\]\.value has to be a text/],
    ["a field of a probe that there is none of", "path: /", "pth: /", /httpGet\.pth is no field/],
    ["a port that is missing", "containerPort: 8080", "protocol: TCP", /ports\[web\]\.containerPort is required/],
    ["a selector that is missing", "selector: { matchLabels: { app: shop } }", "paused: false", /^spec\.selector is required/],
  ])("finds %s, which a strict server refuses", async (_name, from, to, words) => {
    const broken = SHOP.replace(from, to);
    const found = await problems(parse(broken));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(words);
    expect(await kubectlWith(broken, cluster.kubeconfig, "apply", "--dry-run=server", "--validate=strict", "-f", "-")).toBe("");
  });

  it("knows nothing of kinds that the server does not serve", async () => {
    expect(await schemas.definitionOf("example.org/v1", "Thing")).toBeUndefined();
    expect(await schemas.definitionOf("apps/v1", "Thing")).toBeUndefined();
  });
});
