/** Pods that run, and whose log says again and again that they do not reach a Service which indeed cannot be reached. */
import { formatObject } from "../../records/fields.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";
import { NOT_SERVED } from "../links/dependency-link.ts";
import { namedCalls, type NamedCall } from "../named-calls.ts";
import type { ContainerView, PodView } from "../pod-view.ts";
import { isPodReady } from "../service-back-end.ts";
import type { Snapshot } from "../snapshot.ts";

/** Lines at the end of a log that are read, and how many of them have to miss the same call: once is a blip. */
const MAX_LINES = 100;
const MIN_LINES = 3;

/** Finds failing calls of pods that are ready; the others have findings with their logs already. */
export const findFailingCalls: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) =>
    isPodReady(pod)
      ? pod.containers.flatMap((container) => {
          const call = failingCall(snapshot, pod, container);
          return call ? [callFinding(pod, container, call)] : [];
        })
      : [],
  );

interface FailingCall {
  readonly call: NamedCall;
  readonly line: string;
  readonly count: number;
}

function failingCall(snapshot: Snapshot, pod: PodView, container: ContainerView): FailingCall | undefined {
  const log = snapshot.logOf(pod.ref, container.name, { previous: false });
  const lines = (log ?? "")
    .split("\n")
    .slice(-MAX_LINES)
    .filter((line) => NOT_SERVED.test(line));
  const counts = new Map<string, FailingCall>();
  for (const line of lines) {
    for (const call of namedCalls(snapshot, pod.ref.namespace, line)) {
      const known = counts.get(call.words);
      counts.set(call.words, { call, line, count: (known?.count ?? 0) + 1 });
    }
  }
  return [...counts.values()].filter(({ count }) => count >= MIN_LINES).sort((a, b) => b.count - a.count)[0];
}

function callFinding(pod: PodView, container: ContainerView, { call, line, count }: FailingCall): ReturnType<typeof findingOf> {
  return findingOf(pod.ref, {
    category: call.category,
    message: `${call.words}, and ${container.role} ${container.name} of ${formatObject(pod.ref)} calls it; its log says ${count} times: ${line.trim()}`,
    evidence: [["log", line.trim()]],
    blames: call.blames,
  });
}
