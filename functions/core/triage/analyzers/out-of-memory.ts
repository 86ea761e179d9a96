/** Containers that the kernel kills because they go over their memory limit. */
import { crashingSince, crashOf, endOf, isOutOfMemory, times } from "../crashing.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";
import type { ContainerView, PodView, Termination } from "../pod-view.ts";
import type { Snapshot } from "../snapshot.ts";
import { textAt } from "../../records/read-object.ts";

/** A kill this recent is told though the container runs again: what it needs has not changed. */
const RECENT_MS = 60 * 60_000;

/** A kill that comes back after hours is told as long as this, when there were several. */
const RECURRING_MS = 6 * 60 * 60_000;
const RECURRING_RESTARTS = 3;

/** Finds containers that are `OOMKilled` again and again, or were just now. */
export const findOutOfMemory: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) =>
    pod.containers.flatMap((container) => {
      const crash = crashOf(pod, container, snapshot.now);
      const kill = crash ? (isOutOfMemory(snapshot, pod, container, crash) ? crash : undefined) : recentKill(snapshot, pod, container);
      if (!kill) return [];
      const limit = textAt(container.spec, "resources", "limits", "memory");
      const isSure = kill.reason === "OOMKilled";
      return [
        findingOf(pod.ref, {
          category: "out-of-memory",
          message: `OOMKilled: ${container.role} ${container.name} ${isSure ? "is killed because it needs" : "is killed with exit code 137, most likely as it needs"} more memory than ${limit === undefined ? "the node has for it; it has no limit" : `its limit of ${limit}`}; it was restarted ${times(container.restartCount)}${crash ? "" : " and runs again for now"}`,
          evidence: [
            [`${container.field}.${container.terminated ? "state" : "lastState"}.terminated`, endOf(kill)],
            [`${container.field}.restartCount`, container.restartCount],
            [`spec.containers[${container.name}].resources.limits.memory`, limit],
          ],
          since: crash ? crashingSince(snapshot, pod, container) : kill.finishedAt,
        }),
      ];
    }),
  );

/** The kernel's own word for a container that runs again; one from long ago is history. */
function recentKill(snapshot: Snapshot, pod: PodView, container: ContainerView): Termination | undefined {
  const { lastTerminated, runningSince, restartCount } = container;
  if (lastTerminated?.reason !== "OOMKilled" || runningSince === undefined || lastTerminated.finishedAt === undefined) return undefined;
  const ago = snapshot.now - lastTerminated.finishedAt;
  const interval = (snapshot.now - (pod.createdAt ?? snapshot.now)) / Math.max(1, restartCount);
  const recurs = restartCount >= RECURRING_RESTARTS && ago < Math.min(RECURRING_MS, 2 * interval);
  return ago < RECENT_MS || recurs ? lastTerminated : undefined;
}
