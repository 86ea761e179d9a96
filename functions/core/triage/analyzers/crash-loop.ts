/** Containers that end again and again, or cannot be started, whatever the reason but memory and the wrong architecture. */
import { couldNotStart, crashingSince, crashOf, endOf, endWords, isOutOfMemory, probeKill, times } from "../crashing.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";
import { logsOf, tellingLine } from "../log-line.ts";
import type { ContainerView, PodView, Termination } from "../pod-view.ts";
import { portHint } from "../probes.ts";
import { isWrongArchitecture } from "../wrong-architecture.ts";

/** Finds crash loops of containers and sidecars; init containers and out of memory have analyzers of their own. */
export const findCrashLoops: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) =>
    pod.containers.flatMap((container) => {
      const crash = container.init ? undefined : crashOf(pod, container, snapshot.now);
      if (!crash || isOutOfMemory(snapshot, pod, container, crash) || isWrongArchitecture(snapshot, pod, container, crash)) return [];
      const probe = probeKill(snapshot, pod, container);
      const line = tellingLine(logsOf(snapshot, pod, container.name));
      return [
        findingOf(pod.ref, {
          category: "crash-loop",
          message: `${stateWord(container, crash)}: ${container.role} ${container.name} ${describe({ pod, container, crash, probe })}; it was restarted ${times(container.restartCount)}${line === undefined ? "" : `; its log says: ${line}`}`,
          evidence: [
            [`${container.field}.restartCount`, container.restartCount],
            [`${container.field}.state.waiting.reason`, container.waiting?.reason],
            [`${container.field}.${container.terminated ? "state" : "lastState"}.terminated`, endOf(crash)],
            ["Event Unhealthy", probe?.said],
            ["log", line],
          ],
          since: crashingSince(snapshot, pod, container),
        }),
      ];
    }),
  );

/** The word that people search for; between two looks of the kubelet the state does not have it. */
function stateWord(container: ContainerView, crash: Termination): string {
  const reason = container.waiting?.reason;
  if (reason !== undefined && reason !== "CrashLoopBackOff") return reason;
  return couldNotStart(crash) ? `CrashLoopBackOff (${crash.reason})` : "CrashLoopBackOff";
}

interface Crashing {
  readonly pod: PodView;
  readonly container: ContainerView;
  readonly crash: Termination;
  readonly probe: ReturnType<typeof probeKill>;
}

function describe({ container, crash, probe }: Crashing): string {
  if (crash.reason === "PostStartHookError") return `is killed, as its postStart hook fails: ${crash.message ?? "no reason given"}`;
  if (couldNotStart(crash)) return `cannot start: ${startFailure(crash.message ?? "no reason given")}`;
  if (probe !== undefined) return `is killed by its ${probe.probe} probe: ${probe.said}${portHint(container, probe.probe, probe.said)}`;
  if (crash.reason === "") return "ends again and again; how is not known";
  if (crash.exitCode === 0) return "ends at once with exit code 0 (Completed), though it has to stay up";
  return `crashes with ${endWords(crash)}`;
}

/** The end of the runtime's long chain of errors says what is wrong; the front says which call failed. */
function startFailure(message: string): string {
  const command = /exec: "([^"]*)": ([^:]*(?:\$PATH|no such file or directory|permission denied|is a directory)[^:]*)/.exec(message);
  if (command) return `its command ${command[1] ?? ""} ${explain(command[2] ?? "")}: ${message}`;
  if (message.includes("not a directory")) return `a mount joins a file and a directory: ${message}`;
  if (message.includes("read-only file system")) return `a mount point cannot be made on a read-only file system: ${message}`;
  return message;
}

function explain(what: string): string {
  if (what.includes("permission denied")) return "is not executable (permission denied)";
  return what.includes("is a directory") ? "is a directory" : "was not found in the image";
}
