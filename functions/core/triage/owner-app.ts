/** Which Argo CD Application an object belongs to, and where in Git that comes from (design 7.2). */
import type { OwnerApp } from "../records/finding.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import type { ObjectRef } from "../records/fields.ts";
import { groupOf, listAt, textAt, valueAt } from "../records/read-object.ts";
import type { Snapshot } from "./snapshot.ts";

const TRACKING_ANNOTATION = "argocd.argoproj.io/tracking-id";
/** Argo CD's older way to track; Helm charts set it too, so it is believed only where an Application has that name. */
const INSTANCE_LABEL = "app.kubernetes.io/instance";

/** Finds the Application of an object: by Argo CD's annotation, else by what an Application lists, else by the label. */
export function applicationOf(snapshot: Snapshot, ref: ObjectRef): KubernetesObject | undefined {
  const apps = snapshot.ofKind("Application").filter((app) => app.apiVersion.startsWith("argoproj.io/"));
  if (ref.kind === "Application") return apps.find((app) => app.metadata.name === ref.name && app.metadata.namespace === ref.namespace);
  const object = snapshot.get(ref);
  return byTracking(apps, object) ?? apps.find((app) => listsObject(app, ref)) ?? byLabel(apps, object);
}

/** `app:group/kind:namespace/name`; the app's own namespace stands before it as `namespace_app` where it is not Argo CD's. */
function byTracking(apps: readonly KubernetesObject[], object: KubernetesObject | undefined): KubernetesObject | undefined {
  const parts = object?.metadata.annotations?.[TRACKING_ANNOTATION]?.split(":");
  const [name, kind, path] = parts ?? [];
  if (!object || name === undefined || kind === undefined || path === undefined) return undefined;
  // A copied annotation (a pod template's, a restored backup's) names another object, and says nothing about this one.
  const isOwn = kind === `${groupOf(object.apiVersion)}/${object.kind}` && path.endsWith(`/${object.metadata.name}`);
  return isOwn ? apps.find((app) => app.metadata.name === name || `${app.metadata.namespace}_${app.metadata.name}` === name) : undefined;
}

function listsObject(app: KubernetesObject, ref: ObjectRef): boolean {
  return listAt(app, "status", "resources").some(
    (resource) =>
      textAt(resource, "kind") === ref.kind &&
      textAt(resource, "name") === ref.name &&
      (textAt(resource, "namespace") ?? "") === (ref.namespace ?? "") &&
      (ref.apiVersion === undefined || (textAt(resource, "group") ?? "") === groupOf(ref.apiVersion)),
  );
}

function byLabel(apps: readonly KubernetesObject[], object: KubernetesObject | undefined): KubernetesObject | undefined {
  const name = object?.metadata.labels?.[INSTANCE_LABEL];
  const named = apps.filter((app) => app.metadata.name === name && textAt(app, "spec", "destination", "namespace") === object?.metadata.namespace);
  return named.length === 1 ? named[0] : undefined;
}

/** Where an Application comes from; of several sources the one with a path. The forge's repository is filled in by who knows it. */
export function ownerAppOf(app: KubernetesObject): OwnerApp {
  const sources = listAt(app, "spec", "sources");
  const source = sources.find((one) => textAt(one, "path") !== undefined) ?? sources[0] ?? valueAt(app, "spec", "source");
  return {
    name: app.metadata.name,
    namespace: app.metadata.namespace ?? "",
    repoURL: (textAt(source, "repoURL") ?? "").slice(0, 1024),
    path: cleanPath(textAt(source, "path") ?? "").slice(0, 512),
    targetRevision: (textAt(source, "targetRevision") ?? "HEAD").slice(0, 256),
  };
}

/** Argo CD takes `./apps/shop/` and `.`; Git has `apps/shop` and nothing. */
function cleanPath(path: string): string {
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}
