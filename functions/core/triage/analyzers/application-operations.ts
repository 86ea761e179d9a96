/** Argo CD beyond sync and health: operations that do not end, warnings that say so, projects that are not there, and generated apps that are not generated. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { instantAt, listAt, refOf, textAt } from "../../records/read-object.ts";
import { operationOf } from "../argo-operation.ts";
import { conditionEvidence, conditionsOf, isOlder, sayCondition } from "../condition-view.ts";
import { findAt, findObject, wasRead } from "../find-at.ts";
import { type Analyzer, quote, type Seen } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";

/** Longer than any wave or hook of a home cluster should take. */
const STUCK_MS = 15 * 60_000;

/** Warnings that name a fault; `OrphanedResourceWarning` is what somebody asked to be told, and `ExcludedResourceWarning` a setting. */
const WARNINGS: Readonly<Record<string, readonly [category: string, what: string]>> = {
  SharedResourceWarning: ["shared-resource", "two apps claim one object and undo each other's syncs"],
  RepeatedResourceWarning: ["repeated-resource", "the app has one object twice, so one of the two is ignored"],
};

/** Finds operations that wait for something which does not come. */
export const findStuckOperations: Analyzer = findAt("argoproj.io", ["Application"], (app, snapshot) => {
  const operation = operationOf(app);
  const isPending = operation?.phase === "Running" || operation?.phase === "Terminating";
  if (!operation || !isPending || operation.retries > 0 || !isOlder(operation.startedAt, STUCK_MS, snapshot.now)) return [];
  const minutes = Math.round((snapshot.now - (operation.startedAt ?? 0)) / 60_000);
  return [
    {
      category: "sync-stuck",
      message: `the sync operation of the app is ${operation.phase} for ${minutes} minutes: ${quote(operation.message ?? "no reason given")}`,
      evidence: [
        ["status.operationState.phase", operation.phase],
        ["status.operationState.message", operation.message],
      ],
      since: operation.startedAt,
      blames: waitedFor(app, operation.message ?? "", snapshot),
    },
  ];
});

/** `waiting for healthy state of apps/Deployment/shop`, `waiting for completion of hook batch/Job/migrate and 1 more hooks`. */
function waitedFor(app: KubernetesObject, message: string, snapshot: Snapshot): Seen["blames"] {
  const [, kind, name] = /(?:healthy state of|completion of hook) (?:[\w.-]*\/)?(\w+)\/([\w.-]+)/.exec(message) ?? [];
  const resource = listAt(app, "status", "operationState", "syncResult", "resources").find(
    (one) => textAt(one, "kind") === kind && textAt(one, "name") === name,
  );
  const namespace = textAt(resource, "namespace") ?? textAt(app, "spec", "destination", "namespace") ?? "";
  const object = kind === undefined || name === undefined ? undefined : snapshot.get({ kind, name, namespace });
  return object && refOf(object);
}

/** Finds the warnings of Applications that tell of a fault. */
export const findApplicationWarnings: Analyzer = findAt("argoproj.io", ["Application"], (app, snapshot) => [
  missingProject(app, snapshot),
  ...listAt(app, "status", "conditions").map((condition): Seen | undefined => {
    const type = textAt(condition, "type") ?? "";
    const [category, what] = WARNINGS[type] ?? [];
    const message = textAt(condition, "message") ?? "";
    if (category === undefined) return undefined;
    const evidence = [[`status.conditions[${type}].message`, message]] as const;
    return { category, message: `${type}: ${what}: ${quote(message)}`, evidence, since: instantAt(condition, "lastTransitionTime") };
  }),
]);

function missingProject(app: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const project = { group: "argoproj.io", kind: "AppProject" };
  const name = textAt(app, "spec", "project") ?? "default";
  const isTold = listAt(app, "status", "conditions").some((one) => textAt(one, "type") === "InvalidSpecError");
  // Apps in other namespaces than Argo CD's have their projects there, and the controller tells where that is.
  const namespace = textAt(app, "status", "controllerNamespace") ?? app.metadata.namespace;
  if (isTold || !wasRead(snapshot, project) || findObject(snapshot, project, { name, namespace })) return undefined;
  return { category: "missing-project", message: `the AppProject ${name} of the app does not exist`, evidence: [["spec.project", name]] };
}

/** Finds ApplicationSets that cannot generate or update their apps. */
export const findApplicationSetTrouble: Analyzer = findAt("argoproj.io", ["ApplicationSet"], (set) => {
  const conditions = conditionsOf(set);
  const error = conditions.find((one) => one.type === "ErrorOccurred" && one.status === "True");
  const condition = error ?? conditions.find((one) => one.type === "ParametersGenerated" && one.status === "False");
  return [
    condition && {
      category: "application-set-error",
      message: `the ApplicationSet cannot generate its apps (${condition.type}): ${sayCondition(condition)}`,
      evidence: conditionEvidence(condition),
      since: condition.since,
    },
  ];
});
