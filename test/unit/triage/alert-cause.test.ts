import { describe, expect, it } from "vitest";
import { causesOfAlert } from "../../../functions/core/triage/alert-cause.ts";
import { diagnose } from "../../../functions/core/triage/diagnose.ts";
import { judgeAlert } from "../../../functions/core/triage/judge-alert.ts";
import { workloadsOfPod } from "../../../functions/core/triage/reach.ts";
import { formatObject } from "../../../functions/core/records/fields.ts";
import { recorded, RECORDED_AT } from "./recorded.ts";

const { causes } = diagnose(
  recorded("kubernetes/crash", "kubernetes/crash-owners", "kubernetes/ready", "kubernetes/ready-owners", "kubernetes/init"),
  RECORDED_AT,
);
const found = (labels: Record<string, string>): string[] => causesOfAlert(causes, labels).map((cause) => formatObject(cause.object));

describe("from an alert's labels to its cause", () => {
  it.each([
    ["the pod that crashes", { namespace: "f-crash", pod: "crash-7c875c754b-7qk9l", container: "app" }],
    ["a pod of the same deployment that is long gone", { namespace: "f-crash", pod: "crash-5f6d8b9c7d-x2x4z" }],
    ["the deployment", { namespace: "f-crash", deployment: "crash" }],
    ["the deployment, with kube-state-metrics' own pod beside it", { namespace: "f-crash", deployment: "crash", pod: "kube-state-metrics-6b5c9d4f7-abcde" }],
    ["nothing but the namespace", { namespace: "f-crash" }],
  ])("%s", (_, labels) => {
    expect(found(labels)).toEqual(["Deployment f-crash/crash"]);
  });

  it.each([
    ["another namespace", { namespace: "f-ready", pod: "crash-7c875c754b-7qk9l" }],
    ["an object that is well", { namespace: "f-crash", deployment: "other" }],
    ["a node", { node: "node-1" }],
    ["labels that name nothing", { severity: "warning" }],
  ])("finds no cause for %s", (_, labels) => {
    expect(found(labels)).toEqual([]);
  });

  it("puts the cause with the alert's container first", () => {
    expect(found({ namespace: "f-init", container: "app" })[0]).toBe("Pod f-init/nobin");
    expect(found({ namespace: "f-init", container: "wait-db" })[0]).toBe("Pod f-init/init");
  });
});

describe("the workload in a pod's name", () => {
  it.each([
    ["shop-6c8fdd9b7-x2x4z", "Deployment shop"],
    ["fluent-bit-x2x4z", "DaemonSet fluent-bit"],
    ["postgres-0", "StatefulSet postgres"],
    ["backup-29389440-x2x4z", "CronJob backup"],
  ])("%s is of %s", (pod, workload) => {
    expect(workloadsOfPod(pod).map(formatObject)).toContain(workload);
  });
  it("a failed job's alert also means its cron job", () => {
    const judged = judgeAlert({ alertname: "KubeJobFailed", namespace: "db", job_name: "backup-29389440" });
    expect(judged.about === "objects" && judged.objects.map(formatObject)).toEqual(["Job db/backup-29389440", "CronJob db/backup"]);
  });
});
