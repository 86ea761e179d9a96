/** The hand on the local cluster: it does what the API server and the controllers would do, and keeps a ledger of it. */
import type { Actuator } from "../../ports/actuator.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Target } from "../../records/action.ts";
import { formatObject, type ObjectRef } from "../../records/fields.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { listAt, numberAt, textAt, valueAt } from "../../records/read-object.ts";
import type { Documents } from "../documents.ts";
import type { GitOpsLoop } from "../gitops/loop.ts";
import type { LocalCluster } from "./cluster.ts";

export const ACTUATOR_LEDGER = "actuator";

export interface LocalActuatorOptions {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly cluster: LocalCluster;
  readonly gitops: GitOpsLoop;
}

export function createLocalActuator({ documents, clock, cluster, gitops }: LocalActuatorOptions): Actuator {
  const live = ({ object, uid }: Target): KubernetesObject | undefined =>
    cluster.now().find((other) => isNamed(other, object) && other.metadata.uid === uid && other.metadata.deletionTimestamp === undefined);
  const done = <Outcome>(what: string, target: Target, outcome: Outcome): Outcome => {
    documents.append(ACTUATOR_LEDGER, { what, object: formatObject(target.object), uid: target.uid, outcome, at: clock.now() });
    return outcome;
  };
  return {
    async evict(target) {
      await Promise.resolve();
      const pod = live(target);
      if (!pod) return done("evict", target, "gone");
      if (!budgetAllows(pod, cluster.now())) return done("evict", target, "budget");
      return done("evict", target, cluster.replacePod(target.uid) ? "evicted" : "gone");
    },
    async scale(target, { replicas, resourceVersion }) {
      await Promise.resolve();
      const deployment = live(target);
      const manifest = cluster.applied().find((other) => isNamed(other, target.object));
      if (!deployment || !manifest) return done("scale", target, "gone");
      if (deployment.metadata.resourceVersion !== resourceVersion) return done("scale", target, "changed");
      const spec = valueAt(manifest, "spec");
      cluster.apply({ ...manifest, spec: { ...(typeof spec === "object" ? spec : {}), replicas } });
      return done("scale", target, "scaled");
    },
    async deleteJob(target) {
      await Promise.resolve();
      if (!live(target)) return done("delete job", target, "gone");
      cluster.remove(target.object);
      return done("delete job", target, "deleted");
    },
    async sync(target) {
      const app = (await gitops.applications()).find((other) => isNamed(other, target.object) && other.metadata.uid === target.uid);
      if (!app) return done("sync", target, "gone");
      await gitops.tick({ sync: target.object.name });
      return done("sync", target, "started");
    },
  };
}

function isNamed({ kind, metadata }: KubernetesObject, ref: ObjectRef): boolean {
  return kind === ref.kind && metadata.name === ref.name && (metadata.namespace ?? "") === (ref.namespace ?? "");
}

/** Every budget that selects the pod leaves room for one less, as the eviction API judges it. */
function budgetAllows(pod: KubernetesObject, objects: readonly KubernetesObject[]): boolean {
  const budgets = objects.filter((object) => object.kind === "PodDisruptionBudget" && object.metadata.namespace === pod.metadata.namespace);
  return budgets
    .filter((budget) => selects(budget, pod))
    .every((budget) => {
      const pods = objects.filter((other) => other.kind === "Pod" && other.metadata.namespace === pod.metadata.namespace && selects(budget, other));
      const ready = pods.filter(isReady).length;
      const least = numberAt(budget, "spec", "minAvailable") ?? pods.length - (numberAt(budget, "spec", "maxUnavailable") ?? pods.length);
      return ready - (isReady(pod) ? 1 : 0) >= least;
    });
}

function selects(budget: KubernetesObject, pod: KubernetesObject): boolean {
  const wanted = valueAt(budget, "spec", "selector", "matchLabels");
  return typeof wanted === "object" && wanted !== null && Object.entries(wanted).every(([name, value]) => pod.metadata.labels?.[name] === value);
}

function isReady(pod: KubernetesObject): boolean {
  return listAt(pod, "status", "conditions").some((condition) => textAt(condition, "type") === "Ready" && textAt(condition, "status") === "True");
}
