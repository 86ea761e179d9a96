/** Pods that no node takes: the scheduler says why, node by node. */
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import { againstNode } from "../node-fit.ts";
import { eventsOfPod } from "../pod-events.ts";
import type { PodView } from "../pod-view.ts";
import { claimsOf } from "../references.ts";
import { conditionOf, instantAt, listAt, refOf, textAt } from "../../records/read-object.ts";
import { isNodesFault, nodeReasons, schedulingHints, withoutPreemption } from "../scheduling.ts";
import type { ObjectRef } from "../../records/fields.ts";
import type { Snapshot } from "../snapshot.ts";
import { strandedVolumeOf } from "../stranded-volume.ts";

/** A pod may wait this long for a claim to be bound. Room, labels and tolerations do not come by themselves. */
const WAITING_MS = 20_000;

/** What the scheduler says of claims. */
const CLAIM = /PersistentVolumeClaim|persistentvolumeclaim|persistent volume/;

/** No scheduler needs this long for a first look; a gate may be meant to stay for a while. */
const UNSEEN_MS = 2 * 60_000;
const GATED_MS = 10 * 60_000;

/** Gates of queues: their pods wait because that is what a queue is for. */
const QUEUE_GATE = /kueue|volcano|yunikorn/;

/** Nodes whose reasons are listed as evidence. */
const MAX_NODES = 10;

/** Finds pods that are bound to no node. */
export const findUnschedulable: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) => {
    if (pod.nodeName !== undefined || (pod.phase !== "Pending" && pod.phase !== "Unknown")) return [];
    const seen = pendingReason(snapshot, pod);
    return seen ? [findingOf(pod.ref, seen)] : [];
  });

function pendingReason(snapshot: Snapshot, pod: PodView): Seen | undefined {
  const condition = conditionOf(pod.object, "PodScheduled");
  const event = eventsOfPod(snapshot, pod).findLast((one) => one.reason === "FailedScheduling");
  const message = textAt(condition, "message") ?? event?.message;
  const since = instantAt(condition, "lastTransitionTime") ?? event?.firstAt ?? pod.createdAt;
  const waited = since === undefined ? Number.POSITIVE_INFINITY : snapshot.now - since;
  if (textAt(condition, "reason") === "SchedulingGated") return waited >= GATED_MS ? gated(pod, since) : undefined;
  if (message === undefined) return waited >= UNSEEN_MS ? unseen(pod, since) : undefined;
  return waited >= WAITING_MS || !CLAIM.test(message) ? unschedulable({ snapshot, pod, message, since }) : undefined;
}

interface Unscheduled {
  readonly snapshot: Snapshot;
  readonly pod: PodView;
  readonly message: string;
  readonly since: number | undefined;
}

function unschedulable({ snapshot, pod, message, since }: Unscheduled): Seen {
  const hints = schedulingHints(message);
  const claim = CLAIM.test(message) ? openClaim(snapshot, pod, message) : undefined;
  const stranded = message.includes("volume node affinity conflict") ? strandedVolumeOf(pod, snapshot) : undefined;
  const blames = claim?.ref ?? stranded ?? nodeAtFault(snapshot, message);
  const because = [...hints, ...(claim === undefined ? [] : [`the claim ${claim.name} ${claim.state}`])];
  const nodes = snapshot.ofKind("Node").slice(0, MAX_NODES);
  return {
    category: "unschedulable",
    message: `FailedScheduling: the pod fits on no node: ${withoutPreemption(message)}${because.length === 0 ? "" : ` (${because.join("; ")})`}`,
    evidence: [
      ["status.conditions[PodScheduled].message", message],
      ...nodes.map((node) => [`Node ${node.metadata.name}`, againstNode(snapshot, pod, node).join("; ")] as const),
    ],
    since,
    blames,
  };
}

/** The claim that keeps the pod from being scheduled: the one that is named, else one that is not bound, or is not there. */
function openClaim(snapshot: Snapshot, pod: PodView, message: string): { readonly name: string; readonly state: string; readonly ref?: ObjectRef } | undefined {
  const named = /persistentvolumeclaim "([^"]+)"/.exec(message)?.[1];
  const isRead = snapshot.ofKind("PersistentVolumeClaim").length > 0;
  for (const name of named === undefined ? claimsOf(pod.object) : [named]) {
    const ref = { kind: "PersistentVolumeClaim", name, ...(pod.ref.namespace !== undefined && { namespace: pod.ref.namespace }) };
    const claim = snapshot.get(ref);
    const phase = textAt(claim, "status", "phase");
    if (claim === undefined && (isRead || named !== undefined)) return { name, state: "is not there" };
    if (claim !== undefined && phase !== "Bound") return { name, state: `is ${phase ?? "Pending"}`, ref: refOf(claim) };
  }
  return undefined;
}

/** The node whose own state is all that speaks against the pod. */
function nodeAtFault(snapshot: Snapshot, message: string): ObjectRef | undefined {
  if (!isNodesFault(nodeReasons(message))) return undefined;
  const troubled = snapshot.ofKind("Node").find((node) => {
    const keys = listAt(node, "spec", "taints").map((taint) => textAt(taint, "key") ?? "");
    return keys.some((key) => key.startsWith("node.kubernetes.io/"));
  });
  return troubled && refOf(troubled);
}

function gated(pod: PodView, since: number | undefined): Seen | undefined {
  const gates = listAt(pod.object, "spec", "schedulingGates").map((gate) => textAt(gate, "name") ?? "");
  if (gates.some((gate) => QUEUE_GATE.test(gate))) return undefined;
  return {
    category: "unschedulable",
    message: `SchedulingGated: the pod waits, as nobody has removed its scheduling gate ${gates.join(", ")}`,
    evidence: [["spec.schedulingGates", gates.join(", ")]],
    since,
  };
}

function unseen(pod: PodView, since: number | undefined): Seen {
  const scheduler = textAt(pod.object, "spec", "schedulerName") ?? "default-scheduler";
  return {
    category: "unschedulable",
    message: `the pod is Pending, and no scheduler has looked at it: ${scheduler === "default-scheduler" ? "the scheduler does not run" : `its scheduler ${scheduler} does not exist or does not run`}`,
    evidence: [["spec.schedulerName", scheduler]],
    since,
  };
}
