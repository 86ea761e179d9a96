/** When a container counts as crashing: shared by the analyzers that tell crashes apart by their reason. */
import type { ContainerView, PodView, Termination } from "./pod-view.ts";
import type { Snapshot } from "./snapshot.ts";

/** A container that ran this long since its last crash is taken as well again. The kubelet forgets its back-off after ten minutes. */
const RECOVERED_MS = 5 * 60_000;

/** Restarts from which on a running container between two crashes is called crashing. */
const MIN_RESTARTS = 2;

/**
 * The run that shows a container crashing, or undefined where it does not. A real kubelet mostly shows `Error` instead of
 * `CrashLoopBackOff` (contracts 12.2), so the ends of runs decide.
 */
export function crashOf(pod: PodView, container: ContainerView, now: number): Termination | undefined {
  if (pod.phase === "Succeeded" || pod.phase === "Failed" || pod.restarts === "Never") return undefined;
  const { terminated, lastTerminated } = container;
  if (container.waiting?.reason === "CrashLoopBackOff")
    return lastTerminated ?? { exitCode: 0, reason: "", message: undefined, startedAt: undefined, finishedAt: undefined };
  if (terminated) return container.restartCount >= 1 && isFailure(pod, container, terminated) ? terminated : undefined;
  if (container.runningSince === undefined || container.restartCount < MIN_RESTARTS || !lastTerminated) return undefined;
  const recovered = now - container.runningSince >= RECOVERED_MS;
  return !recovered && isFailure(pod, container, lastTerminated) ? lastTerminated : undefined;
}

/** An exit with 0 is a failure too where the container has to stay up. */
function isFailure(pod: PodView, container: ContainerView, termination: Termination): boolean {
  return termination.exitCode !== 0 || (pod.restarts === "Always" && !container.init);
}

/** Since when a pod is in trouble: its first back-off where Events still know it, else its creation. */
export function crashingSince(snapshot: Snapshot, pod: PodView, container: ContainerView): number | undefined {
  const backOffs = snapshot.eventsOf(pod.ref).filter((event) => event.reason === "BackOff" && event.message.includes(` ${container.name} `));
  return backOffs[0]?.firstAt ?? pod.createdAt;
}
