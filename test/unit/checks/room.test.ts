import { describe, expect, it } from "vitest";
import { checkLimits } from "../../../functions/core/checks/check-limits.ts";
import { checkRoom } from "../../../functions/core/checks/check-room.ts";
import { withOpenChanges } from "../../../functions/core/checks/open-changes.ts";
import { cluster, deployment, node, pod, touched, type WorkloadOptions } from "./a-workload.ts";

describe("room on the nodes", () => {
  it("is there for a pod that fits into what nobody requests, the workload's own pods counted out", () => {
    const snapshot = cluster(node("pi-1", { memory: "1Gi" }), pod("shop", "pi-1", "700Mi"));
    const check = checkRoom(touched(deployment({ memory: "700Mi" }), deployment({ memory: "900Mi" })), snapshot);
    expect(check).toMatchObject({ outcome: "checked", words: "Deployment web/shop asks 0m cpu and 900Mi memory, and node pi-1 has room for it" });
  });

  it("is refused where what others request leaves too little", () => {
    const snapshot = cluster(node("pi-1", { memory: "1Gi" }), pod("blog", "pi-1", "600Mi"));
    const check = checkRoom(touched(deployment(), deployment({ memory: "500Mi" })), snapshot);
    expect(check).toMatchObject({ outcome: "refused", words: expect.stringContaining("room for 0 of 1 pod: pi-1 has 4 cpu and 424Mi memory free") });
  });

  it("counts every replica that is wanted, and leaves alone what asks for no more than before", () => {
    const snapshot = cluster(node("pi-1", { memory: "1Gi" }), node("pi-2", { memory: "1Gi" }));
    const of = (before: WorkloadOptions, after: WorkloadOptions): unknown => checkRoom(touched(deployment(before), deployment(after)), snapshot)?.outcome;
    expect(of({ memory: "600Mi", replicas: 2 }, { memory: "600Mi", replicas: 3 })).toBe("refused");
    expect(of({ memory: "500Mi", replicas: 3 }, { memory: "600Mi", replicas: 3 })).toBe("refused");
    expect(of({ memory: "700Mi", replicas: 4 }, { memory: "600Mi", replicas: 3 })).toBe("checked");
  });

  it.each([
    ["a taint that is not tolerated", node("pi-1", { spec: "{ taints: [{ key: gpu, effect: NoSchedule }] }" }), "", "untolerated taint gpu"],
    ["a label that no node has", node("pi-1"), ", nodeSelector: { disk: ssd }", "has no label disk=ssd"],
    [
      "an affinity that no node meets",
      node("pi-1"),
      ", affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: kubernetes.io/arch, operator: In, values: [amd64] }] }] } } }",
      "does not meet the pod's node affinity",
    ],
  ])("is refused for %s", (_name, only, spec, words) => {
    const check = checkRoom(touched(undefined, deployment({ spec })), cluster(only));
    expect(check).toMatchObject({ outcome: "refused", words: expect.stringContaining(words) });
  });

  it("is refused where the pod's local volume is on a node that the change keeps it from", () => {
    const storage = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: web }
spec: { volumeName: pv-1 }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: pv-1 }
spec: { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: kubernetes.io/hostname, operator: In, values: [pi-1] }] }] } } }
`;
    const volumes = ", volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]";
    const before = deployment({ spec: volumes });
    const after = deployment({ spec: `${volumes}, nodeSelector: { kubernetes.io/hostname: pi-2 }` });
    const check = checkRoom(touched(before, after), cluster(node("pi-1"), node("pi-2"), storage));
    expect(check).toMatchObject({ outcome: "refused", words: expect.stringContaining("the volume of claim data is on another node") });
  });

  it("leaves alone what never had a place, and what does not change where its pods can be", () => {
    const snapshot = cluster(node("pi-1", { spec: "{ unschedulable: true }" }));
    expect(checkRoom(touched(deployment(), deployment({ memory: "300Mi" })), snapshot)).toMatchObject({
      outcome: "checked",
      words: expect.stringContaining("as it was before"),
    });
    expect(checkRoom(touched(deployment(), deployment({ image: "shop:2" })), snapshot)).toBeUndefined();
  });

  it("is not checked where the cluster or its nodes cannot be seen", () => {
    expect(checkRoom(touched(undefined, deployment()), undefined)).toMatchObject({ outcome: "not-checked" });
    expect(checkRoom(touched(undefined, deployment()), cluster(pod("blog", "pi-1")))).toMatchObject({ outcome: "not-checked" });
  });
});

const RANGE = `
apiVersion: v1
kind: LimitRange
metadata: { name: small, namespace: web }
spec: { limits: [{ type: Container, max: { memory: 600Mi }, defaultRequest: { memory: 64Mi } }] }
`;
const quota = (used: string): string => `
apiVersion: v1
kind: ResourceQuota
metadata: { name: web, namespace: web }
spec: { hard: { limits.memory: 2Gi } }
status: { hard: { limits.memory: 2Gi }, used: { limits.memory: ${used} } }
`;

describe("what the namespace allows", () => {
  it("refuses a limit above its LimitRange, and says which", () => {
    const check = checkLimits(touched(deployment(), deployment({ limit: "768Mi" })), cluster(RANGE));
    expect(check).toMatchObject({
      outcome: "refused",
      words: "Deployment web/shop: container app: LimitRange small allows at most 600Mi memory, and the limit would be 768Mi",
    });
    expect(checkLimits(touched(deployment(), deployment({ limit: "576Mi" })), cluster(RANGE))).toMatchObject({
      outcome: "checked",
      words: "LimitRange small allows it",
    });
  });

  it("refuses what a quota has no more room for, in all or for the first new pod beside the old ones", () => {
    const running = [pod("shop", "pi-1")];
    const over = checkLimits(touched(deployment(), deployment({ limit: "1Gi" })), cluster(quota("1792Mi"), ...running));
    expect(over).toMatchObject({ outcome: "refused", words: expect.stringContaining("it would come to 2.3Gi") });
    const first = checkLimits(touched(deployment(), deployment({ limit: "640Mi" })), cluster(quota("1536Mi"), ...running));
    expect(first).toMatchObject({ outcome: "refused", words: expect.stringContaining("the first new pod beside the old ones would come to 2.1Gi") });
    expect(checkLimits(touched(deployment(), deployment({ limit: "640Mi" })), cluster(quota("1Gi"), ...running))).toMatchObject({ outcome: "checked" });
  });

  it("says nothing of a namespace without rules, and does not refuse what stood there before", () => {
    expect(checkLimits(touched(deployment(), deployment({ limit: "4Gi" })), cluster(node("pi-1")))).toBeUndefined();
    expect(checkLimits(touched(deployment({ limit: "768Mi" }), deployment({ limit: "768Mi", image: "shop:2" })), cluster(RANGE))).toMatchObject({
      outcome: "checked",
    });
  });
});

describe("together with the other open changes", () => {
  const grows = {
    object: { apiVersion: "apps/v1", kind: "Deployment", namespace: "web", name: "blog" },
    field: "spec.template.spec.containers[app].resources.requests.memory",
    before: '"256Mi"',
    after: '"700Mi"',
  };

  it("a node that either of them would fit on alone is refused to the second", () => {
    const snapshot = cluster(node("pi-1", { memory: "1Gi" }), pod("blog", "pi-1"), pod("shop", "pi-1"));
    const change = touched(deployment(), deployment({ memory: "600Mi" }));
    expect(checkRoom(change, snapshot)).toMatchObject({ outcome: "checked" });
    expect(checkRoom(change, withOpenChanges(snapshot, [grows]))).toMatchObject({ outcome: "refused" });
  });

  it("so is a quota, also by pods that an open change adds", () => {
    const snapshot = cluster(node("pi-1"), quota("1Gi"), pod("blog", "pi-1"), pod("shop", "pi-1"));
    const change = touched(deployment(), deployment({ limit: "1Gi" }));
    expect(checkLimits(change, snapshot)).toMatchObject({ outcome: "checked" });
    const limits = { ...grows, field: grows.field.replace("requests", "limits"), after: '"1Gi"' };
    expect(checkLimits(change, withOpenChanges(snapshot, [limits]))).toMatchObject({ outcome: "refused" });
    const replicas = { object: grows.object, field: "spec.replicas", before: "1", after: "2" };
    expect(checkLimits(change, withOpenChanges(snapshot, [replicas]))).toMatchObject({ outcome: "refused" });
  });
});
