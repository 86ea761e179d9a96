/** From an alert or an object to the causes behind it. */
import type { Cause } from "../records/finding.ts";
import type { ObjectRef } from "../records/fields.ts";
import { type AlertJudgement, type AlertLabels, judgeAlert } from "./judge-alert.ts";
import type { Snapshot } from "./snapshot.ts";

/** Label of a pod's container; it picks among several causes, never excludes one. */
const CONTAINER_LABEL = "container";

/** Namespaces of the control plane, whose trouble is the cluster's. */
const CLUSTER_NAMESPACES = new Set(["kube-system", "k0s-system"]);

/** The causes behind an alert, the best first; all of its namespace where the labels name no object, none where they name nothing. */
export function causesOfAlert(causes: readonly Cause[], labels: AlertLabels, snapshot?: Snapshot): readonly Cause[] {
  const matching = causesOfJudgement(causes, judgeAlert(labels, snapshot));
  const container = labels[CONTAINER_LABEL];
  const named = (cause: Cause): number =>
    container !== undefined && cause.findings.some((finding) => finding.message.includes(`container ${container} `)) ? 0 : 1;
  return [...matching].sort((a, b) => named(a) - named(b));
}

function causesOfJudgement(causes: readonly Cause[], judged: AlertJudgement): readonly Cause[] {
  switch (judged.about) {
    case "objects":
      return nearestFirst(causes, judged.objects);
    case "namespace":
      return causes.filter((cause) => cause.object.namespace === judged.namespace);
    case "cluster":
      return causes.filter(({ object }) => object.kind === "Node" || CLUSTER_NAMESPACES.has(object.namespace ?? ""));
    default:
      return [];
  }
}

/** Causes about the object that the labels name, before those about what stands behind it. */
function nearestFirst(causes: readonly Cause[], refs: readonly ObjectRef[]): readonly Cause[] {
  const distance = (cause: Cause): number => refs.findIndex((ref) => isAbout(cause, ref));
  return causes.filter((cause) => distance(cause) >= 0).sort((a, b) => distance(a) - distance(b));
}

/** The causes about one object: its own, those whose findings are seen at it, and those that it hangs on. */
export function causesOfObject(causes: readonly Cause[], object: ObjectRef): readonly Cause[] {
  return causes.filter((cause) => isAbout(cause, object));
}

/** An Application's metric has the namespace of its own label set, so its name is enough. */
function isAbout(cause: Cause, ref: ObjectRef): boolean {
  const isRef = (object: ObjectRef): boolean =>
    object.kind === ref.kind && object.name === ref.name && (ref.namespace === undefined || object.namespace === ref.namespace);
  if (isRef(cause.object) || cause.findings.some((finding) => isRef(finding.object)) || cause.effects?.some((effect) => isRef(effect.object))) return true;
  return ref.kind === "Application" && cause.app?.name === ref.name;
}
