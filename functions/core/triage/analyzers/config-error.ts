/** Containers that cannot be created: the kubelet names the reason, and it stays until somebody acts. */
import { type Analyzer, findingOf } from "../finding-of.ts";
import { makerOfMissing } from "../missing-object.ts";

const CONFIG_REASONS = new Set(["CreateContainerConfigError", "CreateContainerError", "PreCreateHookError"]);

/** What the kubelet's and the runtime's words mean, where they do not say it themselves. */
const MEANINGS: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [/image will run as root/, "runAsNonRoot is asked for, and the image runs as root; set runAsUser or use another image"],
  [/non-numeric user/, "runAsNonRoot is asked for, and the image names its user by a word that cannot be checked; set runAsUser to a number"],
  [/no command specified|no command is specified/, "neither the image nor the pod names a command"],
  [/shared mount/, "the mount propagation needs a shared mount on the node"],
  [/failed to reserve container name|name .* is in use/, "the runtime still holds an older try; it is slow or stuck"],
  [/context deadline exceeded/, "the container runtime does not answer in time; the node is overloaded or its disk is slow"],
  [/not a directory/, "a mount joins a file and a directory"],
  [/executable file .*not found/, "its command is not in the image"],
  [/subPath/, "a subPath of a volume cannot be prepared"],
];

/** Finds containers whose configuration is incomplete: a missing ConfigMap, Secret or key, a user that is not allowed. */
export const findConfigErrors: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) =>
    pod.containers.flatMap((container) => {
      const { waiting } = container;
      if (!waiting || !CONFIG_REASONS.has(waiting.reason)) return [];
      const said = waiting.message ?? "no reason given";
      const meaning = MEANINGS.find(([pattern]) => pattern.test(said))?.[1];
      return [
        findingOf(pod.ref, {
          category: "config-error",
          message: `${waiting.reason}: ${container.role} ${container.name} cannot be created: ${said}${meaning === undefined ? "" : ` (${meaning})`}`,
          evidence: [
            [`${container.field}.state.waiting.reason`, waiting.reason],
            [`${container.field}.state.waiting.message`, waiting.message],
          ],
          since: pod.createdAt,
          blames: makerOfMissing(snapshot, pod.ref.namespace, said),
        }),
      ];
    }),
  );
