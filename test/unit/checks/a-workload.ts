/** A home cluster and a workload in it, in YAML; tests change one thing. */
import { parse, parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import type { Touched } from "../../../functions/core/checks/touched.ts";
import { createSnapshot, type Snapshot } from "../../../functions/core/triage/snapshot.ts";

export const NOW = Date.UTC(2026, 4, 1);

export function object(yaml: string): KubernetesObject {
  return parse(yaml) as KubernetesObject;
}

export function cluster(...yaml: readonly string[]): Snapshot {
  const objects = yaml.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject));
  return createSnapshot(objects, NOW);
}

export function touched(before: string | undefined, after: string): readonly Touched[] {
  return [{ before: before === undefined ? undefined : object(before), after: object(after) }];
}

export function node(name: string, options: { memory?: string; architecture?: string; spec?: string } = {}): string {
  return `
apiVersion: v1
kind: Node
metadata: { name: ${name}, labels: { kubernetes.io/hostname: ${name}, kubernetes.io/arch: ${options.architecture ?? "arm64"} } }
spec: ${options.spec ?? "{}"}
status:
  allocatable: { cpu: "4", memory: ${options.memory ?? "4Gi"} }
  conditions: [{ type: Ready, status: "True" }]
  nodeInfo: { architecture: ${options.architecture ?? "arm64"}, operatingSystem: linux }
`;
}

export interface WorkloadOptions {
  readonly name?: string;
  readonly image?: string;
  readonly memory?: string;
  readonly limit?: string;
  readonly replicas?: number;
  /** More of the pod's spec, as flow YAML after a comma. */
  readonly spec?: string;
  readonly mounts?: string;
}

export function deployment({
  name = "shop",
  image = "shop:1",
  memory = "256Mi",
  limit = "512Mi",
  replicas = 1,
  spec = "",
  mounts = "[]",
}: WorkloadOptions = {}): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, image: "${image}", volumeMounts: ${mounts}, resources: { requests: { memory: ${memory} }, limits: { memory: ${limit} } } }] ${spec} }
`;
}

export function pod(of: string, on: string, memory = "256Mi", limit = "512Mi"): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${of}-abc-x, namespace: web, labels: { pod-template-hash: abc }, ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: ${of}-abc, controller: true, uid: u }] }
spec: { nodeName: ${on}, containers: [{ name: app, image: "x:1", resources: { requests: { memory: ${memory} }, limits: { memory: ${limit} } } }] }
status: { phase: Running }
`;
}
