/** New revisions of a workload, and what each changed: Deployments keep them as ReplicaSets, the others as ControllerRevisions. */
import type { RecentChange } from "../records/finding.ts";
import { formatObject, type ObjectRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { instantAt, numberAt, refOf, textAt, valueAt } from "../records/read-object.ts";
import { group } from "./scene.ts";
import type { Snapshot } from "./snapshot.ts";
import { templateDiff } from "./template-diff.ts";

const indexes = new WeakMap<Snapshot, ReadonlyMap<string, readonly KubernetesObject[]>>();

/** Revisions by the workload that they are of. */
function revisionsOf(workload: ObjectRef, snapshot: Snapshot): readonly KubernetesObject[] {
  const index = indexes.get(snapshot) ?? group([...snapshot.ofKind("ReplicaSet"), ...snapshot.ofKind("ControllerRevision")], ownerKey);
  indexes.set(snapshot, index);
  return [...(index.get(formatObject(workload)) ?? [])].sort((a, b) => numberOf(a) - numberOf(b));
}

function ownerKey({ metadata }: KubernetesObject): string {
  const owner = metadata.ownerReferences?.find((reference) => reference.controller === true);
  return owner ? formatObject({ kind: owner.kind, name: owner.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) }) : "";
}

function numberOf(revision: KubernetesObject): number {
  return numberAt(revision, "revision") ?? Number(revision.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
}

/** Every revision that followed another, when it was made, and the fields that differ. One that a roll-back took up again keeps its old time. */
export function revisionChanges(workload: ObjectRef, snapshot: Snapshot): readonly RecentChange[] {
  const revisions = revisionsOf(workload, snapshot);
  return revisions.slice(1).flatMap((revision, index) => {
    const at = instantAt(revision, "metadata", "creationTimestamp");
    const fields = templateDiff(templateOf(revisions[index]), templateOf(revision));
    const what = fields.length === 0 ? "a new revision with the same pod template" : `a new revision changed ${fields.join(", ")}`;
    return at === undefined ? [] : [{ object: refOf(revision), at, what }];
  });
}

function templateOf(revision: KubernetesObject | undefined): unknown {
  const template = valueAt(revision, "spec", "template") ?? valueAt(revision, "data", "spec", "template");
  return textAt(template, "$patch") === undefined || template === null || typeof template !== "object" ? template : { ...template, $patch: undefined };
}
