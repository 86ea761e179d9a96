/** The nodes of a home cluster: two Raspberry Pi 5 and one Pi 3B+, all arm64 (design 1). */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { apiTime } from "./container-life.ts";
import { uidOf } from "./rollout.ts";

interface NodeKind {
  readonly name: string;
  readonly memory: string;
  readonly cpu: string;
  readonly taint?: { readonly key: string; readonly value: string; readonly effect: string };
}

const NODES: readonly NodeKind[] = [
  { name: "pi5-a", memory: "8062Mi", cpu: "4" },
  { name: "pi5-b", memory: "8062Mi", cpu: "4" },
  { name: "pi3", memory: "904Mi", cpu: "4", taint: { key: "anchorwatch.dev/light", value: "true", effect: "NoSchedule" } },
];

/** Nodes that take pods without a toleration. */
export const OPEN_NODES: readonly string[] = NODES.filter((node) => node.taint === undefined).map((node) => node.name);

const CONDITIONS = ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"] as const;

/** What the node says of itself; or, without power, what the node controller writes in its place. */
function conditionOf(type: (typeof CONDITIONS)[number], at: { createdAt: number; now: number; off: number | undefined }): Record<string, unknown> {
  const { createdAt, now, off } = at;
  if (off === undefined) {
    const [status, reason] = type === "Ready" ? ["True", "KubeletReady"] : ["False", `KubeletHasNo${type}`];
    return { type, status, reason, lastHeartbeatTime: apiTime(now), lastTransitionTime: apiTime(createdAt) };
  }
  const message = "Kubelet stopped posting node status.";
  return { type, status: "Unknown", reason: "NodeStatusUnknown", message, lastHeartbeatTime: apiTime(off), lastTransitionTime: apiTime(off) };
}

/** How long the nodes have been up when a cluster begins: a node that came up a moment ago would explain restarts. */
const UP_MS = 30 * 24 * 60 * 60_000;

/** The nodes as the API server has them, up since long before the first object. @param offSince since when a node has no power, if it has none */
export function nodeObjects(beganAt: number, now: number, offSince: (node: string) => number | undefined): readonly KubernetesObject[] {
  const createdAt = Math.max(0, beganAt - UP_MS);
  return NODES.map((node) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: node.name,
      uid: uidOf("node", node.name),
      creationTimestamp: apiTime(createdAt),
      labels: { "kubernetes.io/arch": "arm64", "kubernetes.io/os": "linux", "kubernetes.io/hostname": node.name },
    },
    spec: node.taint ? { taints: [node.taint] } : {},
    status: {
      allocatable: { cpu: node.cpu, memory: node.memory, pods: "110" },
      capacity: { cpu: node.cpu, memory: node.memory, pods: "110" },
      conditions: CONDITIONS.map((type) => conditionOf(type, { createdAt, now, off: offSince(node.name) })),
      nodeInfo: { architecture: "arm64", operatingSystem: "linux", kubeletVersion: "v1.37.2", containerRuntimeVersion: "containerd://2.1.4" },
    },
  }));
}
