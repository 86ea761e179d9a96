/** Containers whose image was built for another CPU than the node has. */
import { crashingSince, crashOf, endOf, times } from "../crashing.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";
import { logsOf } from "../log-line.ts";
import { architectureOfImage, architectureOfNode, isWrongArchitecture } from "../wrong-architecture.ts";

/** Finds `exec format error`, in what the runtime says and in the log. */
export const findWrongArchitecture: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) =>
    pod.containers.flatMap((container) => {
      const crash = crashOf(pod, container, snapshot.now);
      if (!crash || !isWrongArchitecture(snapshot, pod, container, crash)) return [];
      const [node, image] = [architectureOfNode(snapshot, pod), architectureOfImage(container.image)];
      const on = node === undefined ? "the node" : `node ${pod.nodeName ?? ""}, which is ${node}`;
      const line = logsOf(snapshot, pod, container.name)
        .split("\n")
        .find((one) => one.includes("exec format error"));
      return [
        findingOf(pod.ref, {
          category: "wrong-architecture",
          message: `exec format error: the image ${container.image} of ${container.role} ${container.name} was built for another architecture${image === undefined ? "" : ` (${image})`} than that of ${on}; CrashLoopBackOff, restarted ${times(container.restartCount)}`,
          evidence: [
            [`${container.field}.${container.terminated ? "state" : "lastState"}.terminated`, endOf(crash)],
            [`${container.field}.image`, container.image],
            ["status.nodeInfo.architecture", node],
            ["log", line],
          ],
          since: crashingSince(snapshot, pod, container),
        }),
      ];
    }),
  );
