/** A container's life as a function of time: when it runs, ends, waits, and what its status says then (contracts 12.2). */
import { hashId } from "../../records/ids.ts";
import { type Container, type Fault, faultOf, secondsOf, type Template } from "./behaviour.ts";

/** The kubelet's back-off: 10 s, doubled, at most five minutes. */
const BACKOFF_SECONDS = 10;
const BACKOFF_MAX_SECONDS = 300;

/** A real kubelet shows `CrashLoopBackOff` only while it waits longer than this; before, the state stays `terminated` (contracts 12.2). */
const SHOWN_BACKOFF_SECONDS = 60;

export interface LifeContext {
  readonly template: Template;
  readonly container: Container;
  readonly podUid: string;
  readonly podName: string;
  readonly namespace: string;
  /** Version of the workload's database, where one was left behind. */
  readonly schema: string | undefined;
  /** When the pod was bound to its node, ms. */
  readonly createdAt: number;
  readonly now: number;
  /** Milliseconds that a second of the cluster lasts. */
  readonly secondMs: number;
}

export interface Run {
  readonly startedAt: number;
  readonly finishedAt: number | undefined;
}

export interface Life {
  readonly fault: Fault;
  /** Runs that have begun, oldest first; for a crash loop only the last few are kept. */
  readonly runs: readonly Run[];
  readonly restarts: number;
  readonly ready: boolean;
  /** When it became ready; undefined = not yet, or never. */
  readonly readyAt: number | undefined;
  /** Seconds of the back-off that is waited for now. */
  readonly backoffSeconds: number;
}

/** How the container has lived until now. */
export function lifeOf(context: LifeContext): Life {
  const { template, container, createdAt, now, secondMs } = context;
  const fault = faultOf(template, container, context.schema);
  const startedAt = createdAt + secondsOf(template, "start-after", 1) * secondMs;
  if (fault.kind === "pull" || fault.kind === "config") return { fault, runs: [], restarts: 0, ready: false, readyAt: undefined, backoffSeconds: 0 };
  if (fault.kind === "crash") return { fault, ...crashLoop(startedAt, context) };
  const running = now >= startedAt;
  const readyAt = fault.kind === "unready" ? undefined : startedAt + secondMs;
  return {
    fault,
    runs: running ? [{ startedAt, finishedAt: undefined }] : [],
    restarts: 0,
    ready: readyAt !== undefined && now >= readyAt,
    readyAt,
    backoffSeconds: 0,
  };
}

function crashLoop(firstStart: number, { template, now, secondMs }: LifeContext): Omit<Life, "fault"> {
  const runMs = secondsOf(template, "crash-after", 1) * secondMs;
  let runs: Run[] = [];
  let start = firstStart;
  let count = 0;
  let backoff = 0;
  while (start <= now) {
    const end = start + runMs;
    runs = [...runs, { startedAt: start, finishedAt: end <= now ? end : undefined }].slice(-2);
    count += 1;
    backoff = Math.min(BACKOFF_SECONDS * 2 ** Math.min(count - 1, 10), BACKOFF_MAX_SECONDS);
    start = end + backoff * secondMs;
  }
  return { runs, restarts: Math.max(0, count - 1), ready: false, readyAt: undefined, backoffSeconds: backoff };
}

/** RFC 3339 with whole seconds, as the API server writes times. */
export function apiTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function containerId(context: LifeContext, index: number): string {
  const id = `${hashId("container", context.podUid, context.container.name, index)}${hashId("container", context.podUid, index)}`;
  return `containerd://${id}`;
}

function terminated(context: LifeContext, fault: Extract<Fault, { kind: "crash" }>, at: { run: Run; index: number }): Record<string, unknown> {
  return {
    terminated: {
      containerID: containerId(context, at.index),
      exitCode: fault.exitCode,
      finishedAt: apiTime(at.run.finishedAt ?? at.run.startedAt),
      reason: fault.reason,
      startedAt: apiTime(at.run.startedAt),
    },
  };
}

interface States {
  readonly state: Record<string, unknown>;
  readonly lastState: Record<string, unknown>;
}

/** `state` and `lastState` as a kubelet writes them. */
export function statesOf(context: LifeContext, life: Life): States {
  const { fault } = life;
  if (fault.kind === "pull") return { state: { waiting: pullWait(context) }, lastState: {} };
  if (fault.kind === "config") return { state: { waiting: { message: fault.message, reason: "CreateContainerConfigError" } }, lastState: {} };
  const last = life.runs.at(-1);
  if (!last) return { state: { waiting: { reason: "ContainerCreating" } }, lastState: {} };
  const before = life.runs.at(-2);
  const previous = before && fault.kind === "crash" ? terminated(context, fault, { run: before, index: life.restarts - 1 }) : {};
  if (last.finishedAt === undefined || fault.kind !== "crash") return { state: { running: { startedAt: apiTime(last.startedAt) } }, lastState: previous };
  const now = terminated(context, fault, { run: last, index: life.restarts });
  if (life.backoffSeconds <= SHOWN_BACKOFF_SECONDS) return { state: now, lastState: previous };
  return { state: { waiting: crashWait(context, life) }, lastState: now };
}

function crashWait({ container, podName, namespace, podUid }: LifeContext, life: Life): Record<string, string> {
  const seconds = life.backoffSeconds;
  const duration = seconds >= 60 ? `${Math.floor(seconds / 60)}m${seconds % 60}s` : `${seconds}s`;
  return { message: `back-off ${duration} restarting failed container=${container.name} pod=${podName}_${namespace}(${podUid})`, reason: "CrashLoopBackOff" };
}

function pullWait({ container, createdAt, now, secondMs }: LifeContext): Record<string, string> {
  const backingOff = Math.floor((now - createdAt) / (10 * secondMs)) % 2 === 1;
  if (backingOff)
    return {
      message: `Back-off pulling image "${container.image}": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "${container.image}": not found`,
      reason: "ImagePullBackOff",
    };
  return {
    message: `rpc error: code = NotFound desc = failed to pull and unpack image "${container.image}": failed to resolve reference "${container.image}": not found`,
    reason: "ErrImagePull",
  };
}

/** The whole container status. */
export function containerStatus(context: LifeContext, life: Life): Record<string, unknown> {
  const { container } = context;
  const begun = life.runs.length > 0;
  const running = begun && life.runs.at(-1)?.finishedAt === undefined;
  return {
    ...(begun && { containerID: containerId(context, life.restarts) }),
    image: container.image,
    imageID: begun ? `sha256:${hashId("image", container.image)}${hashId("image", container.image, 2)}` : "",
    ...(begun && { resources: {} }),
    ...statesOrder(statesOf(context, life)),
    name: container.name,
    ready: life.ready,
    restartCount: life.restarts,
    started: running && life.fault.kind !== "crash",
  };
}

function statesOrder({ state, lastState }: States): Record<string, unknown> {
  return { lastState, state };
}
