/** When a container counts as crashing: shared by the analyzers that tell crashes apart by their reason. */
import type { ContainerView, PodView, Termination } from "./pod-view.ts";
import { eventsOfPod, isAbout } from "./pod-events.ts";
import { exitWords, SIGKILL_EXIT } from "./exit-codes.ts";
import type { Snapshot } from "./snapshot.ts";
import { textAt } from "../records/read-object.ts";

/** A container that ran this long since its last crash is taken as well again. The kubelet forgets its back-off after ten minutes. */
const RECOVERED_MS = 5 * 60_000;

/** Restarts from which on a running container between two crashes is called crashing. */
const MIN_RESTARTS = 2;

/** A run that lasted longer than this was none of a loop. */
const LONGEST_RUN_MS = 60 * 60_000;

/** Reasons of a container that was created and could not be started: its end is in the waiting state, or comes with the next look. */
const START_ERRORS = new Set(["RunContainerError", "PostStartHookError", "PreStartHookError"]);

/** Reasons by which the runtimes call a container that could not be started: containerd's and CRI-O's, and Docker's. */
const START_FAILURES = new Set(["StartError", "ContainerCannotRun", ...START_ERRORS]);

/**
 * The run that shows a container crashing, or undefined where it does not. A real kubelet mostly shows `Error` instead of
 * `CrashLoopBackOff` (contracts 12.2), so the ends of runs decide.
 */
export function crashOf(pod: PodView, container: ContainerView, now: number): Termination | undefined {
  if (pod.phase === "Succeeded" || pod.phase === "Failed" || container.role === "ephemeral container") return undefined;
  const { terminated, lastTerminated, waiting } = container;
  if (waiting !== undefined && START_ERRORS.has(waiting.reason)) return startError(waiting, lastTerminated);
  if (pod.restarts === "Never" && container.role !== "sidecar container") return undefined;
  if (waiting?.reason === "CrashLoopBackOff")
    return lastTerminated ?? { exitCode: 0, reason: "", message: undefined, startedAt: undefined, finishedAt: undefined };
  if (terminated) return container.restartCount >= 1 && isFailure(pod, container, terminated) ? terminated : undefined;
  return betweenCrashes(pod, container, now);
}

function startError(waiting: { readonly reason: string; readonly message: string | undefined }, last: Termination | undefined): Termination {
  return { exitCode: last?.exitCode ?? 128, reason: waiting.reason, message: waiting.message, startedAt: last?.startedAt, finishedAt: last?.finishedAt };
}

/** A container that runs just now and will not for long: its last run was short, and this one is no longer yet. */
function betweenCrashes(pod: PodView, container: ContainerView, now: number): Termination | undefined {
  const { lastTerminated, runningSince } = container;
  if (runningSince === undefined || container.restartCount < MIN_RESTARTS || !lastTerminated || isByReboot(lastTerminated)) return undefined;
  const lastRun = (lastTerminated.finishedAt ?? 0) - (lastTerminated.startedAt ?? lastTerminated.finishedAt ?? 0);
  const recovered = now - runningSince >= Math.max(RECOVERED_MS, 2 * lastRun) || lastRun > LONGEST_RUN_MS;
  return !recovered && isFailure(pod, container, lastTerminated) ? lastTerminated : undefined;
}

/** A container that the kubelet did not see end: its node was rebooted, or the pod was thrown out meanwhile. */
function isByReboot(termination: Termination): boolean {
  return termination.reason === "Unknown" || termination.reason === "ContainerStatusUnknown";
}

/** An exit with 0 is a failure too where the container has to stay up. */
function isFailure(pod: PodView, container: ContainerView, termination: Termination): boolean {
  return termination.exitCode !== 0 || (!container.init && (pod.restarts === "Always" || container.role === "sidecar container"));
}

/** Tells whether the container never ran: its command, a mount or a right is wrong. */
export function couldNotStart(crash: Termination): boolean {
  return START_FAILURES.has(crash.reason);
}

/** Out of memory: the kernel says so, or the kernel killed it with a limit set and nobody else says that it did (a child process, cgroup v1). */
export function isOutOfMemory(snapshot: Snapshot, pod: PodView, container: ContainerView, crash: Termination): boolean {
  if (crash.reason === "OOMKilled") return true;
  if (crash.exitCode !== SIGKILL_EXIT || crash.reason !== "Error" || textAt(container.spec, "resources", "limits", "memory") === undefined) return false;
  return probeKill(snapshot, pod, container) === undefined && !hasKillingProbe(container);
}

/** With a probe that may kill and no Event any more, nobody can tell; a stop by it ends with 137 as well. */
function hasKillingProbe(container: ContainerView): boolean {
  const { spec } = container;
  return spec !== null && typeof spec === "object" && ("livenessProbe" in spec || "startupProbe" in spec);
}

/** What the liveness or startup probe last said before it killed; the kubelet kills with 137 or 143, as others do, so the Event is needed. */
export function probeKill(
  snapshot: Snapshot,
  pod: PodView,
  container: ContainerView,
): { readonly probe: "liveness" | "startup"; readonly said: string } | undefined {
  const events = eventsOfPod(snapshot, pod).filter((event) => isAbout(event, container.name) || event.container === undefined);
  for (const probe of ["liveness", "startup"] as const) {
    const killed = events.some((event) => event.reason === "Killing" && event.message.includes(`ontainer ${container.name} failed ${probe} probe`));
    const start = probe === "liveness" ? "Liveness" : "Startup";
    const said = events.filter((event) => event.reason === "Unhealthy" && event.message.startsWith(`${start} probe`)).at(-1)?.message;
    if (killed && said !== undefined) return { probe, said };
  }
  return undefined;
}

/** Since when a container is in trouble: its first back-off where Events still know it, else the pod's creation. */
export function crashingSince(snapshot: Snapshot, pod: PodView, container: ContainerView): number | undefined {
  const backOffs = eventsOfPod(snapshot, pod).filter((event) => event.reason === "BackOff" && isAbout(event, container.name));
  return backOffs[0]?.firstAt ?? pod.createdAt;
}

/** Writes how a run ended: `exit code 1 (Error): message`. */
export function endOf(crash: Termination): string {
  const reason = crash.reason === "" ? "" : ` (${crash.reason})`;
  return `exit code ${crash.exitCode}${reason}${crash.message === undefined ? "" : `: ${crash.message}`}`;
}

/** Writes the end of a run in a person's words: `exit code 139 (SIGSEGV, a segmentation fault)`. */
export function endWords(crash: Termination): string {
  return crash.message === undefined ? exitWords(crash.exitCode) : `${exitWords(crash.exitCode)}: ${crash.message.trim()}`;
}

/** Writes a count as people say it. */
export function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
