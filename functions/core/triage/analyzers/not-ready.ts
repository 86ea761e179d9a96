/** Containers that run but do not pass their probes, so that they get no traffic. */
import { crashOf, probeKill } from "../crashing.ts";
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import { errorLine } from "../log-line.ts";
import { eventsOfPod, isAbout, liveEvents } from "../pod-events.ts";
import type { ContainerView, PodView } from "../pod-view.ts";
import { hasProbe, portHint, type ProbeKind } from "../probes.ts";
import { conditionOf, instantAt, listAt, textAt } from "../../records/read-object.ts";
import type { Snapshot } from "../snapshot.ts";

/** A container may take this long to become ready before it is called trouble; slow starters have a startup probe. */
const STARTING_MS = 60_000;

/** The reasons under which the kubelet notes a probe that fails. */
const UNHEALTHY = new Set(["Unhealthy", "ProbeError"]);

/** Finds containers that run and stay unready, and those whose liveness probe keeps failing; crashing ones are told by their crashes. */
export const findNotReady: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) => {
    if (pod.phase !== "Running" && pod.phase !== "Pending") return [];
    const seen = pod.containers.flatMap((container) => seenAt(snapshot, pod, container));
    return (seen.length > 0 ? seen : gateOf(snapshot, pod)).map((one) => findingOf(pod.ref, one));
  });

function seenAt(snapshot: Snapshot, pod: PodView, container: ContainerView): readonly Seen[] {
  const { runningSince, role } = container;
  if ((role !== "container" && role !== "sidecar container") || runningSince === undefined || crashOf(pod, container, snapshot.now)) return [];
  if (container.ready) return restartedByProbe(snapshot, pod, container);
  const since = notReadySince(pod, runningSince);
  return snapshot.now - since < STARTING_MS ? [] : [unready({ snapshot, pod, container, since })];
}

function unready({ snapshot, pod, container, since }: { snapshot: Snapshot; pod: PodView; container: ContainerView; since: number }): Seen {
  const probe: ProbeKind = container.started === false && hasProbe(container, "startup") ? "startup" : "readiness";
  const said = eventsOfPod(snapshot, pod).findLast(
    (event) => UNHEALTHY.has(event.reason) && !event.message.startsWith("Liveness") && (event.container === undefined || isAbout(event, container.name)),
  )?.message;
  const line = errorLine(snapshot, pod, container.name);
  const what = said ?? (hasProbe(container, probe) ? `its ${probe} probe does not pass` : undefined);
  return {
    category: "not-ready",
    message: `${container.role} ${container.name} runs but is not ready (ContainersNotReady)${what === undefined ? "" : `: ${what}${portHint(container, probe, what)}`}${line === undefined ? "" : `; its log says: ${line}`}`,
    evidence: [
      [`${container.field}.ready`, "false"],
      [`${container.field}.started`, container.started === false ? "false" : undefined],
      ["Event Unhealthy", said],
      ["log", line],
    ],
    since,
  };
}

/** A container that was ready for days counts from when it stopped to be, not from its start. */
function notReadySince(pod: PodView, runningSince: number): number {
  const condition = conditionOf(pod.object, "ContainersReady") ?? conditionOf(pod.object, "Ready");
  const since = textAt(condition, "status") === "False" ? instantAt(condition, "lastTransitionTime") : undefined;
  return Math.max(since ?? runningSince, runningSince);
}

/** A container that its probe killed within the last minutes and that runs again, but not for the first time. */
function restartedByProbe(snapshot: Snapshot, pod: PodView, container: ContainerView): readonly Seen[] {
  const kill = container.restartCount >= 2 ? probeKill(snapshot, pod, container) : undefined;
  const isLive = liveEvents(snapshot, pod, new Set(["Killing"])).some((event) => event.message.includes(`ontainer ${container.name} failed`));
  if (!kill || !isLive) return [];
  return [
    {
      category: "not-ready",
      message: `${container.role} ${container.name} was killed ${container.restartCount} times by its ${kill.probe} probe: ${kill.said}${portHint(container, kill.probe, kill.said)}`,
      evidence: [
        [`${container.field}.restartCount`, container.restartCount],
        ["Event Unhealthy", kill.said],
      ],
      since: pod.createdAt,
    },
  ];
}

/** All containers are ready, and yet the pod is not: somebody outside has to say so (a load balancer's controller). */
function gateOf(snapshot: Snapshot, pod: PodView): readonly Seen[] {
  const ready = conditionOf(pod.object, "Ready");
  const since = instantAt(ready, "lastTransitionTime");
  if (textAt(ready, "reason") !== "ReadinessGatesNotReady" || textAt(ready, "status") !== "False" || since === undefined) return [];
  if (snapshot.now - since < STARTING_MS) return [];
  const open = listAt(pod.object, "spec", "readinessGates").flatMap((gate) => {
    const type = textAt(gate, "conditionType");
    return type === undefined || textAt(conditionOf(pod.object, type), "status") === "True" ? [] : [type];
  });
  return [
    {
      category: "not-ready",
      message: `the containers are ready, but the readiness gate ${open.join(", ")} is not set, so the pod gets no traffic (ReadinessGatesNotReady)`,
      evidence: [["status.conditions[Ready].message", textAt(ready, "message")]],
      since,
    },
  ];
}
