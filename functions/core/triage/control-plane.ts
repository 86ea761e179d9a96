/** Alerts that a part of the control plane is not scraped: false where it runs inside of one binary, and real where its pods are in trouble. */
import type { ObjectRef } from "../records/fields.ts";
import { numberAt, refOf, textAt } from "../records/read-object.ts";
import type { Snapshot } from "./snapshot.ts";

/** Distributions that run the control plane in one process, by the mark in the kubelet's version. */
const ONE_BINARY = /\+(k0s|k3s)/;

type Judged = { readonly about: "objects"; readonly objects: readonly ObjectRef[] } | { readonly about: "nothing" | "cluster"; readonly reason: string };

/** Judges `KubeSchedulerDown` and its like by what the cluster shows. */
export function controlPlanePart(part: string, snapshot: Snapshot): Judged {
  const daemonSet = snapshot.get({ apiVersion: "apps/v1", kind: "DaemonSet", namespace: "kube-system", name: part });
  const pods = snapshot.pods.filter(({ ref }) => ref.namespace === "kube-system" && ref.name.startsWith(`${part}-`)).map(({ ref }) => ref);
  const distribution = snapshot
    .ofKind("Node")
    .flatMap((node) => ONE_BINARY.exec(textAt(node, "status", "nodeInfo", "kubeletVersion") ?? "")?.[1] ?? [])
    .at(0);
  if (daemonSet) {
    const ready = numberAt(daemonSet, "status", "numberReady") ?? 0;
    const isWhole = ready >= (numberAt(daemonSet, "status", "desiredNumberScheduled") ?? 1);
    if (isWhole && distribution !== undefined)
      return {
        about: "nothing",
        reason: `all ${ready} pods of ${part} are ready; ${distribution} does not open its metrics to Prometheus, so this alert is always on`,
      };
    return { about: "objects", objects: [refOf(daemonSet)] };
  }
  if (pods.length > 0) return { about: "objects", objects: pods };
  if (distribution === undefined) return { about: "cluster", reason: `no pod of ${part} is visible in the cluster` };
  return {
    about: "nothing",
    reason: `${distribution} runs ${part} inside of its own process and shows no metrics of it to Prometheus, so this alert is always on; disable its rule`,
  };
}
