/** Init containers that do not get through, so that the pod never starts. */
import { couldNotStart, crashingSince, crashOf, endOf, endWords, isOutOfMemory, times } from "../crashing.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";
import { logsOf, tellingLine } from "../log-line.ts";
import type { ContainerView, PodView } from "../pod-view.ts";
import type { Snapshot } from "../snapshot.ts";
import type { Finding } from "../../records/finding.ts";
import { isWrongArchitecture } from "../wrong-architecture.ts";

/** An init container that runs this long waits for something that does not come. */
const STUCK_MS = 5 * 60_000;

/** Finds init containers that fail again and again or never end, but for those out of memory or of another architecture. */
export const findFailingInit: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) =>
    pod.containers.flatMap((container) => {
      if (!container.init) return [];
      return [...failing(snapshot, pod, container), ...endless(snapshot, pod, container)];
    }),
  );

function failing(snapshot: Snapshot, pod: PodView, container: ContainerView): readonly Finding[] {
  const crash = crashOf(pod, container, snapshot.now);
  if (!crash || isOutOfMemory(snapshot, pod, container, crash) || isWrongArchitecture(snapshot, pod, container, crash)) return [];
  const line = tellingLine(logsOf(snapshot, pod, container.name));
  const how = couldNotStart(crash) ? `cannot start (${crash.reason}): ${crash.message ?? "no reason given"}` : `fails with ${endWords(crash)}`;
  return [
    findingOf(pod.ref, {
      category: "init-failing",
      message: `Init:CrashLoopBackOff: init container ${container.name} ${how}, so the pod does not start; it was restarted ${times(container.restartCount)}${line === undefined ? "" : `; its log says: ${line}`}`,
      evidence: [
        [`${container.field}.restartCount`, container.restartCount],
        [`${container.field}.${container.terminated ? "state" : "lastState"}.terminated`, endOf(crash)],
        ["log", line],
      ],
      since: crashingSince(snapshot, pod, container),
    }),
  ];
}

function endless(snapshot: Snapshot, pod: PodView, container: ContainerView): readonly Finding[] {
  const { runningSince } = container;
  const isStuck = pod.phase === "Pending" && runningSince !== undefined && snapshot.now - runningSince >= STUCK_MS;
  if (!isStuck || crashOf(pod, container, snapshot.now)) return [];
  const line = tellingLine(snapshot.logOf(pod.ref, container.name, { previous: false }) ?? "");
  const minutes = Math.floor((snapshot.now - runningSince) / 60_000);
  return [
    findingOf(pod.ref, {
      category: "init-failing",
      message: `init container ${container.name} has run for ${minutes} minutes without ending (Init, PodInitializing), so the pod does not start: it waits for something${line === undefined ? "" : `; its log says: ${line}`}`,
      evidence: [
        [`${container.field}.state.running.startedAt`, new Date(runningSince).toISOString()],
        ["log", line],
      ],
      since: runningSince,
    }),
  ];
}
