/** Whether every volume that a container mounts is there, and every claim behind one. */
import type { Check } from "../records/check.ts";
import { formatObject } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { listAt, refOf, textAt } from "../records/read-object.ts";
import { findObject } from "../triage/find-at.ts";
import type { Snapshot } from "../triage/snapshot.ts";
import { checked, notChecked, refused } from "./check-of.ts";
import { containersOf, podOf, type Rendering, type Touched } from "./touched.ts";

const CLAIM = { group: "", kind: "PersistentVolumeClaim" };

/** @param snapshot undefined where the cluster cannot be seen: then a claim that Git does not declare is not known to be missing */
export function checkVolumes(touched: readonly Touched[], { after }: Pick<Rendering, "after">, snapshot: Snapshot | undefined): Check | undefined {
  const workloads = touched.filter((one) => podOf(one.after) !== undefined && JSON.stringify(volumesOf(one.before)) !== JSON.stringify(volumesOf(one.after)));
  if (workloads.length === 0) return undefined;
  const lost: string[] = [];
  const unknown: string[] = [];
  for (const { before, after: workload } of workloads) {
    const [old, name] = [new Set(before === undefined ? [] : mountProblems(before)), formatObject(refOf(workload))];
    lost.push(...mountProblems(workload).flatMap((one) => (old.has(one) ? [] : [`${name}: ${one}`])));
    const had = new Set(claims(before));
    for (const claim of claims(workload).filter((one) => !had.has(one))) {
      if (isDeclared(after, workload, claim)) continue;
      if (snapshot === undefined) unknown.push(claim);
      else if (!findObject(snapshot, CLAIM, { name: claim, namespace: workload.metadata.namespace }))
        lost.push(`${name}: its claim ${claim} is neither in Git nor in the cluster`);
    }
  }
  if (lost.length > 0) return refused("volumes", lost);
  if (unknown.length > 0) return notChecked("volumes", `the cluster cannot be seen now, so whether ${unknown.slice(0, 4).join(", ")} is there is not known`);
  return checked("volumes", "every mount names a volume of its pod, and every claim is there");
}

function isDeclared(objects: readonly KubernetesObject[], workload: KubernetesObject, claim: string): boolean {
  return objects.some(({ kind, metadata }) => kind === CLAIM.kind && metadata.name === claim && metadata.namespace === workload.metadata.namespace);
}

/** Those of ephemeral volumes are made with the pod. */
function claims(workload: KubernetesObject | undefined): readonly string[] {
  return listAt(podOf(workload)?.object, "spec", "volumes").flatMap((volume) => textAt(volume, "persistentVolumeClaim", "claimName") ?? []);
}

/** A stateful set's templates are volumes of its pods, too. */
function mountProblems(workload: KubernetesObject): readonly string[] {
  const pod = podOf(workload);
  if (pod === undefined) return [];
  const templates = listAt(workload, "spec", "volumeClaimTemplates").flatMap((template) => textAt(template, "metadata", "name") ?? []);
  const there = new Set([...listAt(pod.object, "spec", "volumes").flatMap((volume) => textAt(volume, "name") ?? []), ...templates]);
  return containersOf(pod).flatMap((container) =>
    ["volumeMounts", "volumeDevices"]
      .flatMap((list) => listAt(container, list))
      .flatMap((mount) => {
        const name = textAt(mount, "name");
        return name === undefined || there.has(name) ? [] : [`container ${textAt(container, "name") ?? ""} mounts ${name}, which is no volume of the pod`];
      }),
  );
}

function volumesOf(workload: KubernetesObject | undefined): readonly unknown[] {
  const pod = podOf(workload);
  if (!workload || !pod) return [];
  const mounts = containersOf(pod).map((container) => [listAt(container, "volumeMounts"), listAt(container, "volumeDevices")]);
  return [listAt(pod.object, "spec", "volumes"), mounts, listAt(workload, "spec", "volumeClaimTemplates")];
}
