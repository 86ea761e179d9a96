/** An Event as the API server has it: who says what of which object, how often, since when. */
import { hashId } from "../../records/ids.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { apiTime } from "./container-life.ts";
import { uidOf } from "./rollout.ts";

export interface Seen {
  readonly reason: string;
  readonly message: string;
  readonly type: "Normal" | "Warning";
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly component: string;
  readonly fieldPath?: string;
}

export interface About {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly namespace: string;
  /** The node whose kubelet says it. */
  readonly host?: string;
}

export function toEvent(about: About, seen: Seen): KubernetesObject {
  const { host, ...object } = about;
  const kubelet = seen.component === "kubelet";
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      creationTimestamp: apiTime(seen.first),
      name: `${about.name}.${hashId("event", about.uid, seen.reason, seen.message).slice(0, 16)}`,
      namespace: about.namespace,
      resourceVersion: String(Math.floor(seen.last / 1000) % 1_000_000),
      uid: uidOf("event", about.uid, seen.reason, seen.message),
    },
    count: seen.count,
    eventTime: null,
    firstTimestamp: apiTime(seen.first),
    involvedObject: { ...object, ...(seen.fieldPath !== undefined && { fieldPath: seen.fieldPath }), resourceVersion: "1" },
    lastTimestamp: apiTime(seen.last),
    message: seen.message,
    reason: seen.reason,
    reportingComponent: seen.component,
    reportingInstance: kubelet ? (host ?? "") : "",
    source: { component: seen.component, ...(kubelet && { host }) },
    type: seen.type,
  };
}
