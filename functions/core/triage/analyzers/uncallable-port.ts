/** Pods that fail because they call a Service at a port that it does not have. */
import { troubleOfCall } from "../back-end-trouble.ts";
import { declaredCalls, type DeclaredCall } from "../declared-calls.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";
import { NOT_SERVED } from "../links/dependency-link.ts";
import { logsOf, tellingLine } from "../log-line.ts";
import { isForwarding } from "../named-calls.ts";
import type { PodView } from "../pod-view.ts";
import { isPodReady } from "../service-back-end.ts";
import type { Snapshot } from "../snapshot.ts";
import { formatObject } from "../../records/fields.ts";
import { refOf } from "../../records/read-object.ts";

/** A pod may be this long on its way before what it calls is looked at. */
const STARTING_MS = 60_000;

/** Finds calls, declared in the environment of a pod that is not ready, to a port that the Service does not forward. A pod that is well knows better. */
export const findUncallablePorts: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) => {
    if (pod.phase !== "Running" || isPodReady(pod) || snapshot.now - (pod.createdAt ?? 0) < STARTING_MS || !mayBeUnserved(snapshot, pod)) return [];
    return declaredCalls(pod, snapshot).flatMap((call) => {
      const trouble = call.port !== undefined && isForwarding(call.service) ? troubleOfCall(snapshot, placeOf(call)) : undefined;
      if (trouble?.kind !== "port") return [];
      return [
        findingOf(pod.ref, {
          category: "service-port-mismatch",
          message: `${call.where} calls ${formatObject(refOf(call.service))} on port ${call.port}, and ${trouble.words}`,
          evidence: [[call.where, `${call.service.metadata.name}:${call.port}`]],
          since: pod.createdAt,
        }),
      ];
    });
  });

function placeOf({ service, port }: DeclaredCall): { namespace: string; name: string; port: number | undefined } {
  return { namespace: service.metadata.namespace ?? "", name: service.metadata.name, port };
}

/** Where there are logs, they have to speak of a call that was not served. */
function mayBeUnserved(snapshot: Snapshot, pod: PodView): boolean {
  const lines = pod.containers.flatMap((container) => tellingLine(logsOf(snapshot, pod, container.name)) ?? []);
  return lines.length === 0 || lines.some((line) => NOT_SERVED.test(line));
}
