/** A pod as the analyzers look at it: containers with their state, out of status and spec. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import type { ObjectRef } from "../records/fields.ts";
import { booleanAt, instantAt, listAt, numberAt, refOf, textAt, valueAt } from "../records/read-object.ts";

/** The end of one run of a container. */
export interface Termination {
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string | undefined;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
}

/** A sidecar stands among the init containers and stays up; an ephemeral container is somebody's debugging session. */
export type ContainerRole = "container" | "init container" | "sidecar container" | "ephemeral container";

export interface ContainerView {
  readonly name: string;
  readonly role: ContainerRole;
  /** True for an init container that has to end; a sidecar (`restartPolicy: Always`) counts as a container. */
  readonly init: boolean;
  readonly image: string;
  readonly ready: boolean;
  /** False until the startup probe has passed; undefined where the kubelet did not say. */
  readonly started: boolean | undefined;
  readonly restartCount: number;
  readonly waiting: { readonly reason: string; readonly message: string | undefined } | undefined;
  /** When the running process started; undefined when none runs. */
  readonly runningSince: number | undefined;
  readonly terminated: Termination | undefined;
  readonly lastTerminated: Termination | undefined;
  /** Where the status stands in the object, for evidence: `status.containerStatuses[0]`. */
  readonly field: string;
  /** The container in the spec. */
  readonly spec: unknown;
}

export interface PodView {
  readonly object: KubernetesObject;
  readonly ref: ObjectRef;
  /** Empty for a manifest that no cluster has seen. */
  readonly phase: string;
  /** Containers that started are started again when they end, whatever their exit code. */
  readonly restarts: "Always" | "OnFailure" | "Never";
  readonly createdAt: number | undefined;
  /** The node that it was bound to; undefined before that. */
  readonly nodeName: string | undefined;
  readonly containers: readonly ContainerView[];
}

/** Reads a pod. */
export function viewPod(object: KubernetesObject): PodView {
  const policy = textAt(object, "spec", "restartPolicy");
  return {
    object,
    ref: refOf(object),
    phase: textAt(object, "status", "phase") ?? "",
    restarts: policy === "Never" || policy === "OnFailure" ? policy : "Always",
    createdAt: instantAt(object, "metadata", "creationTimestamp"),
    nodeName: textAt(object, "spec", "nodeName"),
    containers: LISTS.flatMap(([specField, statusField]) => viewContainers(object, specField, statusField)),
  };
}

/** Where the three lists of containers stand in spec and status, in the order in which they start. */
const LISTS = [
  ["initContainers", "initContainerStatuses"],
  ["containers", "containerStatuses"],
  ["ephemeralContainers", "ephemeralContainerStatuses"],
] as const;

function viewContainers(object: KubernetesObject, specField: string, statusField: string): ContainerView[] {
  const specs = listAt(object, "spec", specField);
  return listAt(object, "status", statusField).flatMap((status, index) => {
    const name = textAt(status, "name");
    const spec = specs.find((item) => textAt(item, "name") === name);
    const role = roleOf(specField, spec);
    return name === undefined ? [] : [viewContainer(status, { name, spec, role, init: role === "init container", field: `status.${statusField}[${index}]` })];
  });
}

function roleOf(specField: string, spec: unknown): ContainerRole {
  if (specField === "ephemeralContainers") return "ephemeral container";
  if (specField === "containers") return "container";
  return textAt(spec, "restartPolicy") === "Always" ? "sidecar container" : "init container";
}

function viewContainer(status: unknown, known: Pick<ContainerView, "name" | "spec" | "role" | "init" | "field">): ContainerView {
  const reason = textAt(status, "state", "waiting", "reason");
  return {
    ...known,
    image: textAt(known.spec, "image") ?? textAt(status, "image") ?? "",
    ready: valueAt(status, "ready") === true,
    started: booleanAt(status, "started"),
    restartCount: numberAt(status, "restartCount") ?? 0,
    waiting: reason === undefined ? undefined : { reason, message: textAt(status, "state", "waiting", "message") },
    runningSince: instantAt(status, "state", "running", "startedAt"),
    terminated: viewTermination(valueAt(status, "state", "terminated")),
    lastTerminated: viewTermination(valueAt(status, "lastState", "terminated")),
  };
}

function viewTermination(value: unknown): Termination | undefined {
  const exitCode = numberAt(value, "exitCode");
  if (exitCode === undefined) return undefined;
  return {
    exitCode,
    reason: textAt(value, "reason") ?? "",
    message: textAt(value, "message"),
    startedAt: instantAt(value, "startedAt"),
    finishedAt: instantAt(value, "finishedAt"),
  };
}
