import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { createKnownInText } from "../../../functions/core/text/known-in-text.ts";
import { mapTexts, redactObject } from "../../../functions/core/text/redact-object.ts";

const CANARY = "canary-7Rq2xV9mLw4T";
const metadata = { name: "a", namespace: "web" };

function redacted(object: object): { json: string; noted: string[]; object: KubernetesObject } {
  const noted: string[] = [];
  const result = redactObject({ apiVersion: "v1", kind: "Pod", metadata, ...object }, (secret) => noted.push(secret));
  return { json: JSON.stringify(result), noted, object: result };
}

function podWith(container: object): object {
  return { spec: { containers: [{ name: "app", ...container }] } };
}

describe("secrets in an object", () => {
  it.each<[where: string, object: object]>([
    ["a Secret's data", { kind: "Secret", data: { password: Buffer.from(CANARY).toString("base64") } }],
    ["a Secret's stringData", { kind: "Secret", stringData: { any: CANARY } }],
    ["a config map", { kind: "ConfigMap", data: { "app.ini": `[db]\npassword = ${CANARY}\n` } }],
    ["a config map's harmless key", { kind: "ConfigMap", data: { motto: CANARY } }],
    ["an environment variable", podWith({ env: [{ name: "DB_PASS", value: CANARY }] })],
    ["a variable whose name tells nothing", podWith({ env: [{ name: "SETTING", value: CANARY }] })],
    ["an address with a password in it", podWith({ env: [{ name: "DATABASE_URL", value: `postgres://shop:${CANARY}@db:5432/shop` }] })],
    ["an argument", podWith({ args: [`--api-token=${CANARY}`] })],
    ["an argument after its flag", podWith({ args: ["--password", CANARY] })],
    ["a script", podWith({ command: ["sh", "-c", `export TOKEN=${CANARY}; run`] })],
    ["an annotation", { metadata: { ...metadata, annotations: { "example.com/note": CANARY } } }],
    ["what was last applied", { metadata: { ...metadata, annotations: { "kubectl.kubernetes.io/last-applied-configuration": CANARY } } }],
    ["an annotation of a template", { spec: { template: { metadata: { annotations: { "example.com/x": CANARY } } } } }],
    ["managed fields", { metadata: { ...metadata, managedFields: [{ manager: CANARY }] } }],
    ["a message", { status: { message: `login failed with password=${CANARY}` } }],
    ["values of a chart", { spec: { source: { helm: { values: `auth:\n  password: ${CANARY}\n` } } } }],
    ["a chart's parameter", { spec: { source: { helm: { parameters: [{ name: "auth.rootPassword", value: CANARY }] } } } }],
    ["a chart's values as an object", { spec: { source: { helm: { valuesObject: { auth: { token: CANARY } } } } } }],
  ])("in %s are not kept", (_, object) => {
    const { json } = redacted(object);
    expect(json).not.toContain(CANARY);
    expect(json).not.toContain(Buffer.from(CANARY).toString("base64").slice(0, 20));
  });

  it("leaves what triage needs: keys, references, addresses, switches", () => {
    const kept = podWith({
      image: "registry.example/team/app:1.2@sha256:0000",
      args: ["--port=8080", "--config", "/etc/app/config.yaml"],
      env: [
        { name: "DB_HOST", value: "db.web.svc.cluster.local:5432" },
        { name: "CACHE_URL", value: "redis://cache:6379" },
        { name: "LOG_LEVEL", value: "debug" },
        { name: "PASSWORD_FILE", value: "/run/secrets/db" },
        { name: "TIMEOUT", value: "30s" },
        { name: "TOKEN", valueFrom: { secretKeyRef: { name: "shop", key: "token" } } },
      ],
      envFrom: [{ secretRef: { name: "shop-secrets" } }],
    });
    expect(redacted(kept).object["spec"]).toEqual(Reflect.get(kept, "spec"));
    expect(redacted({ kind: "Secret", data: { a: "eA==", b: "eA==" } }).object["data"]).toEqual({ a: "[redacted]", b: "[redacted]" });
    expect(redacted({ spec: { volumes: [{ secret: { secretName: "shop-tls" } }], tls: [{ secretName: "web-tls" }] } }).json).toContain("web-tls");
    const data = {
      DB_HOST: "db.web.svc",
      DB_URL: `postgres://shop:${CANARY}@db:5432/shop?x=${CANARY}`,
      MODE: "debug",
      DB_PASSWORD: "debug",
      "app.ini": "[a]\nb = c\n",
    };
    expect(redacted({ kind: "ConfigMap", data }).object["data"]).toEqual({
      DB_HOST: "db.web.svc",
      DB_URL: "postgres://[redacted]@db:5432/shop",
      MODE: "debug",
      DB_PASSWORD: "[redacted]",
      "app.ini": "[redacted]",
    });
    const applied = { "kubectl.kubernetes.io/last-applied-configuration": `{"apiVersion":"policy/v1beta1","spec":{"password":"${CANARY}"}}` };
    expect(redacted({ metadata: { ...metadata, annotations: applied } }).object.metadata.annotations).toEqual({
      "kubectl.kubernetes.io/last-applied-configuration": '{"apiVersion":"policy/v1beta1"}',
    });
    expect(redacted({ metadata: { ...metadata, annotations: { "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:web/shop" } } }).json).toContain(
      "shop:apps",
    );
  });

  it("redacting twice changes nothing more, so that a dump is diagnosed as the cluster was", () => {
    const once = redacted(
      podWith({
        args: [`--token=${CANARY}`, "--password", CANARY],
        env: [
          { name: "A_KEY", value: CANARY },
          { name: "URL", value: `http://a:${CANARY}@db/x` },
        ],
      }),
    ).object;
    expect(redactObject(once, () => undefined)).toEqual(once);
  });

  it("what one object gives away is found in the texts of others, in plain and in base64", () => {
    const known = createKnownInText();
    redacted({ kind: "Secret", data: { password: Buffer.from(CANARY).toString("base64") } }).noted.forEach(known.add);
    const event = { apiVersion: "v1", kind: "Event", metadata, message: `bad credentials ${CANARY}`, note: Buffer.from(`x:${CANARY}`).toString("base64") };
    const pod = { apiVersion: "v1", kind: "Pod", metadata, status: { containerStatuses: [{ lastState: { terminated: { message: `saw ${CANARY}` } } }] } };
    for (const object of [event, pod]) {
      const json = JSON.stringify(mapTexts(object, known.blank));
      expect(json).toContain("[redacted]");
      expect(json).not.toContain(CANARY);
      expect(json).not.toContain(Buffer.from(`x:${CANARY}`).toString("base64").slice(4, 24));
    }
  });

  it("a password that is a word does not make the names of things unreadable", () => {
    const known = createKnownInText();
    known.add("postgres");
    expect(known.blank("restarting container postgres in pod postgres-0")).toBe("restarting container postgres in pod postgres-0");
  });

  it("stays quick with many secrets and a large text", () => {
    const known = createKnownInText();
    for (let index = 0; index < 3_000; index += 1) known.add(`secret-${index}-${"x".repeat(20)}`);
    const began = performance.now();
    expect(known.blank(`${"a long line of a log ".repeat(100_000)}secret-7-${"x".repeat(20)}`)).toContain("[redacted]");
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
