/** Twenty ways in which a workload is broken, as manifests and as the statuses that a kubelet writes. */

interface Fault {
  readonly name: string;
  readonly category: string;
  /** What is wrong in the manifest, where the scheduler or a controller is to see it. */
  readonly spec?: object;
  /** What a kubelet writes, where kwok's would run anything. */
  readonly status?: object;
}

const started = "2026-11-25T07:45:00Z";
const NOT_READY = ["ContainersReady", "Ready"].map((type) => ({ type, status: "False", reason: "ContainersNotReady", lastTransitionTime: started }));
const CONDITIONS = [...["PodScheduled", "Initialized"].map((type) => ({ type, status: "True", lastTransitionTime: started })), ...NOT_READY];

function container(state: object, more: object = {}): object {
  return { conditions: CONDITIONS, containerStatuses: [{ name: "app", image: "app:1", imageID: "", ready: false, restartCount: 0, state, ...more }] };
}

function waiting(reason: string, message: string): object {
  return { ...container({ waiting: { reason, message } }), phase: "Pending" };
}

function crashed(
  exitCode: number,
  reason: string,
  state: object = { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container" } },
): object {
  const end = { exitCode, reason, startedAt: started, finishedAt: "2026-11-25T07:45:01Z" };
  return container(state, { restartCount: 7, lastState: { terminated: end } });
}

const ended = (exitCode: number): object => ({ terminated: { exitCode, reason: "Error", startedAt: started, finishedAt: "2026-11-25T07:45:01Z" } });

export const FAULTS: readonly Fault[] = [
  { name: "no-tag", category: "image-pull", status: waiting("ImagePullBackOff", 'Back-off pulling image "app:1": not found') },
  { name: "no-registry", category: "image-pull", status: waiting("ErrImagePull", "failed to pull: dial tcp: lookup registry.home: no such host") },
  { name: "no-credentials", category: "image-pull", status: waiting("ImagePullBackOff", "failed to authorize: 401 Unauthorized") },
  { name: "never-pulled", category: "image-pull", status: waiting("ErrImageNeverPull", 'Container image "app:1" is not present with pull policy of Never') },
  { name: "no-config-map", category: "config-error", status: waiting("CreateContainerConfigError", 'configmap "settings" not found') },
  { name: "no-secret", category: "config-error", status: waiting("CreateContainerConfigError", 'secret "login" not found') },
  { name: "no-key", category: "config-error", status: waiting("CreateContainerConfigError", "couldn't find key size in ConfigMap web/settings") },
  { name: "small-memory", category: "out-of-memory", status: crashed(137, "OOMKilled") },
  { name: "crash", category: "crash-loop", status: crashed(1, "Error") },
  { name: "crash-now", category: "crash-loop", status: crashed(2, "Error", ended(2)) },
  { name: "segfault", category: "crash-loop", status: crashed(139, "Error") },
  { name: "no-program", category: "crash-loop", status: crashed(128, "StartError") },
  { name: "not-found", category: "crash-loop", status: crashed(127, "Error") },
  { name: "aborted", category: "crash-loop", status: crashed(134, "Error") },
  { name: "too-big", category: "unschedulable", spec: { containers: [{ name: "app", image: "app:1", resources: { requests: { memory: "64Gi" } } }] } },
  { name: "too-many-cores", category: "unschedulable", spec: { containers: [{ name: "app", image: "app:1", resources: { requests: { cpu: "50" } } }] } },
  { name: "no-such-node", category: "unschedulable", spec: { nodeSelector: { disk: "nvme" } } },
  { name: "no-such-zone", category: "unschedulable", spec: { nodeSelector: { "topology.kubernetes.io/zone": "attic" } } },
  { name: "no-gpu", category: "unschedulable", spec: { containers: [{ name: "app", image: "app:1", resources: { limits: { "nvidia.com/gpu": "1" } } }] } },
  { name: "other-architecture", category: "unschedulable", spec: { nodeSelector: { "kubernetes.io/arch": "riscv64" } } },
];

/** A Deployment of one pod; `version` changes its template, so that it gets a new one. */
export function workload(name: string, spec: object, version = "1"): object {
  const labels = { app: name };
  const template = {
    metadata: { labels, annotations: { "anchorwatch.dev/version": version } },
    spec: { containers: [{ name: "app", image: "app:1" }], ...spec },
  };
  const strategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%", maxSurge: 0 } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "web" },
    spec: { replicas: 1, strategy, selector: { matchLabels: labels }, template },
  };
}

/** A simulated Raspberry Pi. */
export function node(name: string): object {
  const resources = { cpu: "4", memory: "8Gi", pods: "110" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/arch": "arm64", "kubernetes.io/os": "linux", "kubernetes.io/hostname": name } },
    status: { capacity: resources, allocatable: resources },
  };
}
