import { describe, expect, it } from "vitest";
import { type Diagnosis, diagnose } from "../../../functions/core/triage/diagnose.ts";
import { formatObject } from "../../../functions/core/records/fields.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { jsonBytes } from "../../../functions/core/records/canonical.ts";

const NOW = Date.parse("2026-11-25T08:00:00Z");
const hash = "6d4cf56db6";
const namespace = "web";

/** A deployment whose pods crash as the database refuses them, as many as are asked for; on a node that is down for every tenth pod. */
function deployment(name: string, pods: number, clusterIP = "10.96.1.1"): KubernetesObject[] {
  const controller = (kind: string, owner: string): object => ({
    ownerReferences: [{ apiVersion: "apps/v1", kind, name: owner, uid: owner, controller: true }],
  });
  const terminated = { exitCode: 1, reason: "Error", finishedAt: "2026-11-25T07:58:00Z", message: "dial tcp 10.96.0.7:5432: connect: connection refused" };
  const pod = (index: number): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${name}-${hash}-${index}`,
      namespace,
      labels: { app: name },
      creationTimestamp: "2026-11-25T07:00:00Z",
      ...controller("ReplicaSet", `${name}-${hash}`),
    },
    spec: { nodeName: index % 10 === 9 ? "down" : "up", restartPolicy: "Always", containers: [{ name: "app", image: "app:1" }] },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: "False", lastTransitionTime: "2026-11-25T07:01:00Z" }],
      containerStatuses: [{ name: "app", ready: false, restartCount: 9, state: { waiting: { reason: "CrashLoopBackOff" } }, lastState: { terminated } }],
    },
  });
  return [
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace }, spec: { replicas: pods }, status: {} },
    { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: `${name}-${hash}`, namespace, ...controller("Deployment", name) } },
    { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec: { selector: { app: name }, clusterIP } },
    ...Array.from({ length: pods }, (_, index) => pod(index)),
  ];
}

const node = (name: string, status: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  status: { conditions: [{ type: "Ready", status, lastTransitionTime: "2026-11-25T07:30:00Z" }] },
});

/** Milliseconds of processor time, as the machine may be busy with other things. */
function timed(objects: readonly KubernetesObject[]): { readonly diagnosis: Diagnosis; readonly ms: number } {
  const before = process.cpuUsage();
  const diagnosis = diagnose(objects, NOW);
  const { user, system } = process.cpuUsage(before);
  return { diagnosis, ms: (user + system) / 1000 };
}

describe("many pods", () => {
  it("a hundred crashing pods of one deployment are one cause, in well under a second", () => {
    const { diagnosis, ms } = timed([node("up", "True"), node("down", "Unknown"), ...deployment("shop", 100)]);
    expect(diagnosis.causes.map((cause) => `${formatObject(cause.object)}: ${cause.category}`)).toEqual([
      "Node down: node-not-ready",
      "Deployment web/shop: crash-loop",
    ]);
    const [, cause] = diagnosis.causes;
    expect(cause?.detail).toContain("100 pods of 1 workload and 1 other object are affected");
    expect(jsonBytes(cause)).toBeLessThan(16 * 1024);
    expect(ms).toBeLessThan(1000);
  });

  it("five thousand crashing pods take about ten times as long as five hundred", () => {
    const cluster = (deployments: number): KubernetesObject[] => [
      node("up", "True"),
      node("down", "Unknown"),
      ...Array.from({ length: deployments }, (_, index) => deployment(`shop-${index}`, 10)).flat(),
    ];
    timed(cluster(50));
    const few = timed(cluster(50));
    const many = timed(cluster(500));
    expect(many.diagnosis.causes).toHaveLength(501);
    expect(many.ms).toBeLessThan(Math.max(1000, few.ms * 30));
  });

  it("five thousand pods that one database refuses are its effects, as fast, and the record stays small", () => {
    const others = Array.from({ length: 500 }, (_, index) => deployment(`shop-${index}`, 10)).flat();
    const { diagnosis, ms } = timed([node("up", "True"), node("down", "Unknown"), ...others, ...deployment("database", 1, "10.96.0.7")]);
    expect(diagnosis.causes.map((cause) => formatObject(cause.object))).toEqual(["Node down", "Deployment web/database"]);
    const [, cause] = diagnosis.causes;
    expect(cause?.detail).toContain("5001 pods of 501 workloads");
    expect(cause?.effects).toHaveLength(100);
    expect(jsonBytes(cause)).toBeLessThan(64 * 1024);
    expect(ms).toBeLessThan(3000);
  });
});
