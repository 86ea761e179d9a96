import { describe, expect, it } from "vitest";
import { diagnose } from "../../../functions/core/triage/diagnose.ts";
import { formatObject } from "../../../functions/core/records/fields.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";

const NOW = Date.parse("2026-11-25T08:00:00Z");
const at = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();

/** Each finding about a pod as `object: category -> whom it blames`. */
function blamed(...objects: readonly KubernetesObject[]): string[] {
  return diagnose(objects, NOW)
    .findings.filter(({ object }) => object.kind === "Pod")
    .map(({ object, category, blames }) => `${formatObject(object)}: ${category} -> ${blames === undefined ? "itself" : formatObject(blames)}`);
}

function node(name: string, condition: object, spec: object = {}): KubernetesObject {
  return { apiVersion: "v1", kind: "Node", metadata: { name }, spec, status: { conditions: [condition] } };
}

function pod(metadata: object, spec: object, status: object): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "shop-0", namespace: "web", creationTimestamp: at(600), ...metadata },
    spec: { nodeName: "pi-2", containers: [{ name: "shop", image: "shop:1" }], ...spec },
    status: { phase: "Running", ...status },
  };
}

const down = node("pi-2", { type: "Ready", status: "Unknown", lastTransitionTime: at(20) });
const up = node("pi-2", { type: "Ready", status: "True", lastTransitionTime: at(900) });
const unready = { conditions: [{ type: "Ready", status: "False", lastTransitionTime: at(20) }] };

describe("a pod on a node that is down blames the node", () => {
  it("when it is not served", () => expect(blamed(down, pod({}, {}, unready))).toEqual(["Pod web/shop-0: node-lost -> Node pi-2"]));
  it("when its deletion does not end", () => {
    expect(blamed(down, pod({ deletionTimestamp: at(10) }, {}, unready))).toEqual(["Pod web/shop-0: stuck-terminating -> Node pi-2"]);
    expect(blamed(up, pod({ deletionTimestamp: at(10) }, {}, unready))).toEqual(["Pod web/shop-0: stuck-terminating -> itself"]);
  });
  it("but not for a finalizer, which no node removes", () => {
    expect(blamed(down, pod({ deletionTimestamp: at(10), finalizers: ["example.com/backup"] }, {}, unready))).toEqual([
      "Pod web/shop-0: stuck-terminating -> itself",
    ]);
  });
  it("and with it the deployment that lacks it, as one cause", () => {
    const deployment: KubernetesObject = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "shop", namespace: "web", creationTimestamp: at(600) },
      spec: { replicas: 1 },
      status: { conditions: [{ type: "Available", status: "False", lastTransitionTime: at(20) }] },
    };
    const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "shop-6d4cf56db6", uid: "r", controller: true };
    const owned = pod({ labels: { "pod-template-hash": "6d4cf56db6" }, ownerReferences: [owner] }, {}, unready);
    const { causes } = diagnose([down, deployment, owned], NOW);
    expect(causes.map((cause) => formatObject(cause.object))).toEqual(["Node pi-2"]);
    expect(causes[0]?.findings.map((finding) => finding.category)).toEqual(["node-not-ready", "node-lost", "unavailable"]);
  });
});

describe("an evicted pod", () => {
  const evicted = (message: string): KubernetesObject => pod({}, {}, { phase: "Failed", reason: "Evicted", message, startTime: at(10) });
  const low = "The node was low on resource: ephemeral-storage. Threshold quantity: 1503238553, available: 912Mi. ";
  const pressed = node("pi-2", { type: "DiskPressure", status: "True", lastTransitionTime: at(12) });

  it("blames a node that is still under pressure", () => expect(blamed(pressed, evicted(low))).toEqual(["Pod web/shop-0: evicted -> Node pi-2"]));
  it("blames no node that is well again", () => expect(blamed(up, evicted(low))).toEqual(["Pod web/shop-0: evicted -> itself"]));
  it("blames itself for what it used", () => {
    expect(blamed(pressed, evicted("Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. "))).toEqual([
      "Pod web/shop-0: evicted -> itself",
    ]);
  });
});

describe("a Secret that is missing", () => {
  const waiting = { waiting: { reason: "CreateContainerConfigError", message: 'secret "shop-db" not found' } };
  const missing = pod({}, {}, { phase: "Pending", containerStatuses: [{ name: "shop", image: "shop:1", ready: false, restartCount: 0, state: waiting }] });
  const external = (status: string): KubernetesObject => ({
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { name: "shop-db", namespace: "web" },
    status: { conditions: [{ type: "Ready", status }] },
  });

  it("is blamed on the ExternalSecret that has not made it", () => {
    expect(blamed(missing, external("False"))).toContain("Pod web/shop-0: config-error -> ExternalSecret web/shop-db");
  });
  it("is not blamed on one that says that it has", () => expect(blamed(missing, external("True"))).toEqual(["Pod web/shop-0: config-error -> itself"]));
});

describe("a pod that waits for its claim", () => {
  const condition = {
    type: "PodScheduled",
    status: "False",
    reason: "Unschedulable",
    lastTransitionTime: at(10),
    message: "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/2 nodes are available: 2 No preemption victims found.",
  };
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "shop-data" } }];
  const pending = pod({}, { nodeName: undefined, volumes }, { phase: "Pending", conditions: [condition] });
  const claim = (phase: string): KubernetesObject => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "shop-data", namespace: "web", creationTimestamp: at(10) },
    status: { phase },
  });

  it("blames the claim that is not bound", () => {
    expect(blamed(pending, claim("Pending"))).toContain("Pod web/shop-0: unschedulable -> PersistentVolumeClaim web/shop-data");
  });
  it("blames no claim that is", () => expect(blamed(pending, claim("Bound"))).toEqual(["Pod web/shop-0: unschedulable -> itself"]));
});
