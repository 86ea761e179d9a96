/** The newest time that an object tells of: a snapshot's ages are judged by its own time, not by the clock of who reads it. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";

/** Fields that say when something was; those that say when something will be (`notAfter`, `renewalTime`, a deletion with its grace) are not among them. */
const PAST = new Set([
  "acquireTime",
  "completionTime",
  "creationTimestamp",
  "deployedAt",
  "eventTime",
  "finishedAt",
  "firstTimestamp",
  "lastHeartbeatTime",
  "lastObservedTime",
  "lastPhaseTransitionTime",
  "lastProbeTime",
  "lastScaleTime",
  "lastScheduleTime",
  "lastSuccessfulTime",
  "lastTimestamp",
  "lastTransitionTime",
  "lastUpdateTime",
  "observedAt",
  "reconciledAt",
  "refreshTime",
  "renewTime",
  "startTime",
  "startedAt",
  "time",
]);
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;
const MAX_DEPTH = 12;

/** An RFC 3339 time in ms since the epoch; undefined where the text is none. */
export function instantOf(text: string): number | undefined {
  const at = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** In ms since the epoch; undefined where the object tells of no time. */
export function newestTime(object: KubernetesObject): number | undefined {
  return newestIn(object, MAX_DEPTH);
}

function newestIn(value: unknown, depth: number): number | undefined {
  if (value === null || typeof value !== "object" || depth === 0) return undefined;
  let newest: number | undefined;
  for (const [key, item] of Object.entries(value)) {
    // A template's or a manifest's own fields say what is wanted, not what was; a Lease has its times there.
    if (key === "template" || key === "data" || key === "fieldsV1") continue;
    const at = typeof item === "string" ? (PAST.has(key) ? instantOf(item) : undefined) : newestIn(item, depth - 1);
    if (at !== undefined && (newest === undefined || at > newest)) newest = at;
  }
  return newest;
}
