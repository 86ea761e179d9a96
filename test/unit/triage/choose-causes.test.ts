import { describe, expect, it } from "vitest";
import { formatObject } from "../../../functions/core/records/fields.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { alertsWithoutWork, causesAbout, causesOfAlerts } from "../../../functions/core/triage/choose-causes.ts";
import { diagnose } from "../../../functions/core/triage/diagnose.ts";
import { changed, recorded, RECORDED_AT } from "./recorded.ts";

const notReady = { type: "Ready", status: "False", reason: "KubeletNotReady", message: "PLEG is not healthy", lastTransitionTime: "2026-11-25T06:00:00Z" };
const created = "2026-11-01T00:00:00Z";
const node: KubernetesObject = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "pi-9", creationTimestamp: created },
  status: { conditions: [notReady], addresses: [{ type: "InternalIP", address: "192.168.1.19" }] },
};
const backend = { service: { name: "gone", port: { number: 80 } } };
const ingress: KubernetesObject = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "x", namespace: "home", creationTimestamp: created },
  spec: { ingressClassName: "traefik", rules: [{ host: "x.home", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }] },
};
/** A set of the crashing deployment whose hash is as short as some are, and of which no pod is left. */
const owners = recorded("kubernetes/crash-owners");
const sets = owners.filter(({ kind }) => kind === "ReplicaSet").map((set) => changed(set, { metadata: { name: "crash-9d" }, status: { replicas: 0 } }));
const services: KubernetesObject[] = [
  { apiVersion: "v1", kind: "Service", metadata: { name: "other", namespace: "home", creationTimestamp: created }, spec: { type: "ExternalName" } },
];
const { causes, snapshot } = diagnose([...recorded("kubernetes/crash"), ...owners, ...sets, node, ingress, ...services], RECORDED_AT);

describe("the causes behind alerts", () => {
  it.each([
    ["a node is found by the address that its exporter was scraped at", { alertname: "NodeClockNotSynchronising", instance: "192.168.1.19:9100" }, "Node pi-9"],
    ["an ingress is found by the host that was probed", { alertname: "ProbeFailed", job: "blackbox", instance: "https://x.home" }, "Ingress home/x"],
    [
      "a pod that is gone is found by its replica set, whatever the length of its hash",
      { alertname: "KubePodCrashLooping", namespace: "f-crash", pod: "crash-9d-x2x4z" },
      "Deployment f-crash/crash",
    ],
  ])("%s", (_, labels, object) => {
    expect(causesOfAlerts(causes, [labels], snapshot).map((cause) => formatObject(cause.object))).toEqual([object]);
  });

  it("a pod of a set that nobody knows leads nowhere", () => {
    expect(causesOfAlerts(causes, [{ alertname: "KubePodCrashLooping", namespace: "f-crash", pod: "other-9d-x2x4z" }], snapshot)).toEqual([]);
  });

  it("are told once, those of the first alert first", () => {
    const alerts = [
      { alertname: "ProbeFailed", job: "blackbox", instance: "https://x.home" },
      { alertname: "NodeClockNotSynchronising", instance: "192.168.1.19:9100" },
    ];
    const named = causesOfAlerts(causes, [...alerts, ...alerts], snapshot).map((cause) => formatObject(cause.object));
    expect(named).toEqual(["Ingress home/x", "Node pi-9"]);
  });
});

it("asked about a pod that is gone, in whatever namespace, its replica set leads to the cause", () => {
  const about = causesAbout(causes, { kind: "Pod", name: "crash-9d-x2x4z" }, snapshot);
  expect(about.map((cause) => formatObject(cause.object))).toEqual(["Deployment f-crash/crash"]);
});

describe("an alert that measures what no object shows", () => {
  it.each([
    ["KubePersistentVolumeFillingUp", { namespace: "web", persistentvolumeclaim: "data" }, "PersistentVolumeClaim web/data: volume-filling"],
    ["NodeFilesystemSpaceFillingUp", { instance: "192.168.1.19:9100", mountpoint: "/" }, "Node pi-9: node-not-ready"],
    ["NodeFilesystemSpaceFillingUp", { node: "pi-1", mountpoint: "/" }, "Node pi-1: disk-filling"],
    ["HighErrorRate", { namespace: "web", service: "shop" }, "Service web/shop: errors"],
  ])("%s of %j is told of its object, where nothing else is known of it", (alertname, labels, told) => {
    expect(causesOfAlerts(causes, [{ alertname, ...labels }], snapshot).map((cause) => `${formatObject(cause.object)}: ${cause.category}`)).toEqual([told]);
  });

  it("says what it measures and by which labels", () => {
    const [cause] = causesOfAlerts(causes, [{ alertname: "KubePersistentVolumeFillingUp", namespace: "web", persistentvolumeclaim: "data" }], snapshot);
    expect(cause?.title).toBe("PersistentVolumeClaim web/data: it is filling up: KubePersistentVolumeFillingUp measures that, and no object shows why");
    expect(cause?.findings[0]?.evidence.map(({ field }) => field)).toContain("label persistentvolumeclaim");
  });

  it("is no cause where objects have the last word", () => {
    expect(causesOfAlerts(causes, [{ alertname: "KubeDeploymentReplicasMismatch", namespace: "web", deployment: "shop" }], snapshot)).toEqual([]);
  });
});

it("alerts that ask for nothing are named with the reason", () => {
  const named = alertsWithoutWork(
    [{ alertname: "CPUThrottlingHigh", namespace: "web", pod: "x" }, { alertname: "Watchdog" }, { alertname: "KubePodCrashLooping" }],
    snapshot,
  );
  expect(named).toEqual([
    { alert: "CPUThrottlingHigh", reason: expect.stringContaining("CPU limit") as string },
    { alert: "Watchdog", reason: expect.stringContaining("fires all the time") as string },
  ]);
});
