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

/** The nodes as the API server has them, all ready. */
export function nodeObjects(createdAt: number, now: number): readonly KubernetesObject[] {
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
      conditions: ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"].map((type) => ({
        type,
        status: type === "Ready" ? "True" : "False",
        reason: type === "Ready" ? "KubeletReady" : `KubeletHasNo${type}`,
        lastHeartbeatTime: apiTime(now),
        lastTransitionTime: apiTime(createdAt),
      })),
      nodeInfo: { architecture: "arm64", operatingSystem: "linux", kubeletVersion: "v1.37.2", containerRuntimeVersion: "containerd://2.1.4" },
    },
  }));
}
