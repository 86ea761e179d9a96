/** Objects of operators that people often run: what their status calls a fault. Known kinds by their fields, all others by the usual conditions. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { groupOf, refOf, textAt, valueAt } from "../../records/read-object.ts";
import { conditionEvidence, conditionsOf, isOlder, sayCondition } from "../condition-view.ts";
import { objectsOf } from "../find-at.ts";
import { nodeDown } from "../node-down.ts";
import type { Snapshot } from "../snapshot.ts";
import { type Analyzer, findingOf, quote, type Seen } from "../finding-of.ts";

interface Known {
  readonly kind: string;
  readonly group: string;
  /** The field that tells, and the values that are bad. */
  readonly field: readonly string[];
  readonly bad: RegExp;
  readonly said?: readonly string[];
  readonly category: string;
  readonly meaning: string;
}

const PHASE = ["status", "phase"];

const KNOWN: readonly Known[] = [
  {
    kind: "Chart",
    group: "helm.k0sproject.io",
    field: ["status", "error"],
    bad: /./,
    category: "helm-chart-failed",
    meaning: "k0s cannot install or upgrade the Helm chart",
  },
  {
    kind: "Plan",
    group: "autopilot.k0sproject.io",
    field: ["status", "state"],
    bad: /Incomplete|Inconsistent|Failed|Restricted|Missing/,
    category: "update-plan-failed",
    meaning: "k0s Autopilot cannot carry out the update plan",
  },
  {
    kind: "Volume",
    group: "longhorn.io",
    field: ["status", "robustness"],
    bad: /^(faulted|degraded)$/,
    category: "volume-degraded",
    meaning: "the Longhorn volume has lost replicas, or has none to be attached by",
  },
  {
    kind: "BackupStorageLocation",
    group: "velero.io",
    field: PHASE,
    bad: /^Unavailable$/,
    said: ["status", "message"],
    category: "backup-storage-unavailable",
    meaning: "Velero cannot reach the place where backups go, so there are none",
  },
  {
    kind: "Rollout",
    group: "argoproj.io",
    field: PHASE,
    bad: /^Degraded$/,
    said: ["status", "message"],
    category: "rollout-degraded",
    meaning: "the Rollout is degraded or was aborted",
  },
  {
    kind: "VolumeSnapshot",
    group: "snapshot.storage.k8s.io",
    field: ["status", "error", "message"],
    bad: /./,
    category: "snapshot-failed",
    meaning: "the volume snapshot cannot be taken",
  },
  {
    kind: "CephCluster",
    group: "ceph.rook.io",
    field: ["status", "ceph", "health"],
    bad: /^HEALTH_(WARN|ERR)$/,
    category: "ceph-unhealthy",
    meaning: "the Ceph cluster is not healthy",
  },
];

/** Groups with analyzers of their own, and what the core of Kubernetes writes, which has conditions of other meanings. */
const TOLD_ELSEWHERE =
  /(^|\.)(k8s\.io|knative\.dev|fluxcd\.io|cert-manager\.io|external-secrets\.io|argoproj\.io|k0sproject\.io|bitnami\.com)$|^(apps|batch|autoscaling|policy|extensions|)$/;
/** Conditions that have to be True, by the conventions of the Kubernetes API and of widespread operators. */
const POSITIVE = new Set(["Ready", "Available", "Healthy", "Synced", "Reconciled", "ContinuousArchiving", "LastBackupSucceeded"]);
const NEGATIVE = new Set(["Stalled", "Degraded", "NotReady", "ReconcileError"]);
/** Operators set False while they work; what lasts longer than this is no work. */
const WORKING_MS = 5 * 60_000;

/** Finds what the status of well-known custom resources calls a fault. */
export const findKnownStatus: Analyzer = (snapshot) =>
  KNOWN.flatMap((known) =>
    snapshot.ofKind(known.kind).flatMap((object) => {
      const value = textAt(object, ...known.field);
      const isBad = groupOf(object.apiVersion) === known.group && value !== undefined && known.bad.test(value);
      if (!isBad || object.metadata.deletionTimestamp !== undefined || isDetached(object, snapshot)) return [];
      const said = known.said ? textAt(object, ...known.said) : undefined;
      return [
        findingOf(refOf(object), {
          category: known.category,
          message: `${known.meaning}: ${quote(value)}${said === undefined ? "" : `: ${quote(said)}`}`,
          evidence: [[known.field.join("."), value]],
          blames: known.group === "longhorn.io" ? anyLostNode(snapshot) : undefined,
        }),
      ];
    }),
  );

/** A Longhorn volume that nobody uses has no replicas running, and says `unknown` or keeps its last word; one that a pod waits for is used. */
function isDetached(object: KubernetesObject, snapshot: Snapshot): boolean {
  if (object.kind !== "Volume" || textAt(object, "status", "state") !== "detached") return false;
  return !snapshot.pods.some((pod) =>
    snapshot.eventsOf(pod.ref).some(({ reason, message }) => reason === "FailedAttachVolume" && message.includes(object.metadata.name)),
  );
}

/** Finds custom resources of other operators that say of themselves, and keep saying, that they do not work. */
export const findCustomConditions: Analyzer = (snapshot) =>
  snapshot.objects.flatMap((object) => {
    if (object.metadata.deletionTimestamp !== undefined || isResting(object) || TOLD_ELSEWHERE.test(groupOf(object.apiVersion))) return [];
    const seen = unwell(object, snapshot.now);
    return seen ? [findingOf(refOf(object), { ...seen, blames: lostNodeOf(object, snapshot) })] : [];
  });

/** Stopped by somebody on purpose: suspended, paused, hibernated, a virtual machine that is off. */
function isResting(object: KubernetesObject): boolean {
  const flags = ["suspend", "suspended", "paused", "pause"].some((flag) => valueAt(object, "spec", flag) === true);
  const isOff = valueAt(object, "spec", "running") === false || textAt(object, "spec", "runStrategy") === "Halted" || valueAt(object, "spec", "replicas") === 0;
  return flags || isOff || object.metadata.annotations?.["cnpg.io/hibernation"] === "on";
}

/** The node of the cluster that an operator's object is about, where that is down: Longhorn has a Node of its own for each. */
function lostNodeOf(object: KubernetesObject, snapshot: Snapshot): Seen["blames"] {
  const name = textAt(object, "spec", "nodeName") ?? textAt(object, "spec", "nodeID") ?? (object.kind === "Node" ? object.metadata.name : undefined);
  return nodeDown(snapshot, name)?.ref;
}

/** A volume loses its replicas with their node. */
function anyLostNode(snapshot: Snapshot): Seen["blames"] {
  const nodes = objectsOf(snapshot, { group: "", kind: "Node" });
  return nodes.flatMap((node) => nodeDown(snapshot, node.metadata.name)?.ref ?? [])[0];
}

function unwell(object: KubernetesObject, now: number): Seen | undefined {
  const condition = conditionsOf(object).find(
    ({ type, status, since }) => ((POSITIVE.has(type) && status === "False") || (NEGATIVE.has(type) && status === "True")) && isOlder(since, WORKING_MS, now),
  );
  return (
    condition && {
      category: "custom-resource-not-ready",
      message: `its controller says ${condition.type} ${condition.status}: ${sayCondition(condition)}`,
      evidence: conditionEvidence(condition),
      since: condition.since,
    }
  );
}
