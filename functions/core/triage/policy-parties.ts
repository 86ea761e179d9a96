/** Pods as the ends of a connection that a NetworkPolicy lets through or not. */
import { listAt, numberAt, textAt, valueAt } from "../records/read-object.ts";
import type { PodView } from "./pod-view.ts";
import type { Party } from "./policy-verdict.ts";
import type { Snapshot } from "./snapshot.ts";

/** A pod as policies see it. */
export function partyOf(pod: PodView): Party {
  const named = listAt(pod.object, "spec", "containers").flatMap((container) => listAt(container, "ports"));
  return {
    namespace: pod.ref.namespace ?? "",
    labels: pod.object.metadata.labels ?? {},
    portNames: new Map(named.map((port) => [numberAt(port, "containerPort") ?? 0, textAt(port, "name") ?? ""])),
  };
}

/** The port of a pod that a Service's port leads to: policies see that one, not the Service's. */
export function targetOf(port: unknown, server: PodView): number | undefined {
  const target = valueAt(port, "targetPort") ?? valueAt(port, "port");
  if (typeof target === "number") return target;
  return [...partyOf(server).portNames].find(([, name]) => name === target)?.[0];
}

/** Pods that policies hold: not those that use the network of their node. */
export function heldPods(snapshot: Snapshot): readonly PodView[] {
  return snapshot.pods.filter((pod) => (pod.phase === "Running" || pod.phase === "Pending") && valueAt(pod.object, "spec", "hostNetwork") !== true);
}
