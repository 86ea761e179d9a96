/** What the kubelet says of one container: of its image, its starts, its ends and its probes. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import type { Fault } from "./behaviour.ts";
import type { Life, LifeContext } from "./container-life.ts";
import { pullsOf } from "./tries.ts";
import { type About, type Seen, toEvent } from "./event-object.ts";
import type { Lived } from "./pod-object.ts";

/** Seconds between two looks of the kubelet at a container that it cannot start. */
const SYNC_SECONDS = 12;

/** Seconds between two probes, where a manifest says nothing. */
const PROBE_SECONDS = 10;

type Said = Pick<Seen, "reason" | "message" | "type" | "first" | "last" | "count">;

/** Everything said so far. */
export function containerEvents(about: About, { context, life }: Lived): readonly KubernetesObject[] {
  const kubelet = { component: "kubelet", fieldPath: `spec.containers{${context.container.name}}` };
  return saidOf(context, life).map((said) => toEvent(about, { ...kubelet, ...said }));
}

function saidOf(context: LifeContext, life: Life): readonly Said[] {
  switch (life.fault.kind) {
    case "pull":
      return [...pullEvents(context, life.fault), ...startEvents(context, life)];
    case "config":
      return configEvents(context, life.fault.message);
    case "crash":
      return [...startEvents(context, life), ...backOff(context, life)];
    case "killed":
      return [...startEvents(context, life), ...unhealthy(context, life, life.fault.message), ...killing(context, life), ...backOff(context, life)];
    case "unready":
      return [...startEvents(context, life), ...unhealthy(context, life, life.fault.message)];
    case "none":
      return startEvents(context, life);
  }
}

function pullEvents(context: LifeContext, { message, seconds = Infinity }: Extract<Fault, { kind: "pull" }>): readonly Said[] {
  const { createdAt, secondMs, container } = context;
  const now = Math.min(context.now, createdAt + seconds * secondMs);
  const { count, last, waiting } = pullsOf({ ...context, now });
  if (last === undefined) return [];
  const first = createdAt + secondMs;
  const pulls = { first, last, count };
  const waits = { first: first + secondMs, last: now, count: 1 + Math.floor((now - first) / (SYNC_SECONDS * secondMs)) };
  const tried: readonly Said[] = [
    { ...pulls, type: "Normal", reason: "Pulling", message: `Pulling image "${container.image}"` },
    { ...pulls, type: "Warning", reason: "Failed", message: `Failed to pull image "${container.image}": ${message}` },
    { ...pulls, type: "Warning", reason: "Failed", message: "Error: ErrImagePull" },
  ];
  if (count === 1 && !waiting) return tried;
  return [
    ...tried,
    { ...waits, type: "Normal", reason: "BackOff", message: `Back-off pulling image "${container.image}"` },
    { ...waits, type: "Warning", reason: "Failed", message: "Error: ImagePullBackOff" },
  ];
}

function present({ container }: LifeContext): Pick<Said, "type" | "reason" | "message"> {
  return { type: "Normal", reason: "Pulled", message: `Container image "${container.image}" already present on machine and can be accessed by the pod` };
}

function configEvents(context: LifeContext, message: string): readonly Said[] {
  const { createdAt, now, secondMs } = context;
  const times = { first: createdAt, last: now, count: 1 + Math.floor((now - createdAt) / (SYNC_SECONDS * secondMs)) };
  return [
    { ...times, ...present(context) },
    { ...times, type: "Warning", reason: "Failed", message: `Error: ${message}` },
  ];
}

function startEvents(context: LifeContext, life: Life): readonly Said[] {
  const last = life.runs.at(-1)?.startedAt;
  if (last === undefined) return [];
  const times = { first: context.createdAt + context.secondMs, last, count: life.restarts + 1 };
  return [
    { ...times, ...present(context) },
    { ...times, type: "Normal", reason: "Created", message: "Container created" },
    { ...times, type: "Normal", reason: "Started", message: "Container started" },
  ];
}

function killing({ container, createdAt, now }: LifeContext, { restarts, runs }: Life): readonly Said[] {
  const count = restarts + (runs.at(-1)?.finishedAt === undefined ? 0 : 1);
  if (count === 0) return [];
  const message = `Container ${container.name} failed liveness probe, will be restarted`;
  return [{ type: "Normal", reason: "Killing", message, first: createdAt, last: runs.at(-1)?.finishedAt ?? runs.at(-2)?.finishedAt ?? now, count }];
}

function backOff({ container, podName, namespace, podUid, createdAt, secondMs, now }: LifeContext, { restarts }: Life): readonly Said[] {
  if (restarts === 0) return [];
  const message = `Back-off restarting failed container ${container.name} in pod ${podName}_${namespace}(${podUid})`;
  return [{ type: "Warning", reason: "BackOff", message, first: createdAt + 4 * secondMs, last: now, count: restarts + 3 }];
}

function unhealthy({ now, secondMs }: LifeContext, life: Life, message: string): readonly Said[] {
  const run = life.runs.at(-1);
  if (run === undefined) return [];
  const first = run.startedAt;
  return [{ type: "Warning", reason: "Unhealthy", message, first, last: now, count: 1 + Math.floor((now - first) / (PROBE_SECONDS * secondMs)) }];
}
