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

function crashLoop(firstStart: number, context: LifeContext): Omit<Life, "fault"> {
  const { runs, count, backoffSeconds } = triesOf({ first: firstStart, lasts: secondsOf(context.template, "crash-after", 1), atOnce: 1 }, context);
  return { runs, restarts: Math.max(0, count - 1), ready: false, readyAt: undefined, backoffSeconds };
}

interface Tries {
  readonly first: number;
  /** Seconds from a try to its failure. */
  readonly lasts: number;
  /** How many of the first failures are followed by another try without a wait. */
  readonly atOnce: number;
}

/** How often something that always fails has been tried until now, with the kubelet's waits between; the last two tries are kept. */
function triesOf({ first, lasts, atOnce }: Tries, { now, secondMs }: LifeContext): { runs: readonly Run[]; count: number; backoffSeconds: number } {
  let runs: Run[] = [];
  let start = first;
  let count = 0;
  let backoffSeconds = 0;
  while (start <= now) {
    const end = start + lasts * secondMs;
    runs = [...runs, { startedAt: start, finishedAt: end <= now ? end : undefined }].slice(-2);
    count += 1;
    const waits = count - atOnce;
    backoffSeconds = waits < 1 ? 0 : Math.min(BACKOFF_SECONDS * 2 ** Math.min(waits - 1, 10), BACKOFF_MAX_SECONDS);
    start = end + backoffSeconds * secondMs;
  }
  return { runs, count, backoffSeconds };
}

/** The pulls of an image that cannot be pulled: how many, the last one's time, and whether the kubelet waits before the next. */
export function pullsOf(context: LifeContext): { readonly count: number; readonly last: number | undefined; readonly waiting: boolean } {
  const { runs, count } = triesOf({ first: context.createdAt + context.secondMs, lasts: 0, atOnce: 0 }, context);
  const last = runs.at(-1)?.startedAt;
  return { count, last, waiting: last !== undefined && context.now > last + context.secondMs };
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
  if (fault.kind === "pull") return { state: { waiting: pullWait(context, fault.message) }, lastState: {} };
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

function pullWait(context: LifeContext, message: string): Record<string, string> {
  if (!pullsOf(context).waiting) return { message, reason: "ErrImagePull" };
  return { message: `Back-off pulling image "${context.container.image}": ErrImagePull: ${message}`, reason: "ImagePullBackOff" };
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
    ...(begun && { resources: container.resources ?? {}, ...(container.resources?.requests && { allocatedResources: container.resources.requests }) }),
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
