/** Objects that are still written for an API version that the cluster does not serve any more: the next apply of that file fails. */
import { type Analyzer, findingOf } from "../finding-of.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { refOf, textAt } from "../../records/read-object.ts";
import type { Snapshot } from "../snapshot.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Versions that Kubernetes removed: kinds, the minor version that lacks them, and what to write instead. */
type Removal = readonly [apiVersion: string, kinds: readonly string[] | undefined, minor: number, instead: string];
const REMOVED: readonly Removal[] = [
  ["extensions/v1beta1", ["Ingress"], 22, "networking.k8s.io/v1"],
  ["extensions/v1beta1", undefined, 16, "apps/v1 or networking.k8s.io/v1"],
  ["apps/v1beta1", undefined, 16, "apps/v1"],
  ["apps/v1beta2", undefined, 16, "apps/v1"],
  ["networking.k8s.io/v1beta1", ["Ingress", "IngressClass"], 22, "networking.k8s.io/v1"],
  ["rbac.authorization.k8s.io/v1beta1", undefined, 22, "rbac.authorization.k8s.io/v1"],
  ["apiextensions.k8s.io/v1beta1", undefined, 22, "apiextensions.k8s.io/v1"],
  ["admissionregistration.k8s.io/v1beta1", ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"], 22, "admissionregistration.k8s.io/v1"],
  ["apiregistration.k8s.io/v1beta1", undefined, 22, "apiregistration.k8s.io/v1"],
  ["scheduling.k8s.io/v1beta1", undefined, 22, "scheduling.k8s.io/v1"],
  ["storage.k8s.io/v1beta1", ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"], 22, "storage.k8s.io/v1"],
  ["storage.k8s.io/v1beta1", ["CSIStorageCapacity"], 27, "storage.k8s.io/v1"],
  ["batch/v1beta1", ["CronJob"], 25, "batch/v1"],
  ["discovery.k8s.io/v1beta1", undefined, 25, "discovery.k8s.io/v1"],
  ["events.k8s.io/v1beta1", undefined, 25, "events.k8s.io/v1"],
  ["policy/v1beta1", ["PodDisruptionBudget"], 25, "policy/v1"],
  ["policy/v1beta1", ["PodSecurityPolicy"], 25, "Pod Security admission"],
  ["node.k8s.io/v1beta1", undefined, 25, "node.k8s.io/v1"],
  ["autoscaling/v2beta1", undefined, 25, "autoscaling/v2"],
  ["autoscaling/v2beta2", undefined, 26, "autoscaling/v2"],
  ["flowcontrol.apiserver.k8s.io/v1beta1", undefined, 26, "flowcontrol.apiserver.k8s.io/v1"],
  ["flowcontrol.apiserver.k8s.io/v1beta2", undefined, 29, "flowcontrol.apiserver.k8s.io/v1"],
  ["flowcontrol.apiserver.k8s.io/v1beta3", undefined, 32, "flowcontrol.apiserver.k8s.io/v1"],
];

/** Kinds whose every version of a row is gone, so that no row names them. */
const OTHER_KINDS =
  "Deployment DaemonSet StatefulSet ReplicaSet HorizontalPodAutoscaler NetworkPolicy PriorityClass RuntimeClass Role ClusterRole RoleBinding ClusterRoleBinding CustomResourceDefinition FlowSchema PriorityLevelConfiguration";
const KINDS = [...new Set([...REMOVED.flatMap(([, kinds]) => kinds ?? []), ...OTHER_KINDS.split(" ")])];

/** Where no node tells the cluster's version: the oldest that we know. */
const OLDEST_MINOR = 24;

/** Finds objects whose own version, or the one that they were last applied in, is gone from this cluster. */
export const findRemovedApis: Analyzer = (snapshot) => {
  const minor = minorOf(snapshot);
  return KINDS.flatMap((kind) => snapshot.ofKind(kind)).flatMap((object) => {
    const [found] = [object.apiVersion, appliedAs(object)].flatMap((version): Removal[] => removalOf(version, object.kind, minor));
    if (!found) return [];
    const [apiVersion, , since, instead] = found;
    return [
      findingOf(refOf(object), {
        category: "removed-api",
        message: `${object.kind} ${object.metadata.name} was applied as ${apiVersion}, which Kubernetes 1.${since} removed; use ${instead}, or the next apply fails (no matches for kind)`,
        evidence: [["apiVersion", apiVersion]],
      }),
    ];
  });
};

function removalOf(apiVersion: string | undefined, kind: string, minor: number): Removal[] {
  const found = REMOVED.find(([version, kinds, removedIn]) => version === apiVersion && (kinds?.includes(kind) ?? true) && removedIn <= minor);
  return found ? [found] : [];
}

/** The version in what `kubectl apply` keeps of the file; read without parsing all of it. */
function appliedAs(object: KubernetesObject): string | undefined {
  const applied = object.metadata.annotations?.[LAST_APPLIED];
  return applied === undefined ? undefined : /^\s*\{\s*"apiVersion"\s*:\s*"([^"]{1,100})"/.exec(applied)?.[1];
}

/** The oldest minor version among the nodes: what it lacks, all lack. */
function minorOf(snapshot: Snapshot): number {
  const minors = snapshot.ofKind("Node").flatMap((node) => {
    const minor = /^v1\.(\d{1,3})/.exec(textAt(node, "status", "nodeInfo", "kubeletVersion") ?? "")?.[1];
    return minor === undefined ? [] : [Number(minor)];
  });
  return minors.length === 0 ? OLDEST_MINOR : Math.min(...minors);
}
