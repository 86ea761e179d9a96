/** Daemon sets that do not serve every node that they are meant for; a node that they are not meant for is no trouble. */
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { downNodeOf, isReady, podsOf } from "../pods-of.ts";
import { conditionOf, instantAt, numberAt, refOf } from "../../records/read-object.ts";
import type { Snapshot } from "../snapshot.ts";

/** A pod that is restarted or updated is back within this. */
const STARTING_MS = 2 * 60_000;

/** Finds daemon sets with unready or missing pods. */
export const findDaemonSetTrouble: Analyzer = (snapshot) =>
  snapshot.ofKind("DaemonSet").flatMap((set) => {
    const seen = unavailable(snapshot, set) ?? misscheduled(set);
    return seen ? [findingOf(refOf(set), seen)] : [];
  });

function unavailable(snapshot: Snapshot, set: KubernetesObject): Seen | undefined {
  const wanted = numberAt(set, "status", "desiredNumberScheduled") ?? 0;
  const scheduled = numberAt(set, "status", "currentNumberScheduled") ?? wanted;
  const ready = numberAt(set, "status", "numberReady") ?? 0;
  if (ready >= wanted) return undefined;
  const unready = podsOf(snapshot, set).filter((pod) => !isReady(pod));
  const times = unready.map((pod) => instantAt(conditionOf(pod.object, "Ready"), "lastTransitionTime") ?? pod.createdAt ?? 0);
  const since = times.length > 0 ? Math.min(...times) : instantAt(set, "metadata", "creationTimestamp");
  if (since !== undefined && snapshot.now - since < STARTING_MS) return undefined;
  const where = [...new Set(unready.flatMap((pod) => pod.nodeName ?? []))];
  const on = where.length === 0 ? "" : `; not ready on ${where.slice(0, 5).join(", ")}`;
  return {
    category: "unavailable",
    message: `${ready} of ${wanted} pods of the DaemonSet are ready${on}${scheduled < wanted ? `; ${wanted - scheduled} nodes have no pod of it` : ""}`,
    evidence: [
      ["status.numberReady", ready],
      ["status.desiredNumberScheduled", wanted],
      ["status.currentNumberScheduled", scheduled],
    ],
    since,
    blames: downNodeOf(snapshot, set),
  };
}

/** Pods that run where the daemon set does not want them any more are removed at once; where they stay, their node does not act. */
function misscheduled(set: KubernetesObject): Seen | undefined {
  const count = numberAt(set, "status", "numberMisscheduled") ?? 0;
  const wanted = numberAt(set, "status", "desiredNumberScheduled") ?? 0;
  if (count === 0 || wanted > 0) return undefined;
  return {
    category: "mis-scheduled",
    message: `the DaemonSet is wanted on no node, and ${count} of its pods still run: its node selector or tolerations fit no node any more`,
    evidence: [
      ["status.numberMisscheduled", count],
      ["status.desiredNumberScheduled", wanted],
    ],
  };
}
