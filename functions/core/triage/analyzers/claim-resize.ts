/** Claims that were made larger and stay small, and volumes that report a fault. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { refOf, textAt, valueAt } from "../../records/read-object.ts";
import { conditionEvidence, conditionsOf, type ConditionView, isOlder, sayCondition } from "../condition-view.ts";
import { findAt } from "../find-at.ts";
import { type Analyzer, quote, type Seen } from "../finding-of.ts";
import { parseQuantity } from "../../records/quantity.ts";
import type { Snapshot } from "../snapshot.ts";

/** A storage system enlarges a volume within this. */
const RESIZING_MS = 15 * 60_000;
const RECENT_MS = 15 * 60_000;
const FAILURES = new Set(["VolumeResizeFailed", "FileSystemResizeFailed", "VolumeModifyFailed", "VolumeConditionAbnormal"]);

/** Finds claims whose resize does not get on by itself. */
export const findStuckResizes: Analyzer = findAt("", ["PersistentVolumeClaim"], (claim, snapshot) => {
  if (textAt(claim, "status", "phase") !== "Bound") return [];
  const failure = lastFailure(claim, snapshot);
  const [first] = conditionsOf(claim).flatMap((condition) => ofCondition(condition, snapshot.now) ?? []);
  return [failure ?? first ?? infeasible(claim)];
});

function ofCondition(condition: ConditionView, now: number): Seen | undefined {
  const { type, status, since } = condition;
  const isStuck = type === "FileSystemResizePending" || type === "Resizing" ? since === undefined || isOlder(since, RESIZING_MS, now) : type.endsWith("Error");
  if (status !== "True" || !isStuck) return undefined;
  const what = type === "FileSystemResizePending" ? "the file system grows only when a pod mounts it anew, so restart the pod" : "the volume is not enlarged";
  return { category: "resize-stuck", message: `${type}: ${what} (${sayCondition(condition)})`, evidence: conditionEvidence(condition), since };
}

/** `VolumeResizeFailed` counts while the claim is still smaller than asked for. */
function lastFailure(claim: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const last = snapshot
    .eventsOf(refOf(claim))
    .filter((event) => FAILURES.has(event.reason))
    .at(-1);
  const isResize = last?.reason.includes("Resize") === true;
  if (!last || (isResize ? !isSmall(claim) : isOlder(last.lastAt, RECENT_MS, snapshot.now))) return undefined;
  return {
    category: isResize ? "resize-stuck" : "volume-abnormal",
    message: `${last.reason}: ${quote(last.message)}`,
    evidence: [
      ["spec.resources.requests.storage", textAt(claim, "spec", "resources", "requests", "storage")],
      ["status.capacity.storage", textAt(claim, "status", "capacity", "storage")],
      [`Event ${last.reason}`, last.message],
    ],
    since: last.firstAt,
  };
}

function isSmall(claim: KubernetesObject): boolean {
  const asked = parseQuantity(textAt(claim, "spec", "resources", "requests", "storage")) ?? 0;
  return (parseQuantity(textAt(claim, "status", "capacity", "storage")) ?? asked) < asked;
}

function infeasible(claim: KubernetesObject): Seen | undefined {
  const status = textAt(claim, "status", "allocatedResourceStatuses", "storage");
  if (status === undefined || !/Infeasible|Failed/.test(status)) return undefined;
  return {
    category: "resize-stuck",
    message: `the storage system refuses the new size: ${status}`,
    evidence: [
      ["status.allocatedResourceStatuses.storage", status],
      ["status.allocatedResources.storage", String(valueAt(claim, "status", "allocatedResources", "storage"))],
    ],
  };
}
