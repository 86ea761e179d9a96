/** Pods that ended in Failed: evicted, refused by their node, pushed out, or by their own exit code. */
import { endWords } from "../crashing.ts";
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import { isReady, podsOf } from "../pods-of.ts";
import type { PodView } from "../pod-view.ts";
import type { ObjectRef } from "../../records/fields.ts";
import { conditionOf, instantAt, numberAt, refOf, textAt } from "../../records/read-object.ts";
import type { Snapshot } from "../snapshot.ts";

/** A pod that was replaced since and whose workload is well is told for this long: what pushed it out may come again. */
const RECENT_MS = 30 * 60_000;

/** Reasons of an admission that the kubelet refused: the scheduler saw the node otherwise, or nobody asked it. */
const REFUSED =
  /^(OutOf\w+|NodeAffinity|NodePorts|NodeName|NodeUnschedulable|UnexpectedAdmissionError|TopologyAffinityError|InvalidNodeInfo|Forbidden|\w*NotSupported|InvalidTaint\w*|AdmissionFailed|InsufficientResources?)$/;

/** A node that goes down in order, or was lost: its pods end, and are none of the workload's trouble. */
const NODE_SHUTDOWN = /^(Terminated|NodeShutdown|Shutdown|NodeLost)$/;

/** Conditions of a node by the words with which the kubelet evicts. */
const PRESSURES: readonly (readonly [words: RegExp, condition: string])[] = [
  [/ephemeral-storage|DiskPressure|inodes/i, "DiskPressure"],
  [/resource: memory|MemoryPressure/i, "MemoryPressure"],
  [/pids|PIDPressure/i, "PIDPressure"],
];

/** Finds failed pods that nobody replaced, and those that a node pushed out just now; pods of jobs are told by their job. */
export const findFailedPods: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) => {
    if (ownerKind(pod) === "Job") return [];
    if (pod.phase !== "Failed") return halfFailed(pod);
    const seen = describe(snapshot, pod);
    return seen && isTrouble(snapshot, pod, seen.since) ? [findingOf(pod.ref, seen)] : [];
  });

/** A container that failed beside others that go on: with restartPolicy Never nothing starts it again. */
function halfFailed(pod: PodView): ReturnType<Analyzer> {
  const failed = pod.phase === "Running" && pod.restarts === "Never" ? ownFailure(pod, "", undefined) : undefined;
  return failed && failed.evidence[0]?.[0] !== "status.phase" ? [findingOf(pod.ref, failed)] : [];
}

function ownerKind(pod: PodView): string | undefined {
  return pod.object.metadata.ownerReferences?.find((owner) => owner.controller === true)?.kind;
}

/** Controllers replace failed pods and leave them lying; what is left of a workload that is well again says nothing. */
function isTrouble(snapshot: Snapshot, pod: PodView, since: number | undefined): boolean {
  const kind = ownerKind(pod);
  if (kind === undefined || kind === "Node") return true;
  if (since !== undefined && snapshot.now - since < RECENT_MS) return true;
  const root = snapshot.get(snapshot.rootOf(pod.object));
  const wanted = numberAt(root, "spec", "replicas") ?? numberAt(root, "status", "desiredNumberScheduled") ?? 1;
  const others = root ? podsOf(snapshot, root).filter(isReady).length : siblings(snapshot, pod);
  return others < wanted;
}

/** Ready pods of the same owner, where the owner itself was not read. */
function siblings(snapshot: Snapshot, pod: PodView): number {
  const root = snapshot.rootOf(pod.object);
  return snapshot.pods.filter((other) => isReady(other) && snapshot.rootOf(other.object).name === root.name && other.ref.namespace === pod.ref.namespace)
    .length;
}

function describe(snapshot: Snapshot, pod: PodView): Seen | undefined {
  const reason = textAt(pod.object, "status", "reason") ?? "";
  const message = textAt(pod.object, "status", "message");
  if (NODE_SHUTDOWN.test(reason)) return undefined;
  const said = reason === "Evicted" ? evicted(snapshot, pod, message ?? "no reason given") : pushedOut(pod, reason, message);
  if (!said) return ownFailure(pod, reason, message);
  const evidence = [
    ["status.reason", reason],
    ["status.message", message],
    ["spec.nodeName", pod.nodeName],
  ] as const;
  return { ...said, evidence, since: endedAt(pod) };
}

function pushedOut(pod: PodView, reason: string, message = "no reason given"): Omit<Seen, "evidence"> | undefined {
  if (reason === "Preempting" || reason === "Preempted" || isPreempted(pod))
    return { category: "preempted", message: `Preempted: the pod had to make room for one of higher priority: ${message}` };
  if (reason === "DeadlineExceeded")
    return { category: "failed-pod", message: `DeadlineExceeded: the pod ran longer than its activeDeadlineSeconds: ${message}` };
  return REFUSED.test(reason) ? { category: "refused-by-node", message: `${reason}: node ${pod.nodeName ?? ""} refused the pod: ${message}` } : undefined;
}

function evicted(snapshot: Snapshot, pod: PodView, message: string): Omit<Seen, "evidence"> {
  const condition = PRESSURES.find(([words]) => words.test(message))?.[1];
  const isOwn = /exceed(s|ed)/.test(message);
  const node = snapshot.get({ kind: "Node", name: pod.nodeName ?? "" });
  const isStill = condition !== undefined && node !== undefined && textAt(conditionOf(node, condition), "status") === "True";
  const why = isOwn ? "it used more storage than it may" : `node ${pod.nodeName ?? ""} ran short${condition === undefined ? "" : ` (${condition})`}`;
  const blames: ObjectRef | undefined = isStill && !isOwn ? refOf(node) : undefined;
  return { category: "evicted", message: `Evicted: the kubelet threw the pod out, as ${why}: ${message}`, blames };
}

function isPreempted(pod: PodView): boolean {
  return textAt(conditionOf(pod.object, "DisruptionTarget"), "reason") === "PreemptionByScheduler";
}

function endedAt(pod: PodView): number | undefined {
  const ends = pod.containers.flatMap((container) => container.terminated?.finishedAt ?? []);
  const condition =
    instantAt(conditionOf(pod.object, "DisruptionTarget"), "lastTransitionTime") ?? instantAt(conditionOf(pod.object, "Ready"), "lastTransitionTime");
  return ends.length > 0 ? Math.max(...ends) : (condition ?? instantAt(pod.object, "status", "startTime") ?? pod.createdAt);
}

/** A pod that is not restarted and whose container failed. */
function ownFailure(pod: PodView, reason: string, message: string | undefined): Seen | undefined {
  const failed = pod.containers.find(
    (container) => container.role !== "ephemeral container" && container.terminated !== undefined && container.terminated.exitCode !== 0,
  );
  const end = failed?.terminated;
  const said = [reason, message].filter((text) => text !== undefined && text !== "").join(": ");
  if (!failed || !end)
    return { category: "failed-pod", message: `the pod has Failed: ${said || "no reason given"}`, evidence: [["status.phase", "Failed"]], since: endedAt(pod) };
  return {
    category: end.reason === "OOMKilled" ? "out-of-memory" : "failed-pod",
    message: `${end.reason || "Error"}: the pod fails: ${failed.role} ${failed.name} ended with ${endWords(end)}, and nothing starts it again${said === "" ? "" : ` (${said})`}`,
    evidence: [[`${failed.field}.state.terminated`, endWords(end)]],
    since: end.finishedAt ?? endedAt(pod),
  };
}
