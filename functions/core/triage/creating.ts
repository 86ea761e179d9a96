/** Pods between the scheduler and their first container: the status says `ContainerCreating` and no more. */
import type { PodView } from "./pod-view.ts";

const CREATING = new Set(["ContainerCreating", "PodInitializing"]);

/** Tells whether a pod is bound to a node and none of its containers has been made. */
export function isCreating(pod: PodView): boolean {
  if (pod.phase !== "Pending" || pod.containers.length === 0) return false;
  return pod.containers.every(({ waiting, restartCount }) => waiting !== undefined && CREATING.has(waiting.reason) && restartCount === 0);
}

/** A large image over a home line takes minutes; this long is no pull any more. */
export const STUCK_MS = 10 * 60_000;

/** Tells whether a pod is still on its way up: its containers are being made, and not for long. */
export function isStarting(pod: PodView, now: number): boolean {
  return isCreating(pod) && pod.createdAt !== undefined && now - pod.createdAt < STUCK_MS;
}
