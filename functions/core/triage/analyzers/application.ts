/** Argo CD Applications that cannot be compared, cannot be applied, or differ from Git. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import { instantAt, listAt, numberAt, refOf, textAt } from "../../records/read-object.ts";

/** Finds Applications in trouble; one whose status is Synced is silent about operations of older commits (contracts 12.2). */
export const findApplicationTrouble: Analyzer = (snapshot) =>
  snapshot.ofKind("Application").flatMap((app) => {
    if (!app.apiVersion.startsWith("argoproj.io/")) return [];
    return [unsynced(app), unhealthy(app)].flatMap((one) => (one ? [findingOf(refOf(app), one)] : []));
  });

function unsynced(app: KubernetesObject): Seen | undefined {
  const sync = textAt(app, "status", "sync", "status");
  const broken = listAt(app, "status", "conditions").find((condition) => /^(ComparisonError|InvalidSpecError)$/.test(textAt(condition, "type") ?? ""));
  if (broken !== undefined) {
    const message = textAt(broken, "message");
    return {
      category: "comparison-error",
      message: `Argo CD cannot compare the app with Git: ${message ?? "no reason given"}`,
      evidence: [
        ["status.sync.status", sync],
        [`status.conditions[${textAt(broken, "type") ?? ""}].message`, message],
      ],
      since: instantAt(broken, "lastTransitionTime"),
    };
  }
  return sync === "OutOfSync" ? (syncFailure(app) ?? outOfSync(app)) : undefined;
}

/** The operation of the very revision that Git has now failed, or is being retried. */
function syncFailure(app: KubernetesObject): Seen | undefined {
  const phase = textAt(app, "status", "operationState", "phase") ?? "";
  const isTried = textAt(app, "status", "operationState", "syncResult", "revision") === textAt(app, "status", "sync", "revision");
  const isRetried = phase === "Running" && (numberAt(app, "status", "operationState", "retryCount") ?? 0) > 0;
  if (!isTried || !(isRetried || phase === "Failed" || phase === "Error")) return undefined;
  const message = textAt(app, "status", "operationState", "message");
  return {
    category: "sync-failed",
    message: `Argo CD cannot apply what Git says: ${message ?? "no reason given"}`,
    evidence: [
      ["status.operationState.phase", phase],
      ["status.operationState.syncResult.revision", textAt(app, "status", "sync", "revision")],
      ["status.operationState.message", message],
    ],
    since: instantAt(app, "status", "operationState", "startedAt"),
  };
}

function outOfSync(app: KubernetesObject): Seen {
  const names = listAt(app, "status", "resources").flatMap((resource) =>
    textAt(resource, "status") === "OutOfSync" ? [`${textAt(resource, "kind")} ${textAt(resource, "name")}`] : [],
  );
  const what = names.length === 0 ? "" : `: ${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`;
  return { category: "out-of-sync", message: `the cluster differs from Git${what}`, evidence: [["status.sync.status", "OutOfSync"]] };
}

function unhealthy(app: KubernetesObject): Seen | undefined {
  const health = textAt(app, "status", "health", "status");
  if (health !== "Degraded" && health !== "Missing") return undefined;
  const message = textAt(app, "status", "health", "message");
  const what = health === "Degraded" ? "Argo CD calls the app degraded" : "objects of the app are missing in the cluster";
  return {
    category: health === "Degraded" ? "degraded" : "missing",
    message: message === undefined ? what : `${what}: ${message}`,
    evidence: [["status.health.status", health]],
    since: instantAt(app, "status", "health", "lastTransitionTime"),
  };
}
