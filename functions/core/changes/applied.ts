/** "Is my merge applied?", as measured on Argo CD (contracts 12.2): Synced at the commit or a descendant, and no operation running. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { listAt, textAt, valueAt } from "../records/read-object.ts";

export interface Applied {
  readonly applied: boolean;
  /** Set where time alone will not do it: the deadline waits too. */
  readonly waitingFor?: string;
  /** What is still on the move though it is applied. */
  readonly unsettled?: string;
  readonly words: string;
}

export interface AppliedInput {
  readonly application: KubernetesObject | undefined;
  readonly mergeCommit: string | undefined;
  readonly isDescendant: boolean;
}

/** Reads an Application's status with regard to a merge commit. */
export function appliedState({ application, mergeCommit, isDescendant }: AppliedInput): Applied {
  if (mergeCommit === undefined) return { applied: false, words: "nothing is merged yet" };
  if (!application) return { applied: false, words: "no Argo CD Application applies this path" };
  const sync = textAt(application, "status", "sync", "status");
  const running = isRunning(application);
  if (sync === "Synced" && isDescendant && !running) return settledState(application);
  const broken = comparisonError(application);
  if (broken !== undefined) return { applied: false, words: `Argo CD cannot compare: ${broken}` };
  if (!isDescendant)
    return {
      applied: false,
      words: `Argo CD has not seen the commit yet; it looks at ${textAt(application, "status", "sync", "revision")?.slice(0, 10) ?? "nothing"}`,
    };
  if (running) return { applied: false, words: "a sync is still running" };
  return notSynced(application);
}

/** Which revision Argo CD compares with now; a branch name or nothing while it cannot (contracts 12.2). */
export function comparedRevision(application: KubernetesObject): string | undefined {
  const revision = textAt(application, "status", "sync", "revision");
  return revision !== undefined && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(revision) ? revision : undefined;
}

function settledState(application: KubernetesObject): Applied {
  const health = textAt(application, "status", "health", "status") ?? "Unknown";
  const isMoving = health === "Progressing" || health === "Unknown";
  return {
    applied: true,
    ...(isMoving && { unsettled: `applied, and the app is ${health.toLowerCase()}` }),
    words: `applied, and the app is ${health.toLowerCase()}`,
  };
}

function notSynced(application: KubernetesObject): Applied {
  const message = textAt(application, "status", "operationState", "message") ?? "";
  const told = [message, ...conditionMessages(application)].find((text) => /sync window/i.test(text));
  if (told !== undefined) return { applied: false, waitingFor: `a sync window: ${told}`, words: `waiting until a sync window opens: ${told}` };
  const automated = valueAt(application, "spec", "syncPolicy", "automated");
  const isManual = automated === undefined || automated === null || valueAt(automated, "enabled") === false;
  if (isManual)
    return { applied: false, waitingFor: "somebody to sync the app", words: "waiting until somebody syncs the app: it is not synced automatically" };
  const phase = textAt(application, "status", "operationState", "phase");
  return { applied: false, words: phase === "Failed" || phase === "Error" ? `the sync failed: ${message}` : "the app is not synced yet" };
}

function isRunning(application: KubernetesObject): boolean {
  const phase = textAt(application, "status", "operationState", "phase");
  return application.operation !== undefined || phase === "Running" || phase === "Terminating";
}

function comparisonError(application: KubernetesObject): string | undefined {
  const error = listAt(application, "status", "conditions").find((condition) => /^(ComparisonError|InvalidSpecError)$/.test(textAt(condition, "type") ?? ""));
  return error === undefined ? undefined : (textAt(error, "message") ?? "no reason given");
}

function conditionMessages(application: KubernetesObject): readonly string[] {
  return listAt(application, "status", "conditions").flatMap((condition) => textAt(condition, "message") ?? []);
}
