/** Init containers that do not get through, so that the pod never starts. */
import { crashingSince, crashOf } from "../crashing.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";
import { endOf, times } from "./crash-loop.ts";

/** Finds init containers that fail again and again, but for those out of memory. */
export const findFailingInit: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) =>
    pod.containers.flatMap((container) => {
      const crash = container.init ? crashOf(pod, container, snapshot.now) : undefined;
      if (!crash || crash.reason === "OOMKilled") return [];
      return [
        findingOf(pod.ref, {
          category: "init-failing",
          message: `init container ${container.name} fails with exit code ${crash.exitCode}, so the pod does not start; it was restarted ${times(container.restartCount)}`,
          evidence: [
            [`${container.field}.restartCount`, container.restartCount],
            [`${container.field}.${container.terminated ? "state" : "lastState"}.terminated`, endOf(crash)],
          ],
          since: crashingSince(snapshot, pod, container),
        }),
      ];
    }),
  );
