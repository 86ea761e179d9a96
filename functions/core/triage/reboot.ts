/** Restarts that a node's reboot explains: every container on it ended once, and for no reason of its own. */
import type { Finding } from "../records/finding.ts";
import type { ObjectRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { conditionOf, instantAt, refOf, textAt } from "../records/read-object.ts";
import type { Link, LinkRule } from "./links/link.ts";
import { type ContainerView, viewPod } from "./pod-view.ts";
import { isServing } from "./scene.ts";
import type { Snapshot } from "./snapshot.ts";

/** Containers end when the node goes down, and are noted as ended when it is up again. */
const BEFORE_MS = 10 * 60_000;
const AFTER_MS = 3 * 60_000;

/** A small machine with fifty pods needs this long until all of them are ready again. */
const STARTING_MS = 10 * 60_000;

/** When the pod's node came up again, if that is what ended its containers: each ended then, and none has ended since. */
function rebootOf(pod: KubernetesObject, snapshot: Snapshot): { readonly node: KubernetesObject; readonly at: number } | undefined {
  const node = snapshot.get({ apiVersion: "v1", kind: "Node", name: textAt(pod, "spec", "nodeName") ?? "" });
  const containers = viewPod(pod).containers.filter((container) => container.restartCount > 0 && !container.init);
  if (!node || containers.length === 0 || !containers.every(isRunning)) return undefined;
  const at = bootsOf(node, snapshot).find((boot) => containers.every(({ lastTerminated }) => isAround(lastTerminated?.finishedAt, boot)));
  return at === undefined ? undefined : { node, at };
}

function isRunning(container: ContainerView): boolean {
  return container.runningSince !== undefined;
}

function isAround(ended: number | undefined, boot: number): boolean {
  return ended !== undefined && ended > boot - BEFORE_MS && ended < boot + AFTER_MS;
}

/** The kubelet says `Rebooted` where it saw another boot id; Events go after an hour, the condition stays. */
function bootsOf(node: KubernetesObject, snapshot: Snapshot): readonly number[] {
  const ready = conditionOf(node, "Ready");
  const up = textAt(ready, "status") === "True" ? instantAt(ready, "lastTransitionTime") : undefined;
  const said = snapshot.eventsOf(refOf(node)).flatMap((event) => (event.reason === "Rebooted" ? (event.lastAt ?? []) : []));
  return [...said, ...(up === undefined ? [] : [up])];
}

/** Tells whether a pod came back after a reboot and serves: its restarts are history. */
export function hasComeBack(ref: ObjectRef, snapshot: Snapshot): boolean {
  const pod = snapshot.get(ref);
  return pod !== undefined && isServing(pod) && rebootOf(pod, snapshot) !== undefined;
}

/** Links pods that start again after a reboot, and are not ready yet, to the node: one cause, not forty. */
export const linkToReboot: LinkRule = (finding: Finding, { snapshot }): Link | undefined => {
  const pod = finding.object.kind === "Pod" ? snapshot.get(finding.object) : undefined;
  const reboot = pod && rebootOf(pod, snapshot);
  if (!reboot || snapshot.now - reboot.at >= STARTING_MS) return undefined;
  const at = new Date(reboot.at).toISOString();
  const message = `the node came up again at ${at.slice(11, 16)} UTC, and pods on it are not ready yet`;
  return { target: refOf(reboot.node), shows: { category: "node-rebooted", message, field: "status.conditions[Ready].lastTransitionTime", value: at } };
};
