/** Argo CD Applications that cannot be compared, cannot be applied, differ from Git, or are not well. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { brokenResources, type OperationView, operationOf } from "../argo-operation.ts";
import { isOlder } from "../condition-view.ts";
import { findAt } from "../find-at.ts";
import { type Analyzer, quote, type Seen } from "../finding-of.ts";
import { instantAt, listAt, refOf, textAt, valueAt } from "../../records/read-object.ts";
import type { Snapshot } from "../snapshot.ts";
import { closedWindowOf } from "../sync-window.ts";

/** An operation that only applies is done in seconds; one that waits for waves and hooks takes minutes. */
const SYNCING_MS = 5 * 60_000;
/** A rollout is given up by its deployment after ten minutes. */
const PROGRESSING_MS = 15 * 60_000;

/** Finds Applications in trouble; one whose status is Synced is silent about operations of older commits (contracts 12.2). */
export const findApplicationTrouble: Analyzer = findAt("argoproj.io", ["Application"], (app, snapshot) => [unsynced(app, snapshot), unhealthy(app, snapshot)]);

function unsynced(app: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const sync = textAt(app, "status", "sync", "status");
  const broken = listAt(app, "status", "conditions").find((condition) =>
    /^(ComparisonError|InvalidSpecError|UnknownError)$/.test(textAt(condition, "type") ?? ""),
  );
  if (broken !== undefined) {
    const message = textAt(broken, "message");
    const type = textAt(broken, "type") ?? "";
    return {
      category: "comparison-error",
      message: `Argo CD cannot compare the app with Git (${type}): ${quote(message ?? "no reason given")}`,
      evidence: [
        ["status.sync.status", sync],
        [`status.conditions[${type}].message`, message],
      ],
      since: instantAt(broken, "lastTransitionTime"),
    };
  }
  const operation = operationOf(app);
  return (operation && syncFailure(app, operation)) ?? (sync === "OutOfSync" ? (syncError(app) ?? outOfSync(app, operation, snapshot)) : undefined);
}

/** The operation of the very revision that Git has now failed, or is being retried; a hook can fail where everything else is Synced. */
function syncFailure(app: KubernetesObject, { phase, retries, isOfNow, message, startedAt, revision }: OperationView): Seen | undefined {
  const isRetried = phase === "Running" && retries > 0;
  if (!isOfNow || !(isRetried || phase === "Failed" || phase === "Error")) return undefined;
  const [broken] = brokenResources(app);
  const isApplied = textAt(app, "status", "sync", "status") === "Synced";
  return {
    category: isApplied ? "hook-failed" : "sync-failed",
    message: `Argo CD cannot ${isApplied ? "run the hooks of" : "apply"} what Git says (SyncFailed${isRetried ? `, retry ${retries}` : ""}): ${quote(broken ?? message ?? "no reason given")}`,
    evidence: [
      ["status.operationState.phase", phase],
      ["status.operationState.syncResult.revision", revision],
      ["status.operationState.message", message],
      ["status.operationState.syncResult.resources", broken],
    ],
    since: startedAt,
  };
}

/** Automated sync gave up, or does not dare to. */
function syncError(app: KubernetesObject): Seen | undefined {
  const condition = listAt(app, "status", "conditions").find((one) => textAt(one, "type") === "SyncError");
  if (condition === undefined) return undefined;
  const message = textAt(condition, "message");
  return {
    category: "sync-failed",
    message: `Argo CD does not sync the app (SyncError): ${quote(brokenResources(app)[0] ?? message ?? "no reason given")}`,
    evidence: [["status.conditions[SyncError].message", message]],
    since: instantAt(condition, "lastTransitionTime"),
  };
}

function outOfSync(app: KubernetesObject, operation: OperationView | undefined, snapshot: Snapshot): Seen | undefined {
  const isRunning = operation?.phase === "Running" && operation.retries === 0 && !isOlder(operation.startedAt, SYNCING_MS, snapshot.now);
  if (isRunning) return undefined;
  const names = listAt(app, "status", "resources").flatMap((resource) =>
    textAt(resource, "status") === "OutOfSync" ? [`${textAt(resource, "kind")} ${textAt(resource, "name")}${pruning(resource)}`] : [],
  );
  const what = names.length === 0 ? "" : `: ${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`;
  const window = closedWindowOf(app, snapshot);
  const isManual = valueAt(app, "spec", "syncPolicy", "automated") === undefined;
  const why = window === undefined ? (isManual ? "; it is not synced by itself" : "") : `; the sync window of its project holds it back (${window})`;
  return { category: "out-of-sync", message: `OutOfSync: the cluster differs from Git${what}${why}`, evidence: [["status.sync.status", "OutOfSync"]] };
}

function pruning(resource: unknown): string {
  return valueAt(resource, "requiresPruning") === true ? " (is to be pruned)" : "";
}

function unhealthy(app: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const health = textAt(app, "status", "health", "status");
  const since = instantAt(app, "status", "health", "lastTransitionTime");
  const isStuck = health === "Progressing" && isOlder(since, PROGRESSING_MS, snapshot.now);
  const isBeingMade = health === "Missing" && operationOf(app)?.phase === "Running" && !isOlder(operationOf(app)?.startedAt, SYNCING_MS, snapshot.now);
  const known = Object.entries(HEALTH).find(([status]) => status === health && (health !== "Progressing" || isStuck) && !isBeingMade)?.[1];
  const isTold = listAt(app, "status", "conditions").some((one) => textAt(one, "type")?.endsWith("Error") === true);
  if (!known || (health === "Unknown" && isTold)) return undefined;
  const message = textAt(app, "status", "health", "message") ?? unwellNames(app, health);
  return {
    category: known.category,
    message: message === undefined ? known.what : `${known.what}: ${message}`,
    evidence: [["status.health.status", health]],
    since,
    blames: unwellChild(app, snapshot),
  };
}

const HEALTH: Readonly<Record<string, { readonly category: string; readonly what: string }>> = {
  Degraded: { category: "degraded", what: "Argo CD calls the app Degraded" },
  Missing: { category: "missing", what: "objects of the app are Missing in the cluster" },
  Progressing: { category: "stuck-progressing", what: "the app stays Progressing and does not become Healthy" },
  Unknown: { category: "health-unknown", what: "Argo CD does not know the health of the app (Unknown)" },
};

function unwellNames(app: KubernetesObject, health: string | undefined): string | undefined {
  const names = listAt(app, "status", "resources").flatMap((one) =>
    textAt(one, "health", "status") === health ? [`${textAt(one, "kind")} ${textAt(one, "name")}`] : [],
  );
  return names.length === 0 ? undefined : names.slice(0, 5).join(", ");
}

/** An app of apps is as well as its children are. */
function unwellChild(app: KubernetesObject, snapshot: Snapshot): Seen["blames"] {
  const children = listAt(app, "status", "resources").flatMap((one) => {
    const isApp = textAt(one, "kind") === "Application" && textAt(one, "group") === "argoproj.io";
    const namespace = textAt(one, "namespace") ?? app.metadata.namespace ?? "";
    return isApp ? (snapshot.get({ apiVersion: "argoproj.io/v1alpha1", kind: "Application", name: textAt(one, "name") ?? "", namespace }) ?? []) : [];
  });
  const child = children.find((one) => /^(Degraded|Missing|Progressing)$/.test(textAt(one, "status", "health", "status") ?? ""));
  return child && refOf(child);
}
