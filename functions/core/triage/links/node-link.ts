/** Pods that are in trouble because of their node: it is down, short of something, or the only one that could take them. */
import type { Finding } from "../../records/finding.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { conditionOf, instantAt, listAt, refOf, textAt, valueAt } from "../../records/read-object.ts";
import { isFinished, isServing, once, type Scene } from "../scene.ts";
import { claimsOf } from "./pod-claims.ts";
import type { Link, LinkRule, Shown } from "./link.ts";

/** What a container does of its own accord: a node that is down reports none of it, so it began before. */
const OWN_FAULTS = /^(crash-loop|out-of-memory|init-failing|image-pull|config-error|wrong-architecture|failed-job|admission-denied|pod-security)$/;

/** Taints that the node controller sets by the node's conditions, and what they stand for. */
const STATE_TAINTS: readonly (readonly [words: RegExp, isSo: (node: KubernetesObject) => boolean])[] = [
  [/node\.kubernetes\.io\/(unreachable|not-ready)/, isDown],
  [/node\.kubernetes\.io\/disk-pressure/, (node) => hasPressure(node, "DiskPressure")],
  [/node\.kubernetes\.io\/memory-pressure/, (node) => hasPressure(node, "MemoryPressure")],
  [/node\.kubernetes\.io\/pid-pressure/, (node) => hasPressure(node, "PIDPressure")],
  [/node\.kubernetes\.io\/unschedulable|were unschedulable/, (node) => valueAt(node, "spec", "unschedulable") === true],
];

/** What an evicted pod was short of, by the words of the kubelet. */
const SHORT_OF: readonly (readonly [words: RegExp, condition: string])[] = [
  [/ephemeral-storage|inodes|DiskPressure/, "DiskPressure"],
  [/resource: memory|MemoryPressure/, "MemoryPressure"],
  [/pids|PIDPressure/, "PIDPressure"],
];

/** Links pods, and workloads whose missing pods they are, to the node that is the reason. */
export const linkToNode: LinkRule = (finding, scene) => {
  if (finding.object.kind === "Pod") return ofPod(finding, scene);
  return finding.object.kind === "Node" ? undefined : ofWorkload(finding, scene);
};

function ofPod(finding: Finding, scene: Scene): Link | undefined {
  const pod = scene.snapshot.get(finding.object);
  if (!pod) return undefined;
  const node = nodeOf(pod, scene);
  if (!node) return ofUnplaced(finding, { pod, scene });
  if (textAt(pod, "status", "reason") === "Evicted") return evictedFrom(node, textAt(pod, "status", "message") ?? finding.message);
  return isDown(node) && !OWN_FAULTS.test(finding.category) && !isOlderThanOutage(finding, node) ? downLink(node) : undefined;
}

/** A pod that was in trouble well before its node went down has a reason of its own. */
function isOlderThanOutage(finding: Finding, node: KubernetesObject): boolean {
  const down = instantAt(conditionOf(node, "Ready"), "lastTransitionTime");
  const started = finding.category === "not-ready" ? undefined : finding.since;
  return down !== undefined && started !== undefined && finding.category !== "stuck-deletion" && started < down - 5 * 60_000;
}

function evictedFrom(node: KubernetesObject, message: string): Link | undefined {
  const condition = SHORT_OF.find(([words]) => words.test(message))?.[1];
  return condition !== undefined && hasPressure(node, condition) ? { target: refOf(node), shows: shown(node, condition) } : undefined;
}

interface Unplaced {
  readonly pod: KubernetesObject;
  readonly scene: Scene;
}

/** A pending pod hangs on a node when nothing but the state of nodes speaks against it, when it replaces a pod there, or when its volume is there. */
function ofUnplaced(finding: Finding, { pod, scene }: Unplaced): Link | undefined {
  const message = textAt(conditionOf(pod, "PodScheduled"), "message") ?? finding.message;
  if (!message.includes("nodes are available")) return undefined;
  const states = STATE_TAINTS.filter(([words]) => words.test(message));
  const pinned = pinnedNode(pod, scene);
  if (pinned && isDown(pinned) && /volume node affinity|unreachable|not-ready/.test(message)) return downLink(pinned);
  const candidates = nodes(scene).filter((node) => states.some(([, isSo]) => isSo(node)));
  const siblings = new Set(scene.podsOf(scene.rootOf(refOf(pod))).map((other) => textAt(other, "spec", "nodeName")));
  const left = candidates.find((node) => siblings.has(node.metadata.name));
  const [only] = hasOtherReasons(message) ? [] : candidates;
  const node = left ?? only;
  return node && { target: refOf(node), shows: stateOf(node) };
}

