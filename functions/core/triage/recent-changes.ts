/** What changed in the cluster before a cause began, by what its objects say of themselves: facts, none of them called the reason. */
import type { Finding, RecentChange } from "../records/finding.ts";
import type { ObjectRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { instantAt, listAt, refOf, textAt } from "../records/read-object.ts";
import { cutText } from "./finding-of.ts";
import { applicationOf } from "./owner-app.ts";
import { podTemplateOf, referencesOf } from "./remedies/references.ts";
import { revisionChanges } from "./revision-changes.ts";
import type { Snapshot } from "./snapshot.ts";

/** How far back a change may be; what broke in the night was mostly changed in the evening. */
const WINDOW_MS = 24 * 60 * 60_000;
/** Kubernetes' times have whole seconds, and its controllers their own clocks. */
const SKEW_MS = 5_000;
const MAX_CHANGES = 20;
const MAX_NODES = 5;

/** Kinds whose fields are written by controllers all the time. */
const RESTLESS = new Set(["Node", "Pod", "Application", "ReplicaSet"]);

export interface ChangesInput {
  readonly root: ObjectRef;
  readonly findings: readonly Finding[];
  /** When it began, in ms since the epoch; undefined where nothing shows it. */
  readonly began: number | undefined;
}

/** Changes in the day before a cause began, the latest first. */
export function recentChanges({ root, findings, began }: ChangesInput, snapshot: Snapshot): readonly RecentChange[] {
  const until = (began ?? snapshot.now) + SKEW_MS;
  const object = snapshot.get(root);
  const changes = [
    ...revisionChanges(root, snapshot),
    ...(object ? [object, ...configurationOf(object, snapshot)] : []).flatMap(ownChanges),
    ...nodesOf(findings, snapshot).flatMap((node) => [...ownChanges(node), ...transitions(node)]),
    ...(object?.kind === "Node" ? transitions(object).filter(({ at }) => at < until - SKEW_MS) : []),
    ...deploys(applicationOf(snapshot, root)),
  ];
  return changes
    .filter(({ at }) => at <= until && at > until - WINDOW_MS)
    .sort((a, b) => b.at - a.at)
    .slice(0, MAX_CHANGES)
    .map((change) => ({ ...change, what: cutText(change.what, 400) }));
}

/** That an object was made, and which managers wrote to it since, each with its last time. */
function ownChanges(object: KubernetesObject): readonly RecentChange[] {
  const created = instantAt(object, "metadata", "creationTimestamp");
  const made = created === undefined ? [] : [{ object: refOf(object), at: created, what: "created" }];
  if (RESTLESS.has(object.kind)) return object.kind === "Node" ? made : [];
  const written = listAt(object, "metadata", "managedFields").flatMap((entry) => {
    const at = instantAt(entry, "time");
    const subresource = textAt(entry, "subresource");
    if (at === undefined || subresource === "status" || (created !== undefined && at <= created + SKEW_MS)) return [];
    return [{ object: refOf(object), at, what: `${subresource === "scale" ? "scaled" : "changed"} by ${textAt(entry, "manager") ?? "somebody"}` }];
  });
  return [...made, ...written];
}

/** What a workload's pods read and mount, as far as it is visible. */
function configurationOf(workload: KubernetesObject, snapshot: Snapshot): readonly KubernetesObject[] {
  const { namespace } = workload.metadata;
  const claims = listAt(podTemplateOf(workload), "spec", "volumes").flatMap((volume) => {
    const name = textAt(volume, "persistentVolumeClaim", "claimName");
    return name === undefined ? [] : [`PersistentVolumeClaim ${name}`];
  });
  return [...referencesOf(workload), ...claims].flatMap((text) => {
    const [kind = "", name = ""] = text.split(" ");
    return snapshot.get({ apiVersion: "v1", kind, name, ...(namespace !== undefined && { namespace }) }) ?? [];
  });
}

/** The nodes that the pods in trouble run on. */
function nodesOf(findings: readonly Finding[], snapshot: Snapshot): readonly KubernetesObject[] {
  const names = new Set(findings.flatMap(({ object }) => (object.kind === "Pod" ? (textAt(snapshot.get(object), "spec", "nodeName") ?? []) : [])));
  return [...names].slice(0, MAX_NODES).flatMap((name) => snapshot.get({ apiVersion: "v1", kind: "Node", name }) ?? []);
}

function transitions(node: KubernetesObject): readonly RecentChange[] {
  return listAt(node, "status", "conditions").flatMap((condition) => {
    const at = instantAt(condition, "lastTransitionTime");
    return at === undefined
      ? []
      : [{ object: refOf(node), at, what: `${textAt(condition, "type") ?? "a condition"} became ${textAt(condition, "status") ?? "Unknown"}` }];
  });
}

/** What Argo CD applied, and its last operation where that did not end well. */
function deploys(app: KubernetesObject | undefined): readonly RecentChange[] {
  if (!app) return [];
  const history = listAt(app, "status", "history").flatMap((entry) => {
    const at = instantAt(entry, "deployStartedAt") ?? instantAt(entry, "deployedAt");
    const by = textAt(entry, "initiatedBy", "username");
    return at === undefined
      ? []
      : [{ object: refOf(app), at, what: `deployed ${shortRevision(textAt(entry, "revision"))}${by === undefined ? "" : ` for ${by}`}` }];
  });
  const [phase, at] = [textAt(app, "status", "operationState", "phase"), instantAt(app, "status", "operationState", "startedAt")];
  if (at === undefined || (phase !== "Failed" && phase !== "Error")) return history;
  const revision = shortRevision(textAt(app, "status", "operationState", "syncResult", "revision"));
  return [
    ...history,
    { object: refOf(app), at, what: `a sync of ${revision} failed: ${textAt(app, "status", "operationState", "message") ?? "no reason given"}` },
  ];
}

/** A commit as people read it; a chart's version stays whole. */
function shortRevision(revision: string | undefined): string {
  if (revision === undefined || revision === "") return "several sources";
  return /^[0-9a-f]{40,64}$/.test(revision) ? revision.slice(0, 10) : revision;
}
