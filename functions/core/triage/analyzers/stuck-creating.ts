/** Pods that a node has taken and does not start: no sandbox, no network, or nobody there. */
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import { isCreating, STUCK_MS } from "../creating.ts";
import { nodeDown } from "../node-down.ts";
import { eventsOfPod, standingEvents } from "../pod-events.ts";
import type { PodView } from "../pod-view.ts";
import { conditionOf, instantAt } from "../../records/read-object.ts";
import type { Snapshot } from "../snapshot.ts";

const SANDBOX = new Set(["FailedCreatePodSandBox", "NetworkNotReady", "FailedPodSandBoxStatus"]);
const VOLUMES = new Set(["FailedMount", "FailedAttachVolume", "FailedMapVolume"]);

/** The kubelet of a live node takes up a pod within this. */
const UNSEEN_MS = 2 * 60_000;

const MEANINGS: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [/no IP addresses available|failed to allocate for range|no more IPs/i, "the node has no free pod addresses"],
  [/cni plugin not initialized|no networks found|subnet\.env|cni config uninitialized|NetworkPluginNotReady/i, "the node's network plugin (CNI) is not ready"],
  [/failed to find plugin/, "a CNI plugin is missing on the node"],
  [/no runtime for|RuntimeHandler/i, "the node does not have the runtime that the pod's RuntimeClass asks for"],
  [/pause|sandbox image/i, "the pause image cannot be pulled"],
  [/setup network|cni/i, "the node's network plugin (CNI) cannot connect the pod"],
];

/** Finds pods without a sandbox, and those that stay in ContainerCreating or Pending on a node without a word. */
export const findStuckCreating: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) => {
    const seen = sandbox(snapshot, pod) ?? silent(snapshot, pod);
    return seen ? [findingOf(pod.ref, seen)] : [];
  });

function sandbox(snapshot: Snapshot, pod: PodView): Seen | undefined {
  if (pod.phase === "Succeeded" || pod.phase === "Failed" || pod.containers.some(({ runningSince }) => runningSince !== undefined)) return undefined;
  const failures = standingEvents(snapshot, pod, SANDBOX);
  const last = failures.at(-1);
  if (!last) return undefined;
  const meaning = MEANINGS.find(([pattern]) => pattern.test(last.message))?.[1];
  return {
    category: "sandbox-failed",
    message: `${last.reason}: the node ${pod.nodeName ?? ""} cannot make the pod's sandbox, so it stays in ContainerCreating${meaning === undefined ? "" : `: ${meaning}`}: ${last.message}`,
    evidence: [
      [`Event ${last.reason}`, last.message],
      ["spec.nodeName", pod.nodeName],
    ],
    since: failures[0]?.firstAt,
  };
}

function silent(snapshot: Snapshot, pod: PodView): Seen | undefined {
  if (pod.nodeName === undefined || !isWaitingForNode(snapshot, pod)) return undefined;
  const since = instantAt(conditionOf(pod.object, "PodScheduled"), "lastTransitionTime") ?? pod.createdAt;
  const waited = since === undefined ? 0 : snapshot.now - since;
  const down = nodeDown(snapshot, pod.nodeName);
  const isUnseen = pod.containers.length === 0;
  if (waited < (isUnseen || down ? UNSEEN_MS : STUCK_MS)) return undefined;
  const pulling = pullUnderWay(snapshot, pod);
  const words = pulling === undefined ? "the node's kubelet says nothing about it" : `its last word: ${pulling}`;
  return {
    category: "stuck-creating",
    message: `the pod stays in ${isUnseen ? "Pending" : "ContainerCreating"} on node ${pod.nodeName} for ${Math.floor(waited / 60_000)} minutes: ${down?.words ?? words}`,
    evidence: [
      ["spec.nodeName", pod.nodeName],
      ["Event Pulling", pulling],
    ],
    since,
    blames: down?.ref,
  };
}

function isWaitingForNode(snapshot: Snapshot, pod: PodView): boolean {
  const isWaiting = pod.phase === "Pending" && (pod.containers.length === 0 || isCreating(pod));
  return isWaiting && standingEvents(snapshot, pod, VOLUMES).length === 0;
}

function pullUnderWay(snapshot: Snapshot, pod: PodView): string | undefined {
  const last = eventsOfPod(snapshot, pod).findLast((event) => event.reason === "Pulling" || event.reason === "Pulled");
  return last?.reason === "Pulling" ? last.message : undefined;
}
