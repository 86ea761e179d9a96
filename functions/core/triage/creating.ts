/** Pods between the scheduler and their first container: the status says `ContainerCreating` and no more. */
import type { PodView } from "./pod-view.ts";

const CREATING = new Set(["ContainerCreating", "PodInitializing"]);

/** Tells whether a pod is bound to a node and none of its containers has been made. */
export function isCreating(pod: PodView): boolean {
  if (pod.phase !== "Pending" || pod.containers.some(({ terminated, runningSince }) => terminated ?? runningSince)) return false;
  return pod.containers.some((container) => container.waiting !== undefined && CREATING.has(container.waiting.reason));
}
