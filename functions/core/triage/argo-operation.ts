/** The last sync operation of an Argo CD Application: which revision it was for, how it stands, and which objects it broke on. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { instantAt, listAt, numberAt, textAt } from "../records/read-object.ts";

export interface OperationView {
  readonly phase: string;
  readonly message: string | undefined;
  readonly startedAt: number | undefined;
  readonly retries: number;
  /** True where it was for the revision that Git has now. */
  readonly isOfNow: boolean;
  readonly revision: string;
}

/** Reads the operation; undefined where the app was never synced. */
export function operationOf(app: KubernetesObject): OperationView | undefined {
  const phase = textAt(app, "status", "operationState", "phase");
  if (phase === undefined) return undefined;
  const tried = revisionsOf(app, "operationState", "syncResult");
  return {
    phase,
    message: textAt(app, "status", "operationState", "message"),
    startedAt: instantAt(app, "status", "operationState", "startedAt"),
    retries: numberAt(app, "status", "operationState", "retryCount") ?? 0,
    isOfNow: tried !== "" && tried === revisionsOf(app, "sync"),
    revision: tried,
  };
}

/** Apps of several sources have a list of revisions. */
function revisionsOf(app: KubernetesObject, ...path: readonly string[]): string {
  const several = listAt(app, "status", ...path, "revisions");
  return several.length > 0 ? several.join(" ") : (textAt(app, "status", ...path, "revision") ?? "");
}

/** What the operation could not apply or run: `Deployment web/shop: field is immutable`. */
export function brokenResources(app: KubernetesObject): readonly string[] {
  return listAt(app, "status", "operationState", "syncResult", "resources").flatMap((resource) => {
    const hasFailed = textAt(resource, "status") === "SyncFailed" || /^(Failed|Error)$/.test(textAt(resource, "hookPhase") ?? "");
    const hook = textAt(resource, "hookType");
    const place = `${textAt(resource, "kind")} ${textAt(resource, "namespace") ?? ""}/${textAt(resource, "name")}`;
    return hasFailed ? [`${hook === undefined ? "" : `${hook} hook `}${place}: ${textAt(resource, "message") ?? "no reason given"}`] : [];
  });
}
