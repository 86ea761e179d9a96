/** Horizontal pod autoscalers that cannot scale, or that would like to scale further than they may. */
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { conditionOf, instantAt, numberAt, refOf, textAt } from "../../records/read-object.ts";
import type { ObjectRef } from "../../records/fields.ts";
import { isReady, podsOf } from "../pods-of.ts";
import type { Snapshot } from "../snapshot.ts";

/** New pods have no metrics yet: metrics-server looks every 15 to 60 seconds. */
const STARTING_MS = 2 * 60_000;

/** A peak may reach the maximum; this long is no peak. */
const AT_MAXIMUM_MS = 10 * 60_000;

/** Kinds of which the snapshot has to hold some before one counts as missing. */
const WORKLOADS = new Set(["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"]);

/** Finds autoscalers without target, without metrics, and those at their maximum. */
export const findAutoscalerTrouble: Analyzer = (snapshot) =>
  snapshot.ofKind("HorizontalPodAutoscaler").flatMap((scaler) => {
    const seen = noTarget(snapshot, scaler) ?? notActive(snapshot, scaler) ?? notAble(snapshot, scaler) ?? atMaximum(snapshot, scaler);
    return seen ? [findingOf(refOf(scaler), seen)] : [];
  });

function targetOf(scaler: KubernetesObject): { readonly kind: string; readonly name: string; readonly ref: ObjectRef } {
  const [kind, name, apiVersion] = ["kind", "name", "apiVersion"].map((field) => textAt(scaler, "spec", "scaleTargetRef", field));
  const { namespace } = scaler.metadata;
  const ref = { kind: kind ?? "", name: name ?? "", ...(apiVersion !== undefined && { apiVersion }), ...(namespace !== undefined && { namespace }) };
  return { kind: kind ?? "", name: name ?? "", ref };
}

function noTarget(snapshot: Snapshot, scaler: KubernetesObject): Seen | undefined {
  const { kind, name, ref } = targetOf(scaler);
  const able = conditionOf(scaler, "AbleToScale");
  const isSaid = textAt(able, "reason") === "FailedGetScale" && textAt(able, "status") === "False";
  const isRead = WORKLOADS.has(kind) && snapshot.ofKind(kind).length > 0;
  if (!(isSaid && /not found|no matches for kind/.test(textAt(able, "message") ?? "")) && !(isRead && !snapshot.get(ref))) return undefined;
  return {
    category: "hpa-target-missing",
    message: `FailedGetScale: the target ${kind} ${name} of the HorizontalPodAutoscaler is not there (not found)`,
    evidence: [
      ["spec.scaleTargetRef", `${kind}/${name}`],
      ["status.conditions[AbleToScale].message", textAt(able, "message")],
    ],
    since: instantAt(able, "lastTransitionTime"),
  };
}

const MEANINGS: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [/missing request for (\S+)/, "the pods have no request for it, and a percentage needs one"],
  [
    /could not find the requested resource|metrics\.k8s\.io.*(not found|unable to handle)|unable to handle the request/,
    "no metrics API answers; is metrics-server there and healthy?",
  ],
  [/no metrics returned|did not receive metrics/, "there are no metrics of its pods"],
  [/ambiguous selector|multiple HPAs|by multiple/i, "several autoscalers claim the same pods"],
  [/no external metrics|external\.metrics/, "the external metrics API has none of these"],
  [/custom\.metrics/, "the custom metrics API has none of these"],
];

function notActive(snapshot: Snapshot, scaler: KubernetesObject): Seen | undefined {
  const condition = conditionOf(scaler, "ScalingActive");
  const reason = textAt(condition, "reason") ?? "";
  const since = instantAt(condition, "lastTransitionTime");
  // A target that was scaled to zero by hand is out of its hands as well.
  if (textAt(condition, "status") !== "False" || reason === "ScalingDisabled" || isYoung(snapshot, since)) return undefined;
  const message = textAt(condition, "message") ?? "";
  const meaning = MEANINGS.find(([pattern]) => pattern.test(message))?.[1];
  return {
    category: "hpa-no-metrics",
    message: `${reason}: the HorizontalPodAutoscaler of ${targetOf(scaler).kind} ${targetOf(scaler).name} cannot scale${meaning === undefined ? "" : `: ${meaning}`}: ${message}`,
    evidence: [[`status.conditions[ScalingActive].message`, message]],
    since,
    blames: blamedFor(snapshot, scaler, message),
  };
}

/** Pods that are not ready have no metrics: that is the workload's trouble. */
function blamedFor(snapshot: Snapshot, scaler: KubernetesObject, message: string): ObjectRef | undefined {
  const target = /might be unready|no metrics returned/.test(message) ? snapshot.get(targetOf(scaler).ref) : undefined;
  if (target !== undefined && podsOf(snapshot, target).some((pod) => !isReady(pod))) return refOf(target);
  return metricsApi(snapshot, message);
}

/** The API service of resource metrics, where it says itself that nobody serves it. */
function metricsApi(snapshot: Snapshot, message: string): ObjectRef | undefined {
  const api = snapshot.ofKind("APIService").find((object) => object.metadata.name === "v1beta1.metrics.k8s.io");
  const isDown = api !== undefined && textAt(conditionOf(api, "Available"), "status") === "False";
  return isDown && message.includes("metrics API") ? refOf(api) : undefined;
}

function notAble(snapshot: Snapshot, scaler: KubernetesObject): Seen | undefined {
  const condition = conditionOf(scaler, "AbleToScale");
  const since = instantAt(condition, "lastTransitionTime");
  if (textAt(condition, "status") !== "False" || isYoung(snapshot, since) || (textAt(condition, "reason") ?? "").startsWith("Backoff")) return undefined;
  const message = textAt(condition, "message") ?? "no reason given";
  return {
    category: "hpa-cannot-scale",
    message: `${textAt(condition, "reason") ?? "AbleToScale"}: the HorizontalPodAutoscaler cannot change its target: ${message}`,
    evidence: [["status.conditions[AbleToScale].message", message]],
    since,
  };
}

function atMaximum(snapshot: Snapshot, scaler: KubernetesObject): Seen | undefined {
  const condition = conditionOf(scaler, "ScalingLimited");
  const since = instantAt(condition, "lastTransitionTime");
  const [max, min] = [numberAt(scaler, "spec", "maxReplicas"), numberAt(scaler, "spec", "minReplicas") ?? 1];
  const current = numberAt(scaler, "status", "currentReplicas");
  const isLimited = textAt(condition, "status") === "True" && textAt(condition, "reason") === "TooManyReplicas";
  if (!isLimited || max === undefined || min === max || current === undefined || current < max) return undefined;
  if (since !== undefined && snapshot.now - since < AT_MAXIMUM_MS) return undefined;
  return {
    category: "hpa-at-maximum",
    message: `TooManyReplicas: the HorizontalPodAutoscaler runs at its maximum of ${max} replicas and wants more`,
    evidence: [
      ["spec.maxReplicas", max],
      ["status.currentReplicas", current],
      ["status.conditions[ScalingLimited].message", textAt(condition, "message")],
    ],
    since,
  };
}

function isYoung(snapshot: Snapshot, since: number | undefined): boolean {
  return since !== undefined && snapshot.now - since < STARTING_MS;
}
