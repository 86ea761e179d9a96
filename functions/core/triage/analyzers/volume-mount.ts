/** Pods that wait for a volume: the status only says `ContainerCreating`, the Events say why. */
import { type Analyzer, findingOf } from "../finding-of.ts";
import { isCreating } from "../creating.ts";
import { standingEvents } from "../pod-events.ts";
import { makerOfMissing } from "../missing-object.ts";

const REASONS = new Set(["FailedMount", "FailedAttachVolume", "FailedMapVolume"]);

const MEANINGS: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [/Multi-Attach/, "another node still holds the volume, which only one may have (ReadWriteOnce)"],
  [/references non-existent (config|secret) key/, "a key that the volume picks is missing"],
  [/hostPath type check failed/, "the path is not on the node, or is of another type"],
  [/access denied by server|Permission denied/i, "the file server refuses this node"],
  [/mount\.nfs|nfs/i, "the NFS server does not answer, or does not export the path"],
  [/not found in the list of registered CSI drivers/, "the volume's CSI driver does not run on this node"],
  [/wrong fs type|bad superblock|fsck/, "the file system on the volume is damaged or of another type"],
  [/does not exist|no such file or directory/, "the volume's path is not on the node"],
];

/** The bundled message names the volumes and not the reason; a later one that names the reason says more. */
const BUNDLED = "Unable to attach or mount volumes";

/** Finds pods whose volumes cannot be mounted: a missing Secret or ConfigMap, a claim that nobody serves. */
export const findVolumeFailures: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) => {
    if (!isCreating(pod)) return [];
    const failures = standingEvents(snapshot, pod, REASONS);
    const last = failures.findLast((event) => !event.message.startsWith(BUNDLED)) ?? failures.at(-1);
    if (!last) return [];
    const meaning = MEANINGS.find(([pattern]) => pattern.test(last.message))?.[1];
    return [
      findingOf(pod.ref, {
        category: "volume-mount",
        message: `${last.reason}: a volume of the pod cannot be mounted, so it stays in ContainerCreating: ${last.message}${meaning === undefined ? "" : ` (${meaning})`}`,
        evidence: [[`Event ${last.reason}`, last.message]],
        since: failures[0]?.firstAt,
        blames: makerOfMissing(snapshot, pod.ref.namespace, last.message),
      }),
    ];
  });
