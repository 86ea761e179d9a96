/** The remedy for a container that the kernel kills at its memory limit: a higher limit, within what a node has (design 7.1). */
import type { Cause } from "../../records/finding.ts";
import { formatObject } from "../../records/fields.ts";
import { parseQuantity } from "../../records/quantity.ts";
import { isSameObject, listAt, numberAt, textAt, valueAt } from "../../records/read-object.ts";
import { cutText } from "../finding-of.ts";
import { againstNamespace } from "../namespace-limits.ts";
import { viewPod } from "../pod-view.ts";
import type { Snapshot } from "../snapshot.ts";
import { short } from "./deploy-history.ts";
import { memoryQuantity, raisedSize } from "./memory-size.ts";
import { largestRoom } from "../node-room.ts";
import type { FieldProposal, Refusal } from "./remedied.ts";
import { containerField, type Troubled, troubledContainers } from "./troubled.ts";

/** A limit that was raised so often within `RAISES_DAYS` and is not enough again looks like a leak. */
const MAX_RAISES = 2;
export const RAISES_DAYS = 30;

/** A commit that raised the limit. */
export interface Raise {
  readonly commit: string;
  readonly from: string;
  readonly to: string;
}

export interface MemoryInput {
  readonly cause: Cause;
  readonly snapshot: Snapshot;
  /** Raises of this very limit within `RAISES_DAYS`, newest first. */
  readonly raises: readonly Raise[];
}

/** The container that is killed for memory, and only one: two of them may share what they need. */
export function killedForMemory(snapshot: Snapshot, cause: Cause): Troubled | Refusal {
  const [only, ...others] = troubledContainers(snapshot, cause, isKilledForMemory);
  if (!only) return { refusal: `which container of ${formatObject(cause.object)} is killed for memory cannot be seen any more` };
  const names = [only, ...others].map(({ container }) => container.name).join(" and ");
  return others.length === 0 ? only : { refusal: `${names} of ${formatObject(cause.object)} are killed for memory, and I raise one limit at a time` };
}

/** Only by the kernel's own word: exit code 137 alone may be any kill. */
function isKilledForMemory({ container }: Troubled): boolean {
  return [container.terminated, container.lastTerminated].some((end) => end?.reason === "OOMKilled");
}

/** Half as much again, if a node has room for it; in words why not where the limit is not the trouble, or was raised twice already. */
export function raiseMemory({ cause, snapshot, raises }: MemoryInput): FieldProposal {
  const killed = killedForMemory(snapshot, cause);
  if ("refusal" in killed) return killed;
  const { pod, container } = killed;
  const limit: unknown = valueAt(container.spec, "resources", "limits", "memory");
  const [bytes, field] = [parseQuantity(limit), containerField(cause.object.kind, container, ["resources", "limits", "memory"])];
  if (limit === undefined) return neverLimited(container.name);
  if (bytes === undefined || field === undefined || !(typeof limit === "string" || typeof limit === "number"))
    return { refusal: `the memory limit of container ${container.name} of ${formatObject(cause.object)} cannot be read` };
  if (raises.length >= MAX_RAISES) return raisedOften(container.name, raises);
  const [target, room] = [raisedSize(bytes), largestRoom(snapshot, pod, cause.object)];
  if (!room || target > room.free) return noRoom({ container: container.name, limit: String(limit), target: memoryQuantity(target) }, room);
  const forbidden = againstTarget(snapshot, cause, { killed, target: memoryQuantity(target) });
  if (forbidden !== undefined) return forbidden;
  const because = `Container ${container.name} was killed at its limit of ${limit}. ${memoryQuantity(target)} is half as much again, and node ${room.node}, the largest that can take the pod, has ${amount(room.free)} that nothing requests. Whether it leaks I cannot tell from one moment: after two raises in ${RAISES_DAYS} days I propose no more.`;
  return { edit: { object: cause.object, field, from: limit, to: memoryQuantity(target) }, because: cutText(because, 512) };
}

/** What the namespace itself has against it: a limit above its LimitRange makes pods that are refused, which is worse than one that crashes. */
function againstTarget(snapshot: Snapshot, { object }: Cause, { killed, target }: { killed: Troubled; target: string }): Refusal | undefined {
  const workload = snapshot.get(object) ?? killed.pod.object;
  const running = snapshot.pods.filter(({ object: pod }) => isSameObject(snapshot.rootOf(pod), object)).length;
  const raised = (container: unknown): unknown =>
    textAt(container, "name") === killed.container.name
      ? {
          ...Object(container),
          resources: { ...Object(valueAt(container, "resources")), limits: { ...Object(valueAt(container, "resources", "limits")), memory: target } },
        }
      : container;
  const spec = Object(killed.pod.object["spec"]) as Record<string, unknown>;
  const pod = viewPod({
    ...killed.pod.object,
    spec: { ...spec, containers: listAt(spec, "containers").map(raised), initContainers: listAt(spec, "initContainers").map(raised) },
  });
  const replicas = numberAt(workload, "spec", "replicas") ?? Math.max(1, running);
  const [first] = againstNamespace(snapshot, { workload, pod, replicas });
  if (first === undefined) return undefined;
  return {
    refusal: cutText(`container ${killed.container.name} needs more than its limit, and its namespace does not allow ${target}: ${first}`, 512),
    decide: `Whether the namespace may have more, or ${killed.container.name} has to do with less.`,
  };
}

function neverLimited(name: string): Refusal {
  return {
    refusal: `container ${name} has no memory limit, so there is none to raise: it was killed because its node ran out of memory`,
    decide: `How much memory ${name} may have, and whether something else has to leave its node.`,
  };
}

function raisedOften(name: string, raises: readonly Raise[]): Refusal {
  const told = raises.map(({ commit, from, to }) => `${from} to ${to} in ${short(commit)}`).join(", ");
  return {
    refusal: cutText(
      `the memory limit of container ${name} was raised ${raises.length === 2 ? "twice" : `${raises.length} times`} within ${RAISES_DAYS} days (${told}), and it is not enough again: that looks like a leak, which no limit mends`,
      512,
    ),
    decide: `Whether ${name} leaks (how its memory grows over time shows it), or really needs more than that.`,
  };
}

function noRoom({ container, limit, target }: { container: string; limit: string; target: string }, room: Room | undefined): Refusal {
  const why = room
    ? `node ${room.node}, the largest that can take the pod, has ${amount(room.free)} that nothing requests`
    : "no node that is ready can take the pod";
  return {
    refusal: `container ${container} needs more than its limit of ${limit}, and no node has room for ${target}: ${why}`,
    decide: `What may give up memory for ${container}: another app's requests, or a smaller job for ${container} itself.`,
  };
}

type Room = NonNullable<ReturnType<typeof largestRoom>>;

function amount(bytes: number): string {
  const mi = Math.max(0, bytes) / 1024 ** 2;
  return mi >= 1024 ? `${Math.floor((mi / 1024) * 10) / 10}Gi` : `${Math.floor(mi)}Mi`;
}
