/** `restart_pod`: one pod is evicted, so that its controller makes another and disruption budgets hold. */
import * as z from "zod";
import { whyProtected } from "../policy/actions/protected-objects.ts";
import { formatObject, type ObjectRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { createSnapshot } from "../triage/snapshot.ts";
import { type Acted, defineAction, type Looked, objectName } from "./action-tool.ts";

/** Controllers that make a pod anew, anywhere; a StatefulSet's pod has a name and a disk of its own. */
const CONTROLLERS: ReadonlySet<string> = new Set(["ReplicaSet", "DaemonSet", "ReplicationController"]);

export const restartPod = defineAction(z.looseObject({ namespace: objectName, pod: objectName, uid: z.string().max(64).optional() }), {
  async look({ namespace, pod: name, uid }, { cluster }): Promise<Looked> {
    const ref = { apiVersion: "v1", kind: "Pod", namespace, name };
    const pod = await cluster.read(ref);
    const gone = whyNothing(pod, uid);
    if (!pod || gone !== undefined) return { nothing: `${formatObject(ref)} is ${gone ?? "gone already"}` };
    const command = `kubectl delete pod ${name} --namespace ${namespace}`;
    const owner = pod.metadata.ownerReferences?.find((reference) => reference.controller === true);
    if (!owner || !CONTROLLERS.has(owner.kind)) return { refusal: `${formatObject(ref)} belongs to ${owner?.kind ?? "no controller"}`, command };
    const subject = await workloadOf(pod, { kind: owner.kind, namespace, name: owner.name, apiVersion: owner.apiVersion }, (wanted) => cluster.read(wanted));
    const why = whyProtected(pod) ?? (subject.object && whyProtected(subject.object));
    if (why !== undefined) return { refusal: why };
    const words = `restart ${formatObject(ref)}, by evicting it: ${formatObject(subject.ref)} makes another`;
    return { intent: { subject: subject.ref, targets: [{ object: ref, uid: pod.metadata.uid ?? "" }], words, command } };
  },
  async act({ targets: [target] }, { actuator, cluster, guard }): Promise<Acted> {
    if (!target) return { unsure: "the record names no pod" };
    const live = await cluster.read(target.object);
    if (live?.metadata.uid !== target.uid || live.metadata.deletionTimestamp !== undefined) return { done: `${formatObject(target.object)} is gone` };
    await guard();
    const outcome = await actuator.evict(target);
    return outcome === "budget" ? { later: "a disruption budget allows no eviction now" } : { done: `${formatObject(target.object)} is evicted` };
  },
});

/** What makes a restart needless. */
function whyNothing(pod: KubernetesObject | undefined, uid: string | undefined): string | undefined {
  if (!pod) return "gone already";
  if (uid !== undefined && uid !== "" && pod.metadata.uid !== uid) return "another pod by now";
  return pod.metadata.deletionTimestamp === undefined ? undefined : "on its way out already";
}

/** The workload at the top: what cools down, because the next pod has another name. */
async function workloadOf(
  pod: KubernetesObject,
  owner: ObjectRef,
  read: (ref: ObjectRef) => Promise<KubernetesObject | undefined>,
): Promise<{ ref: ObjectRef; object: KubernetesObject | undefined }> {
  const controller = await read(owner);
  const ref = createSnapshot([pod, ...(controller ? [controller] : [])], 0).rootOf(pod);
  return { ref, object: ref.kind === owner.kind ? controller : ((await read(ref)) ?? controller) };
}
