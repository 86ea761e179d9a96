/** Pods that wait for a volume: the status only says `ContainerCreating`, the Events say why. */
import { type Analyzer, findingOf } from "../finding-of.ts";

/** An Event that is repeated no more has been overcome; the kubelet tries at least every two minutes. */
const STILL_MS = 10 * 60_000;
const REASONS = new Set(["FailedMount", "FailedAttachVolume"]);

/** Finds pods whose volumes cannot be mounted: a missing Secret or ConfigMap, a claim that nobody serves. */
export const findVolumeFailures: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) => {
    const isCreating =
      pod.phase === "Pending" &&
      pod.containers.some((container) => container.waiting?.reason === "ContainerCreating" || container.waiting?.reason === "PodInitializing");
    if (!isCreating) return [];
    const failures = snapshot.eventsOf(pod.ref).filter((event) => REASONS.has(event.reason) && snapshot.now - (event.lastAt ?? 0) < STILL_MS);
    const last = failures.at(-1);
    if (!last) return [];
    return [
      findingOf(pod.ref, {
        category: "volume-mount",
        message: `a volume of the pod cannot be mounted: ${last.message}`,
        evidence: [[`Event ${last.reason}`, last.message]],
        since: failures[0]?.firstAt,
      }),
    ];
  });