/** Reasons in the scheduler's message that are about the pod, and not about the state of a node; a control plane's own taint is neither. */
function hasOtherReasons(message: string): boolean {
  const reasons = /nodes are available: (.*?)(\. preemption|\.?$)/s.exec(message)?.[1]?.split(/, (?=\d+ )/) ?? [];
  return reasons.some((reason) => !reason.includes("node-role.kubernetes.io") && !STATE_TAINTS.some(([words]) => words.test(reason)));
}

/** The node that holds the local volume of a pod. */
function pinnedNode(pod: KubernetesObject, scene: Scene): KubernetesObject | undefined {
  for (const claim of claimsOf(pod, scene)) {
    const volume = scene.snapshot.get({ kind: "PersistentVolume", name: textAt(claim, "spec", "volumeName") ?? "" });
    const [name] = listAt(volume, "spec", "nodeAffinity", "required", "nodeSelectorTerms")
      .flatMap((term) => listAt(term, "matchExpressions"))
      .flatMap((expression) => (textAt(expression, "key") === "kubernetes.io/hostname" ? listAt(expression, "values") : []));
    const node = typeof name === "string" ? nodeByHostname(name, scene) : undefined;
    if (node) return node;
  }
  return undefined;
}

function nodeByHostname(name: string, scene: Scene): KubernetesObject | undefined {
  return nodes(scene).find((node) => node.metadata.name === name || node.metadata.labels?.["kubernetes.io/hostname"] === name);
}

/** A workload is short because of a node when each pod that it misses is there, or waits for a place. */
function ofWorkload(finding: Finding, scene: Scene): Link | undefined {
  if (OWN_FAULTS.test(finding.category) || !isSamePlace(finding, scene)) return undefined;
  const missing = scene.podsOf(finding.object).filter((pod) => !isServing(pod) && !isFinished(pod));
  const placed = missing.flatMap((pod) => nodeOf(pod, scene) ?? []);
  const [first] = placed;
  return first && placed.every(isDown) ? downLink(first) : undefined;
}

/** Only what is said of the workload at the top of the chain counts all of its pods. */
function isSamePlace(finding: Finding, scene: Scene): boolean {
  return scene.rootOf(finding.object).name === finding.object.name;
}

const byScene = new WeakMap<Scene, () => readonly KubernetesObject[]>();

function nodes(scene: Scene): readonly KubernetesObject[] {
  const known = byScene.get(scene) ?? once(() => [...scene.snapshot.ofKind("Node")].sort((a, b) => a.metadata.name.localeCompare(b.metadata.name)));
  byScene.set(scene, known);
  return known();
}

function nodeOf(pod: KubernetesObject, scene: Scene): KubernetesObject | undefined {
  const name = textAt(pod, "spec", "nodeName");
  return name === undefined || name === "" ? undefined : scene.snapshot.get({ apiVersion: "v1", kind: "Node", name });
}

function isDown(node: KubernetesObject): boolean {
  const status = textAt(conditionOf(node, "Ready"), "status");
  return status === "False" || status === "Unknown";
}

function hasPressure(node: KubernetesObject, type: string): boolean {
  return textAt(conditionOf(node, type), "status") === "True";
}

function downLink(node: KubernetesObject): Link {
  return { target: refOf(node), shows: shown(node, "Ready") };
}

function stateOf(node: KubernetesObject): Shown {
  const pressure = ["DiskPressure", "MemoryPressure", "PIDPressure"].find((type) => hasPressure(node, type));
  if (isDown(node)) return shown(node, "Ready");
  if (pressure !== undefined) return shown(node, pressure);
  return { category: "node-cordoned", message: "the node is cordoned, so it takes no new pods", field: "spec.unschedulable", value: "true" };
}

const CONDITIONS: Readonly<Record<string, readonly [category: string, meaning: string]>> = {
  Ready: ["node-not-ready", "the node is not ready"],
  DiskPressure: ["disk-pressure", "the node is short of disk space, so its pods are evicted"],
  MemoryPressure: ["memory-pressure", "the node is short of memory, so its pods are evicted"],
  PIDPressure: ["pid-pressure", "the node is short of process ids, so its pods are evicted"],
};

function shown(node: KubernetesObject, type: string): Shown {
  const [category, meaning] = CONDITIONS[type] ?? ["node-problem", "the node reports a problem"];
  const said = textAt(conditionOf(node, type), "message");
  return {
    category,
    message: said === undefined ? meaning : `${meaning}: ${said}`,
    field: `status.conditions[${type}].status`,
    value: textAt(conditionOf(node, type), "status") ?? "",
  };
}
