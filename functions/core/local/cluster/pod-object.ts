/** A pod as the API server has it: what the kubelet of a real cluster writes about such a pod. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import type { Container } from "./behaviour.ts";
import { apiTime, containerStatus, type Life, type LifeContext, lifeOf } from "./container-life.ts";
import type { PodRecord, ReplicaSetRecord, RolloutContext } from "./rollout.ts";

/** A container's life in a pod, and what it was computed from. */
export interface Lived {
  readonly context: LifeContext;
  readonly life: Life;
}

/** The lives of all containers of a pod until now. */
export function livesOf(set: ReplicaSetRecord, pod: PodRecord, context: RolloutContext): readonly Lived[] {
  return set.template.spec.containers.map((container) => {
    const lifeContext: LifeContext = {
      template: set.template,
      container,
      podUid: pod.uid,
      podName: pod.name,
      namespace: context.namespace,
      createdAt: pod.createdAt,
      now: context.now,
      secondMs: context.secondMs,
      schema: context.schema,
    };
    return { context: lifeContext, life: lifeOf(lifeContext) };
  });
}

const CONTAINER_DEFAULTS = { imagePullPolicy: "IfNotPresent", resources: {}, terminationMessagePath: "/dev/termination-log", terminationMessagePolicy: "File" };

const TOLERATIONS = ["not-ready", "unreachable"].map((condition) => ({
  effect: "NoExecute",
  key: `node.kubernetes.io/${condition}`,
  operator: "Exists",
  tolerationSeconds: 300,
}));

const PROBE_DEFAULTS = { failureThreshold: 3, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 };

function defaultedProbes({ livenessProbe: probe }: Container): Partial<Container> {
  if (!probe) return {};
  return { livenessProbe: { ...PROBE_DEFAULTS, ...probe, ...(probe.httpGet && { httpGet: { scheme: "HTTP", ...probe.httpGet } }) } };
}

/** A template's spec with the defaults that the API server fills in. */
export function defaultedSpec(set: ReplicaSetRecord): Record<string, unknown> {
  return {
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    schedulerName: "default-scheduler",
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...set.template.spec,
    containers: set.template.spec.containers.map((whole) => {
      const { env, ...container } = whole;
      return { ...CONTAINER_DEFAULTS, ...container, ...defaultedProbes(whole), ...(env.length > 0 && { env }) };
    }),
  };
}

function podSpec(set: ReplicaSetRecord, pod: PodRecord): Record<string, unknown> {
  return {
    enableServiceLinks: true,
    nodeName: pod.node,
    preemptionPolicy: "PreemptLowerPriority",
    priority: 0,
    serviceAccount: "default",
    serviceAccountName: "default",
    tolerations: TOLERATIONS,
    ...defaultedSpec(set),
  };
}

interface Condition {
  readonly type: string;
  readonly ok: boolean;
  readonly at: number;
  readonly unready?: string;
}

function toCondition({ type, ok, at, unready }: Condition): Record<string, unknown> {
  return {
    lastProbeTime: null,
    lastTransitionTime: apiTime(at),
    ...(!ok && unready !== undefined && { message: `containers with unready status: [${unready}]` }),
    observedGeneration: 1,
    ...(!ok && { reason: "ContainersNotReady" }),
    status: ok ? "True" : "False",
    type,
  };
}

/** When the pod's readiness last changed: when it became ready, or when a container last ended. */
function readinessChangedAt(pod: PodRecord, lives: readonly Lived[]): number {
  const ends = lives.map(
    ({ life }) => (life.ready ? life.readyAt : undefined) ?? life.runs.at(-1)?.finishedAt ?? life.runs.at(-2)?.finishedAt ?? pod.createdAt,
  );
  return Math.max(pod.createdAt, ...ends);
}

function conditionsOf(pod: PodRecord, lives: readonly Lived[]): readonly Record<string, unknown>[] {
  const unready = lives
    .filter(({ life }) => !life.ready)
    .map(({ context }) => context.container.name)
    .join(" ");
  const ok = unready === "";
  const at = ok || lives.some(({ life }) => life.runs.length > 0) ? readinessChangedAt(pod, lives) : pod.createdAt;
  return [
    toCondition({ type: "PodReadyToStartContainers", ok: true, at: pod.createdAt }),
    toCondition({ type: "Initialized", ok: true, at: pod.createdAt }),
    toCondition({ type: "Ready", ok, at, unready }),
    toCondition({ type: "ContainersReady", ok, at, unready }),
    toCondition({ type: "PodScheduled", ok: true, at: pod.createdAt }),
  ];
}

/** @see https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
function qosClassOf(set: ReplicaSetRecord): "BestEffort" | "Burstable" | "Guaranteed" {
  const all = set.template.spec.containers.map(({ resources }) => ({
    limits: resources?.limits ?? {},
    requests: { ...resources?.limits, ...resources?.requests },
  }));
  if (all.every(({ requests }) => Object.keys(requests).length === 0)) return "BestEffort";
  const guaranteed = all.every(({ limits, requests }) => ["cpu", "memory"].every((name) => limits[name] !== undefined && limits[name] === requests[name]));
  return guaranteed ? "Guaranteed" : "Burstable";
}

/** The pod, with everything that depends on time as it is now. */
export function podObject(set: ReplicaSetRecord, pod: PodRecord, context: RolloutContext): KubernetesObject {
  const lives = livesOf(set, pod, context);
  const started = lives.some(({ life }) => life.runs.length > 0);
  const address = `10.88.0.${10 + (Number.parseInt(pod.uid.slice(0, 4), 16) % 200)}`;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      creationTimestamp: apiTime(pod.createdAt),
      generateName: `${set.name}-`,
      generation: 1,
      labels: { ...set.template.metadata.labels, "pod-template-hash": set.hash },
      ...(Object.keys(set.template.metadata.annotations).length > 0 && { annotations: set.template.metadata.annotations }),
      name: pod.name,
      namespace: context.namespace,
      ownerReferences: [{ apiVersion: "apps/v1", blockOwnerDeletion: true, controller: true, kind: "ReplicaSet", name: set.name, uid: set.uid }],
      resourceVersion: String(Math.floor(context.now / 1000) % 1_000_000),
      uid: pod.uid,
    } as KubernetesObject["metadata"],
    spec: podSpec(set, pod),
    status: {
      conditions: conditionsOf(pod, lives),
      containerStatuses: lives.map(({ context: lifeContext, life }) => containerStatus(lifeContext, life)),
      hostIP: "10.89.0.1",
      hostIPs: [{ ip: "10.89.0.1" }],
      observedGeneration: 1,
      phase: started ? "Running" : "Pending",
      podIP: address,
      podIPs: [{ ip: address }],
      qosClass: qosClassOf(set),
      startTime: apiTime(pod.createdAt),
    },
  };
}
