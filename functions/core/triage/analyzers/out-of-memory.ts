/** Containers that the kernel kills because they go over their memory limit. */
import { crashingSince, crashOf } from "../crashing.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";
import { textAt } from "../../records/read-object.ts";
import { times } from "./crash-loop.ts";

/** Finds crash loops by `OOMKilled`. */
export const findOutOfMemory: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) =>
    pod.containers.flatMap((container) => {
      const crash = crashOf(pod, container, snapshot.now);
      if (crash?.reason !== "OOMKilled") return [];
      const limit = textAt(container.spec, "resources", "limits", "memory");
      return [
        findingOf(pod.ref, {
          category: "out-of-memory",
          message: `container ${container.name} is killed because it needs more memory than ${limit === undefined ? "the node has for it" : `its limit of ${limit}`}; it was restarted ${times(container.restartCount)}`,
          evidence: [
            [`${container.field}.${container.terminated ? "state" : "lastState"}.terminated.reason`, "OOMKilled"],
            [`${container.field}.restartCount`, container.restartCount],
            [`spec.containers[${container.name}].resources.limits.memory`, limit],
          ],
          since: crashingSince(snapshot, pod, container),
        }),
      ];
    }),
  );
