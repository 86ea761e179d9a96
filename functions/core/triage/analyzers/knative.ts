/** Knative: services and revisions that do not serve, brokers, triggers and sources that do not deliver. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { groupOf, refOf, textAt, valueAt } from "../../records/read-object.ts";
import { conditionEvidence, conditionsOf, failingCondition, sayCondition } from "../condition-view.ts";
import { findObject, objectsOf, wasRead } from "../find-at.ts";
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";

const SERVING = "serving.knative.dev";
const EVENTING = "eventing.knative.dev";

/** Finds objects of Knative that are not Ready. A revision that nobody uses any more is history, one that is scaled to zero is well. */
export const findKnativeTrouble: Analyzer = (snapshot) =>
  snapshot.objects.flatMap((object) => {
    if (!isKnative(groupOf(object.apiVersion)) || object.metadata.deletionTimestamp !== undefined || isOldRevision(object, snapshot)) return [];
    const ready = failingCondition(object, "Ready", snapshot.now) ?? failingCondition(object, "Succeeded", snapshot.now);
    if (!ready) return [];
    // `Ready` repeats one of the others; where it does not, that one says more.
    const deeper = conditionsOf(object).find((one) => one.type !== ready.type && one.status === "False" && one.message !== "" && ready.message === "");
    return [
      findingOf(refOf(object), {
        category: `${object.kind.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}-not-ready`,
        message: `the Knative ${object.kind} ${object.metadata.name} is not Ready: ${sayCondition(deeper ?? ready)}`,
        evidence: [...conditionEvidence(ready), ...(deeper ? conditionEvidence(deeper) : [])],
        since: ready.since,
        blames: blamedBy(object, snapshot),
      }),
    ];
  });

/** Its internal kinds repeat what the others say, and call a revision at zero not ready. */
function isKnative(group: string): boolean {
  return group.endsWith(".knative.dev") && !group.includes("internal");
}

function isOldRevision(object: KubernetesObject, snapshot: Snapshot): boolean {
  if (object.kind !== "Revision") return false;
  const owner = object.metadata.labels?.["serving.knative.dev/configuration"] ?? "";
  const configuration = findObject(snapshot, { group: SERVING, kind: "Configuration" }, { name: owner, namespace: object.metadata.namespace });
  const service = findObject(snapshot, { group: SERVING, kind: "Service" }, { name: owner, namespace: object.metadata.namespace });
  const newest = textAt(configuration ?? service, "status", "latestCreatedRevisionName");
  const isRouted =
    object.metadata.annotations?.["serving.knative.dev/routes"] !== undefined && object.metadata.labels?.["serving.knative.dev/routingState"] === "active";
  return newest !== undefined && newest !== object.metadata.name && !isRouted;
}

/** The broker of a trigger, and the Knative Service that something sends to, where they are not Ready themselves. */
function blamedBy(object: KubernetesObject, snapshot: Snapshot): Seen["blames"] {
  const { namespace } = object.metadata;
  const broker = findObject(snapshot, { group: EVENTING, kind: "Broker" }, { name: textAt(object, "spec", "broker") ?? "", namespace });
  const targets = [valueAt(object, "spec", "subscriber", "ref"), valueAt(object, "spec", "sink", "ref")].flatMap((ref) => {
    const kind = textAt(ref, "kind");
    const group = groupOf(textAt(ref, "apiVersion") ?? "");
    return kind === undefined || !isKnative(group)
      ? []
      : (findObject(snapshot, { group, kind }, { name: textAt(ref, "name") ?? "", namespace: textAt(ref, "namespace") ?? namespace }) ?? []);
  });
  const culprit = [broker, ...targets].find((one) => one && failingCondition(one, "Ready", snapshot.now) !== undefined);
  return culprit && refOf(culprit);
}

/** Finds triggers whose broker does not exist, for a control plane that has not said so yet. */
export const findMissingBrokers: Analyzer = (snapshot) => {
  const broker = { group: EVENTING, kind: "Broker" };
  if (!wasRead(snapshot, broker)) return [];
  return objectsOf(snapshot, { group: EVENTING, kind: "Trigger" }).flatMap((trigger) => {
    const name = textAt(trigger, "spec", "broker") ?? "default";
    if (findObject(snapshot, broker, { name, namespace: trigger.metadata.namespace }) || failingCondition(trigger, "Ready", snapshot.now)) return [];
    return [
      findingOf(refOf(trigger), {
        category: "trigger-not-ready",
        message: `the Broker ${name} of the trigger does not exist`,
        evidence: [["spec.broker", name]],
      }),
    ];
  });
};
