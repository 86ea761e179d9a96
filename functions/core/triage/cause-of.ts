/** Puts a cause into words: what is wrong, what hangs on it, since when, and where a person would look next. */
import { type Cause, CauseSchema, type Effect, type Finding } from "../records/finding.ts";
import { formatObject, type ObjectRef } from "../records/fields.ts";
import { hashId } from "../records/ids.ts";
import { ERROR_MAX_LENGTH } from "../records/limits.ts";
import { cutText } from "./finding-of.ts";
import type { Joined } from "./join-findings.ts";
import { lookNext } from "./look-next.ts";
import { applicationOf, ownerAppOf } from "./owner-app.ts";
import { recentChanges } from "./recent-changes.ts";
import type { Snapshot } from "./snapshot.ts";

/** Findings of one category that a cause keeps: ten crashing pods of one workload say what five say. */
const MAX_PER_CATEGORY = 5;
const MAX_FINDINGS = 50;
const MAX_EFFECTS = 100;

/** Room in the detail that what the first finding says has at least; it takes what the rest leaves. */
const MEANING_LENGTH = 260;

/** Writes down one cause. */
export function causeOf(joined: Joined, snapshot: Snapshot): Cause {
  const { root, own } = joined;
  const app = applicationOf(snapshot, root);
  const [first] = own;
  const category = first?.category ?? "unknown";
  // Where nothing was found at the root itself, its own finding is one of an effect.
  const findings = [...new Set([...own, ...joined.effects.flatMap((effect) => effect.findings)])];
  const changes = recentChanges({ root, findings: own, began: beganAt(own) }, snapshot);
  return CauseSchema.parse({
    id: hashId("cause", category, root.kind, root.namespace ?? "", root.name),
    object: root,
    category,
    title: cutText(`${formatObject(root)}: ${first?.message ?? category}`, 200),
    detail: detailOf(joined, findings),
    findings: keepFew(findings),
    ...(joined.effects.length > 0 && { effects: joined.effects.slice(0, MAX_EFFECTS).map(effectOf) }),
    ...(changes.length > 0 && { changes }),
    ...(app && { app: ownerAppOf(app) }),
  });
}

/** When the trouble of a cause began, as far back as its own findings show; ms since the epoch. */
function beganAt(findings: readonly Finding[]): number | undefined {
  const instants = findings.flatMap(({ since }) => since ?? []);
  return instants.length === 0 ? undefined : instants.reduce((earliest, at) => Math.min(earliest, at));
}

function detailOf(joined: Joined, findings: readonly Finding[]): string {
  const [first] = joined.own;
  const since = beganAt(joined.own);
  const rest = [
    affected(joined, findings),
    since === undefined ? "" : `Since ${new Date(since).toISOString().slice(0, 16).replace("T", " ")} UTC`,
    first ? lookNext(joined.root, first) : "",
  ]
    .filter((sentence) => sentence !== "")
    .map(withStop)
    .join(" ");
  const meaning = withStop(cutText(first?.message ?? "", Math.max(MEANING_LENGTH, ERROR_MAX_LENGTH - rest.length - 2)));
  return cutText(`${meaning} ${rest}`, ERROR_MAX_LENGTH);
}

function withStop(sentence: string): string {
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** `12 pods of 4 workloads are affected`; nothing where it is the one pod that the first finding is about. */
function affected({ root, own, effects }: Joined, findings: readonly Finding[]): string {
  const pods = new Set(findings.flatMap(({ object }) => (object.kind === "Pod" ? [formatObject(object)] : [])));
  const owners = [...(own.some(({ object }) => object.kind === "Pod") ? [root] : []), ...effects.map((effect) => effect.root)];
  const workloads = owners.filter((one) => /^(Pod|Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob|Rollout)$/.test(one.kind));
  const others = effects.length - effects.filter((effect) => workloads.includes(effect.root)).length;
  const also = others === 0 ? "" : `${others} other object${others === 1 ? "" : "s"}`;
  const told = pods.size === 0 ? plural(workloads.length, "workload") : `${plural(pods.size, "pod")} of ${plural(workloads.length, "workload")}`;
  if (workloads.length === 0) return also === "" ? "" : `${also} ${others === 1 ? "is" : "are"} affected`;
  if (pods.size < 2 && effects.length === 0) return "";
  const count = pods.size === 0 ? workloads.length : pods.size;
  return `${told}${also === "" ? "" : ` and ${also}`} ${count + others === 1 ? "is" : "are"} affected`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function effectOf({ root, findings }: { readonly root: ObjectRef; readonly findings: readonly Finding[] }): Effect {
  const [first] = findings;
  const pods = new Set(findings.flatMap(({ object }) => (object.kind === "Pod" ? [object.name] : []))).size;
  const more = pods > 1 ? ` (${pods} pods)` : "";
  return { object: root, says: `${cutText(first?.message ?? "", 240)}${more}` };
}

function keepFew(findings: readonly Finding[]): readonly Finding[] {
  const counts = new Map<string, number>();
  const kept = findings.filter(({ category }) => {
    const count = (counts.get(category) ?? 0) + 1;
    counts.set(category, count);
    return count <= MAX_PER_CATEGORY;
  });
  return kept.slice(0, MAX_FINDINGS);
}
