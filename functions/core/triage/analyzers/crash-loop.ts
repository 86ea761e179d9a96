/** Containers that end again and again, whatever the reason but memory. */
import { crashingSince, crashOf } from "../crashing.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";
import type { ContainerView, PodView, Termination } from "../pod-view.ts";
import type { Snapshot } from "../snapshot.ts";

/** Finds crash loops of containers and sidecars; init containers and out of memory have analyzers of their own. */
export const findCrashLoops: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) =>
    pod.containers.flatMap((container) => {
      const crash = container.init ? undefined : crashOf(pod, container, snapshot.now);
      if (!crash || crash.reason === "OOMKilled") return [];
      const probe = livenessFailure(snapshot, pod, container);
      return [
        findingOf(pod.ref, {
          category: "crash-loop",
          message: `container ${container.name} ${describe(crash, probe)}; it was restarted ${times(container.restartCount)}`,
          evidence: [
            [`${container.field}.restartCount`, container.restartCount],
            [`${container.field}.state.waiting.reason`, container.waiting?.reason],
            [`${container.field}.${container.terminated ? "state" : "lastState"}.terminated`, endOf(crash)],
            ["Event Unhealthy", probe],
          ],
          since: crashingSince(snapshot, pod, container),
        }),
      ];
    }),
  );

/** Writes how a run ended: `exit code 1 (Error): message`. */
export function endOf(crash: Termination): string {
  const reason = crash.reason === "" ? "" : ` (${crash.reason})`;
  return `exit code ${crash.exitCode}${reason}${crash.message === undefined ? "" : `: ${crash.message}`}`;
}

/** Writes a count as people say it. */
export function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

function describe(crash: Termination, probe: string | undefined): string {
  if (crash.reason === "StartError") return `cannot start: ${crash.message ?? "no reason given"}`;
  if (probe !== undefined) return `is killed by its liveness probe: ${probe}`;
  if (crash.exitCode === 0) return "ends at once with exit code 0, though it has to stay up";
  return `crashes with exit code ${crash.exitCode}`;
}

/** What the liveness probe last said; the kubelet kills with 137 or 143, as others do, so the Event is needed. */
function livenessFailure(snapshot: Snapshot, pod: PodView, container: ContainerView): string | undefined {
  const events = snapshot.eventsOf(pod.ref);
  const killed = events.some((event) => event.reason === "Killing" && event.message.includes(`ontainer ${container.name} failed liveness probe`));
  return killed ? events.filter((event) => event.reason === "Unhealthy" && event.message.startsWith("Liveness probe failed")).at(-1)?.message : undefined;
}
