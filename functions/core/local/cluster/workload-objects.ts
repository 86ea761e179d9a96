/** Deployments and replica sets with the status that their controllers write. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { apiTime } from "./container-life.ts";
import { defaultedSpec, livesOf } from "./pod-object.ts";
import { type ReplicaSetRecord, type Rollout, type RolloutContext, setsOf } from "./rollout.ts";

function readyPods(set: ReplicaSetRecord, context: RolloutContext): number {
  return set.pods.filter((pod) => livesOf(set, pod, context).every(({ life }) => life.ready)).length;
}

function templateOf(set: ReplicaSetRecord, labels: Readonly<Record<string, string>> = {}): Record<string, unknown> {
  const { annotations } = set.template.metadata;
  return {
    metadata: { labels: { ...set.template.metadata.labels, ...labels }, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: defaultedSpec(set),
  };
}

/** A replica set; one without pods is kept for rolling back, as `revisionHistoryLimit` has it. */
export function replicaSetObject(set: ReplicaSetRecord, given: { deployment: KubernetesObject; rollout: Rollout }, context: RolloutContext): KubernetesObject {
  const ready = readyPods(set, context);
  const count = set.pods.length;
  const hash = { "pod-template-hash": set.hash };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      annotations: {
        "deployment.kubernetes.io/desired-replicas": String(given.rollout.replicas),
        "deployment.kubernetes.io/max-replicas": String(given.rollout.replicas + Math.max(1, Math.ceil(given.rollout.replicas / 4))),
        "deployment.kubernetes.io/revision": String(set.revision),
      },
      creationTimestamp: apiTime(set.createdAt),
      generation: 1,
      labels: { ...set.template.metadata.labels, ...hash },
      name: set.name,
      namespace: context.namespace,
      ownerReferences: [{ apiVersion: "apps/v1", blockOwnerDeletion: true, controller: true, kind: "Deployment", name: context.name, uid: given.rollout.uid }],
      resourceVersion: String(set.revision),
      uid: set.uid,
    },
    spec: { replicas: count, selector: { matchLabels: { ...set.template.metadata.labels, ...hash } }, template: templateOf(set, hash) },
    status: {
      ...(count > 0 && { fullyLabeledReplicas: count }),
      observedGeneration: 1,
      ...(ready > 0 && { readyReplicas: ready, availableReplicas: ready }),
      replicas: count,
      terminatingReplicas: 0,
    },
  };
}

function conditionsOf(current: ReplicaSetRecord, available: number, context: RolloutContext): readonly Record<string, unknown>[] {
  const done = readyPods(current, context) >= current.pods.length && current.pods.length > 0;
  const progressing = done
    ? { message: `ReplicaSet "${current.name}" has successfully progressed.`, reason: "NewReplicaSetAvailable", status: "True" }
    : progressOf(current, context);
  const minimum =
    available > 0
      ? { message: "Deployment has minimum availability.", reason: "MinimumReplicasAvailable", status: "True" }
      : { message: "Deployment does not have minimum availability.", reason: "MinimumReplicasUnavailable", status: "False" };
  const times = { lastTransitionTime: apiTime(current.createdAt), lastUpdateTime: apiTime(current.createdAt) };
  return [
    { ...times, ...progressing, type: "Progressing" },
    { ...times, ...minimum, type: "Available" },
  ];
}

/** Past ten minutes without progress the controller gives up waiting, and says so. */
function progressOf(current: ReplicaSetRecord, { now, secondMs }: RolloutContext): { message: string; reason: string; status: string } {
  const began = current.pods[0]?.createdAt ?? current.createdAt;
  if (now - began > 600 * secondMs)
    return { message: `ReplicaSet "${current.name}" has timed out progressing.`, reason: "ProgressDeadlineExceeded", status: "False" };
  return { message: `ReplicaSet "${current.name}" is progressing.`, reason: "ReplicaSetUpdated", status: "True" };
}

/** The deployment: its manifest with defaults, and how far its rollout is. */
export function deploymentObject(manifest: KubernetesObject, rollout: Rollout, context: RolloutContext): KubernetesObject {
  const sets = setsOf(rollout);
  const [current] = sets;
  const count = sets.reduce((total, set) => total + set.pods.length, 0);
  const ready = sets.reduce((total, set) => total + readyPods(set, context), 0);
  const spec = typeof manifest["spec"] === "object" && manifest["spec"] !== null ? manifest["spec"] : {};
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      annotations: { ...manifest.metadata.annotations, "deployment.kubernetes.io/revision": String(current?.revision ?? 1) },
      creationTimestamp: apiTime(rollout.createdAt),
      generation: rollout.generation,
      resourceVersion: String(rollout.generation),
      uid: rollout.uid,
    },
    spec: {
      progressDeadlineSeconds: 600,
      replicas: rollout.replicas,
      revisionHistoryLimit: 10,
      strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" }, type: "RollingUpdate" },
      ...spec,
      ...(current && { template: templateOf(current) }),
    },
    status: {
      ...(ready > 0 && { availableReplicas: ready, readyReplicas: ready }),
      conditions: current ? conditionsOf(current, ready, context) : [],
      observedGeneration: rollout.generation,
      replicas: count,
      terminatingReplicas: 0,
      ...(count > ready && { unavailableReplicas: count - ready }),
      updatedReplicas: current?.pods.length ?? 0,
    },
  };
}
