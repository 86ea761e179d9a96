/** Whether the nodes that may take a changed pod have room for as many of it as are wanted (design 8.4). */
import type { Check } from "../records/check.ts";
import { formatObject } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { isSameObject, numberAt, refOf } from "../records/read-object.ts";
import { againstPlacement, formatAmount, requestOf } from "../triage/node-fit.ts";
import { freeOn, isReady, nodesFor } from "../triage/node-room.ts";
import type { PodView } from "../triage/pod-view.ts";
import type { Snapshot } from "../triage/snapshot.ts";
import { checked, named, notChecked, refused } from "./check-of.ts";
import { podOf, type Touched } from "./touched.ts";
import { againstVolumes } from "./volume-nodes.ts";

const RESOURCES = ["cpu", "memory"];

/** Pods of one workload on one node are never counted beyond this. */
const MANY = 1_000;

interface Placed {
  readonly snapshot: Snapshot;
  readonly workload: KubernetesObject;
  readonly pod: PodView;
}

/** @param snapshot the cluster as it would be with the other open changes in it; undefined where it cannot be seen */
export function checkRoom(touched: readonly Touched[], snapshot: Snapshot | undefined): Check | undefined {
  const workloads = touched.flatMap((one) => {
    const pod = podOf(one.after);
    return pod === undefined || placementOf(one.before) === placementOf(one.after) ? [] : [{ ...one, pod }];
  });
  if (workloads.length === 0) return undefined;
  if (snapshot === undefined) return notChecked("room", "the cluster cannot be seen now, so whether a node has room is not known");
  if (snapshot.ofKind("Node").length === 0) return notChecked("room", "no node is to be seen, so whether one has room is not known");
  const verdicts = workloads.map(({ before, after, pod }) => {
    const old = before && podOf(before);
    return judge({ snapshot, workload: after, pod }, before && old && { snapshot, workload: before, pod: old });
  });
  const problems = verdicts.flatMap((verdict) => ("problem" in verdict ? [verdict.problem] : []));
  return problems.length > 0 ? refused("room", problems) : checked("room", named(verdicts.flatMap((verdict) => ("fits" in verdict ? [verdict.fits] : []))));
}

/** What decides where its pods can be: the rest of the object may differ as it likes. */
function placementOf(workload: KubernetesObject | undefined): string {
  const pod = podOf(workload);
  if (!workload || !pod) return "";
  const { nodeSelector, affinity, tolerations, volumes, nodeName } = Object(pod.object["spec"]) as Readonly<Record<string, unknown>>;
  const asked = RESOURCES.map((resource) => requestOf(pod, resource));
  return JSON.stringify([numberAt(workload, "spec", "replicas"), nodeSelector, affinity, tolerations, volumes, nodeName, asked]);
}

type Verdict = { readonly problem: string } | { readonly fits: string };

/** Refused where more is asked, or fewer fit than before: what never had a place is not this change's fault. */
function judge(placed: Placed, before: Placed | undefined): Verdict {
  const { workload } = placed;
  const name = formatObject(refOf(workload));
  const [nodes, old] = [takers(placed), before && takers(before)];
  if (nodes.length === 0)
    return old?.length === 0 ? { fits: `no node takes ${name}, as it was before` } : { problem: `no node that is ready can take ${name}: ${whyNot(placed)}` };
  const wanted = wantedOf(placed, nodes.length);
  const room = capacity(placed, nodes);
  const asks = `${name} asks ${asksOf(placed)}`;
  if (room >= wanted) return { fits: `${asks}, and ${roomWords(nodes, wanted)}` };
  if (before && old && !asksMore(placed, before) && room >= capacity(before, old))
    return { fits: `${name} has room for ${room} of ${wanted} pods, no less than before` };
  return { problem: `${asks}, and there is room for ${room} of ${wanted} ${wanted === 1 ? "pod" : "pods"}: ${freeWords(placed, nodes)}` };
}

function roomWords([first, ...more]: readonly KubernetesObject[], wanted: number): string {
  const where = more.length === 0 ? `node ${first?.metadata.name ?? ""} has` : `${more.length + 1} nodes have`;
  return `${where} room for ${wanted === 1 ? "it" : `its ${wanted} pods`}`;
}

/** More of it on each node, or more pods. */
function asksMore(after: Placed, before: Placed): boolean {
  const isLarger = RESOURCES.some((resource) => requestOf(after.pod, resource) > requestOf(before.pod, resource));
  return isLarger || (numberAt(after.workload, "spec", "replicas") ?? 1) > (numberAt(before.workload, "spec", "replicas") ?? 1);
}

function asksOf({ pod }: Placed): string {
  return RESOURCES.map((resource) => `${formatAmount(requestOf(pod, resource), resource)} ${resource}`).join(" and ");
}

function takers({ snapshot, pod }: Placed): readonly KubernetesObject[] {
  return nodesFor(snapshot, pod).filter((node) => againstVolumes(snapshot, pod, node).length === 0);
}

function whyNot({ snapshot, pod }: Placed): string {
  const words = snapshot.ofKind("Node").map((node) => {
    const against = [...(isReady(node) ? [] : ["is not ready"]), ...againstPlacement(pod, node), ...againstVolumes(snapshot, pod, node)];
    return `${node.metadata.name} (${against.join(", ")})`;
  });
  return named(words, ", ");
}

/** A daemon set has one pod on each node that takes it; without a number of replicas it is what runs today. */
function wantedOf({ snapshot, workload }: Placed, nodes: number): number {
  if (workload.kind === "DaemonSet") return nodes;
  const running = snapshot.pods.filter(({ object }) => isSameObject(snapshot.rootOf(object), refOf(workload))).length;
  return numberAt(workload, "spec", "replicas") ?? Math.max(1, workload.kind === "Deployment" || workload.kind === "StatefulSet" ? running : 1);
}

function capacity({ snapshot, workload, pod }: Placed, nodes: readonly KubernetesObject[]): number {
  const most = workload.kind === "DaemonSet" ? 1 : MANY;
  const rooms = nodes.map((node) => {
    const times = RESOURCES.map((resource) => {
      const asked = requestOf(pod, resource);
      return asked === 0 ? most : Math.floor(freeOn(snapshot, node, { resource, without: refOf(workload) }) / asked);
    });
    return Math.max(0, Math.min(most, ...times));
  });
  return rooms.reduce((sum, one) => sum + one, 0);
}

function freeWords({ snapshot, workload }: Placed, nodes: readonly KubernetesObject[]): string {
  const free = (node: KubernetesObject, resource: string): string => {
    const left = Math.max(0, freeOn(snapshot, node, { resource, without: refOf(workload) }));
    return `${formatAmount(left, resource)} ${resource}`;
  };
  return named(
    nodes.map((node) => `${node.metadata.name} has ${RESOURCES.map((resource) => free(node, resource)).join(" and ")} free`),
    ", ",
  );
}
