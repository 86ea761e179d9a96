/** Objects whose deletion does not end, because a finalizer waits for something that does not come. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { formatObject } from "../../records/fields.ts";
import { instantAt, listAt, refOf, valueAt } from "../../records/read-object.ts";
import { conditionEvidence, conditionsOf, isOlder, sayCondition } from "../condition-view.ts";
import { type Analyzer, findingOf, quote, type Seen } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";
import { podsOfClaim } from "../storage-objects.ts";

/** Deleting a namespace with its load balancers and volumes takes some minutes. */
const NAMESPACE_MS = 5 * 60_000;
const OBJECT_MS = 10 * 60_000;

/** Finds namespaces that stay in Terminating, with the resources and finalizers that remain. */
export const findStuckNamespaces: Analyzer = (snapshot) =>
  snapshot.ofKind("Namespace").flatMap((namespace) => {
    const since = instantAt(namespace, "metadata", "deletionTimestamp");
    if (!isOlder(since, NAMESPACE_MS, snapshot.now)) return [];
    const conditions = conditionsOf(namespace).filter((one) => one.status === "True" && /Failure|Remaining/.test(one.type));
    const why = conditions.map(sayCondition).join(" ") || `finalizers ${listAt(namespace, "spec", "finalizers").join(", ")}`;
    const api = snapshot
      .ofKind("APIService")
      .find((one) => conditionsOf(one).some(({ type, status }) => type === "Available" && status === "False") && mentions(why, one));
    return [
      findingOf(refOf(namespace), {
        category: "namespace-stuck",
        message: `the namespace ${namespace.metadata.name} stays in Terminating: ${why}`,
        evidence: conditions.flatMap(conditionEvidence),
        since,
        blames: api && refOf(api),
      }),
    ];
  });

/** The discovery failure names the group version: `metrics.k8s.io/v1beta1: stale GroupVersion discovery`. */
function mentions(why: string, api: KubernetesObject): boolean {
  return why.includes(`${String(valueAt(api, "spec", "group"))}/${String(valueAt(api, "spec", "version"))}`);
}

/** Finds other objects that stay in Terminating; pods are told with their nodes and volumes, and a namespace's with the namespace. */
export const findStuckDeletions: Analyzer = (snapshot) =>
  snapshot.objects.flatMap((object) => {
    const since = instantAt(object, "metadata", "deletionTimestamp");
    const isOther = object.kind !== "Namespace" && object.kind !== "Pod" && object.kind !== "Event";
    if (!isOther || !isOlder(since, OBJECT_MS, snapshot.now)) return [];
    const finalizers = listAt(object, "metadata", "finalizers").filter((one) => one !== "foregroundDeletion");
    return finalizers.length === 0 ? [] : [findingOf(refOf(object), stuck(object, finalizers.map(String), snapshot))];
  });

function stuck(object: KubernetesObject, finalizers: readonly string[], snapshot: Snapshot): Seen {
  const users = object.kind === "PersistentVolumeClaim" ? podsOfClaim(snapshot, object) : [];
  const [user] = users;
  const said = conditionsOf(object).find((one) => one.type === "DeletionError");
  const nobody = `nobody removes its finalizer ${finalizers.join(", ")}${said ? ` (DeletionError: ${quote(said.message)})` : ""}`;
  const why = user ? `pod ${user.ref.name} still uses it` : nobody;
  const namespace = snapshot.get({ apiVersion: "v1", kind: "Namespace", name: object.metadata.namespace ?? "" });
  return {
    category: "stuck-deletion",
    message: `${formatObject(refOf(object))} is being deleted and stays in Terminating: ${why}`,
    evidence: [
      ["metadata.deletionTimestamp", String(object.metadata.deletionTimestamp)],
      ["metadata.finalizers", finalizers.join(", ")],
    ],
    since: instantAt(object, "metadata", "deletionTimestamp"),
    blames: namespace?.metadata.deletionTimestamp === undefined ? undefined : refOf(namespace),
  };
}
