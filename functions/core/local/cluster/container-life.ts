/** A container's life as a function of time: when it runs, ends, waits, and what its status says then (contracts 12.2). */
import { hashId } from "../../records/ids.ts";
import { pulledAfter, pullsOf, type Run, triesOf, type Tries } from "./tries.ts";
import { type Container, type Fault, faultOf, secondsOf, type Template } from "./behaviour.ts";

/** A real kubelet shows `CrashLoopBackOff` only while it waits longer than this; before, the state stays `terminated` (contracts 12.2). What it killed itself it shows at once. */
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
  const pulledAt = fault.kind === "pull" ? pulledAfter(fault.seconds, context) : createdAt;
  if (pulledAt === undefined || fault.kind === "config") return { fault, runs: [], restarts: 0, ready: false, readyAt: undefined, backoffSeconds: 0 };
  const startedAt = pulledAt + secondsOf(template, "start-after", 1) * secondMs;
  if (fault.kind === "crash") return { fault, ...restarting({ first: startedAt, lasts: secondsOf(template, "crash-after", 1), atOnce: 1 }, context) };
  if (fault.kind === "killed") return { fault, ...killedAgain({ first: startedAt, lasts: fault.lasts, atOnce: 2 }, context) };
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

function restarting(tries: Tries, context: LifeContext): Omit<Life, "fault"> {
  const { runs, count, backoffSeconds } = triesOf(tries, context);
  return { runs, restarts: Math.max(0, count - 1), ready: false, readyAt: undefined, backoffSeconds };
}

/** Without a readiness probe it counts as ready whenever it runs: a rollout goes on over it. */
function killedAgain(tries: Tries, context: LifeContext): Omit<Life, "fault"> {
  const life = restarting(tries, context);
  const hasReadiness = context.container.readinessProbe !== undefined;
  const runs = life.runs.at(-1)?.finishedAt === undefined && life.runs.length > 0;
  return { ...life, ready: runs && !hasReadiness, readyAt: hasReadiness ? undefined : tries.first };
}

/** RFC 3339 with whole seconds, as the API server writes times. */
export function apiTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function containerId(context: LifeContext, index: number): string {
  const id = `${hashId("container", context.podUid, context.container.name, index)}${hashId("container", context.podUid, index)}`;
  return `containerd://${id}`;
}

type Ended = Extract<Fault, { kind: "crash" | "killed" }>;

/** Who does not end when it is told to is killed: 128 + 9. */
const KILLED = 137;

function terminated(context: LifeContext, fault: Ended, at: { run: Run; index: number }): Record<string, unknown> {
  return {
    terminated: {
      containerID: containerId(context, at.index),
      exitCode: fault.kind === "crash" ? fault.exitCode : KILLED,
      finishedAt: apiTime(at.run.finishedAt ?? at.run.startedAt),
      reason: fault.kind === "crash" ? fault.reason : "Error",
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
  const last = life.runs.at(-1);
  if (fault.kind === "pull" && !last) return { state: { waiting: pullWait(context, fault.message) }, lastState: {} };
  if (fault.kind === "config") return { state: { waiting: { message: fault.message, reason: "CreateContainerConfigError" } }, lastState: {} };
  if (!last) return { state: { waiting: { reason: "ContainerCreating" } }, lastState: {} };
  if (fault.kind !== "crash" && fault.kind !== "killed") return { state: { running: { startedAt: apiTime(last.startedAt) } }, lastState: {} };
  const before = life.runs.at(-2);
  const previous = before ? terminated(context, fault, { run: before, index: life.restarts - 1 }) : {};
  if (last.finishedAt === undefined) return { state: { running: { startedAt: apiTime(last.startedAt) } }, lastState: previous };
  const now = terminated(context, fault, { run: last, index: life.restarts });
  const isShown = life.backoffSeconds > (fault.kind === "killed" ? 0 : SHOWN_BACKOFF_SECONDS);
  return isShown ? { state: { waiting: crashWait(context, life) }, lastState: now } : { state: now, lastState: previous };
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
