/** The events around a pod, as the scheduler, the kubelet and the replica set's controller write them. */
import { hashId } from "../../records/ids.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { apiTime } from "./container-life.ts";
import type { Lived } from "./pod-object.ts";
import { type PodRecord, type ReplicaSetRecord, type RolloutContext, uidOf } from "./rollout.ts";

interface Seen {
  readonly reason: string;
  readonly message: string;
  readonly type: "Normal" | "Warning";
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly component: string;
  readonly fieldPath?: string;
}

interface About {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly namespace: string;
  /** The node whose kubelet says it. */
  readonly host?: string;
}

function toEvent(about: About, seen: Seen): KubernetesObject {
  const { host, ...object } = about;
  const kubelet = seen.component === "kubelet";
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      creationTimestamp: apiTime(seen.first),
      name: `${about.name}.${hashId("event", about.uid, seen.reason, seen.message).slice(0, 16)}`,
      namespace: about.namespace,
      resourceVersion: String(Math.floor(seen.last / 1000) % 1_000_000),
      uid: uidOf("event", about.uid, seen.reason, seen.message),
    },
    count: seen.count,
    eventTime: null,
    firstTimestamp: apiTime(seen.first),
    involvedObject: { ...object, ...(seen.fieldPath !== undefined && { fieldPath: seen.fieldPath }), resourceVersion: "1" },
    lastTimestamp: apiTime(seen.last),
    message: seen.message,
    reason: seen.reason,
    reportingComponent: seen.component,
    reportingInstance: kubelet ? (host ?? "") : "",
    source: { component: seen.component, ...(kubelet && { host }) },
    type: seen.type,
  };
}

function scheduled(about: About, pod: PodRecord): KubernetesObject {
  const seen: Seen = {
    reason: "Scheduled",
    message: `Successfully assigned ${about.namespace}/${pod.name} to ${pod.node}`,
    type: "Normal",
    first: pod.createdAt,
    last: pod.createdAt,
    count: 1,
    component: "default-scheduler",
  };
  const { count: _count, ...event } = toEvent(about, seen);
  return {
    ...event,
    action: "Binding",
    eventTime: `${new Date(pod.createdAt).toISOString().slice(0, 19)}.000000Z`,
    firstTimestamp: null,
    lastTimestamp: null,
    reportingInstance: "default-scheduler-pi5-a",
    source: {},
  };
}

function containerEvents(about: About, { context, life }: Lived): readonly KubernetesObject[] {
  const { container, createdAt, now, secondMs } = context;
  const kubelet = { component: "kubelet", fieldPath: `spec.containers{${container.name}}` };
  if (life.fault.kind === "pull") {
    const first = createdAt + secondMs;
    const failed: Seen = {
      ...kubelet,
      reason: "Failed",
      message: `Failed to pull image "${container.image}": rpc error: code = NotFound desc = failed to pull and unpack image "${container.image}": not found`,
      type: "Warning",
      first,
      last: now,
      count: 1 + Math.floor((now - createdAt) / (20 * secondMs)),
    };
    return now < first ? [] : [toEvent(about, failed)];
  }
  if (life.fault.kind === "config") {
    return [
      toEvent(about, {
        ...kubelet,
        reason: "Failed",
        message: `Error: ${life.fault.message}`,
        type: "Warning",
        first: createdAt,
        last: now,
        count: 1 + Math.floor((now - createdAt) / (12 * secondMs)),
      }),
    ];
  }
  const started = life.runs.at(-1)?.startedAt;
  if (started === undefined) return [];
  const times = { type: "Normal" as const, first: createdAt + secondMs, last: started, count: life.restarts + 1 };
  const normal = [
    { ...kubelet, ...times, reason: "Pulled", message: `Container image "${container.image}" already present on machine and can be accessed by the pod` },
    { ...kubelet, ...times, reason: "Created", message: "Container created" },
    { ...kubelet, ...times, reason: "Started", message: "Container started" },
  ].map((seen) => toEvent(about, seen));
  return life.fault.kind === "crash" && life.restarts > 0 ? [...normal, toEvent(about, backOff(context, life.restarts, kubelet))] : normal;
}

function backOff(context: Lived["context"], restarts: number, kubelet: { component: string; fieldPath: string }): Seen {
  const { container, podName, namespace, podUid, createdAt, secondMs, now } = context;
  const message = `Back-off restarting failed container ${container.name} in pod ${podName}_${namespace}(${podUid})`;
  return { ...kubelet, reason: "BackOff", message, type: "Warning", first: createdAt + 4 * secondMs, last: now, count: restarts + 3 };
}

/** Everything said about a pod and its replica set's making of it. */
export function podEvents(set: ReplicaSetRecord, pod: PodRecord, given: { context: RolloutContext; lives: readonly Lived[] }): readonly KubernetesObject[] {
  const { namespace } = given.context;
  const about: About = { apiVersion: "v1", kind: "Pod", name: pod.name, uid: pod.uid, namespace, host: pod.node };
  const created = toEvent(
    { apiVersion: "apps/v1", kind: "ReplicaSet", name: set.name, uid: set.uid, namespace },
    {
      reason: "SuccessfulCreate",
      message: `Created pod: ${pod.name}`,
      type: "Normal",
      first: pod.createdAt,
      last: pod.createdAt,
      count: 1,
      component: "replicaset-controller",
    },
  );
  return [scheduled(about, pod), created, ...given.lives.flatMap((lived) => containerEvents(about, lived))];
}
