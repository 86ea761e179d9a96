/** Which Argo CD Application an object belongs to, and where in Git that comes from (design 7.2). */
import type { OwnerApp } from "../records/finding.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import type { ObjectRef } from "../records/fields.ts";
import { groupOf, listAt, refOf, textAt, valueAt } from "../records/read-object.ts";
import type { Snapshot } from "./snapshot.ts";

const TRACKING_ANNOTATION = "argocd.argoproj.io/tracking-id";
/** Argo CD's older way to track; Helm charts set it too, so it is believed only where an Application has that name. */
const INSTANCE_LABEL = "app.kubernetes.io/instance";

/** The Applications of a snapshot by what they are looked up by: a cluster of sixty apps has thousands of resources. */
interface AppIndex {
  /** By the names that a tracking annotation may use. */
  readonly byName: ReadonlyMap<string, KubernetesObject>;
  /** By what they list, the first app that lists it. */
  readonly byResource: ReadonlyMap<string, readonly { readonly group: string; readonly app: KubernetesObject }[]>;
  /** By name and destination namespace. */
  readonly byLabel: ReadonlyMap<string, readonly KubernetesObject[]>;
}

const indexes = new WeakMap<Snapshot, AppIndex>();

function indexOf(snapshot: Snapshot): AppIndex {
  const known = indexes.get(snapshot);
  if (known) return known;
  const index = createIndex(snapshot.ofKind("Application").filter(isArgoApplication));
  indexes.set(snapshot, index);
  return index;
}

function createIndex(apps: readonly KubernetesObject[]): AppIndex {
  const byName = new Map<string, KubernetesObject>();
  const byResource = new Map<string, { group: string; app: KubernetesObject }[]>();
  const byLabel = new Map<string, KubernetesObject[]>();
  for (const app of apps) {
    const { name, namespace } = app.metadata;
    for (const key of [name, `${namespace}_${name}`]) if (!byName.has(key)) byName.set(key, app);
    for (const resource of listAt(app, "status", "resources")) {
      const key = resourceKey(textAt(resource, "kind") ?? "", textAt(resource, "namespace"), textAt(resource, "name") ?? "");
      push(byResource, key, { group: textAt(resource, "group") ?? "", app });
    }
    push(byLabel, `${textAt(app, "spec", "destination", "namespace") ?? ""}/${name}`, app);
  }
  return { byName, byResource, byLabel };
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function resourceKey(kind: string, namespace: string | undefined, name: string): string {
  return `${kind}/${namespace ?? ""}/${name}`;
}

/** Argo CD's kind, and no other project's of that name. */
export function isArgoApplication(object: KubernetesObject): boolean {
  return object.kind === "Application" && object.apiVersion.startsWith("argoproj.io/");
}

/** Finds the Application of an object: by Argo CD's annotation, else by what an Application lists, else by the label. An Application is its own. */
export function applicationOf(snapshot: Snapshot, ref: ObjectRef): KubernetesObject | undefined {
  const object = snapshot.get(ref);
  if (ref.kind !== "Application") return ownerOf(snapshot, ref, object);
  return object && isArgoApplication(object) ? object : undefined;
}

/** The Application that an Application comes from, in an app of apps. */
export function parentAppOf(snapshot: Snapshot, app: KubernetesObject): KubernetesObject | undefined {
  const parent = ownerOf(snapshot, refOf(app), app);
  return parent === app ? undefined : parent;
}

function ownerOf(snapshot: Snapshot, ref: ObjectRef, object: KubernetesObject | undefined): KubernetesObject | undefined {
  const index = indexOf(snapshot);
  return byTracking(index, object) ?? byResource(index, ref) ?? byLabel(index, object);
}

/** `app:group/kind:namespace/name`; the app's own namespace stands before it as `namespace_app` where it is not Argo CD's. */
function byTracking({ byName }: AppIndex, object: KubernetesObject | undefined): KubernetesObject | undefined {
  const parts = object?.metadata.annotations?.[TRACKING_ANNOTATION]?.split(":");
  const [name, kind, path] = parts ?? [];
  if (!object || name === undefined || kind === undefined || path === undefined) return undefined;
  // A copied annotation (a pod template's, a restored backup's) names another object, and says nothing about this one.
  const isOwn = kind === `${groupOf(object.apiVersion)}/${object.kind}` && path.endsWith(`/${object.metadata.name}`);
  return isOwn ? byName.get(name) : undefined;
}

function byResource(index: AppIndex, { apiVersion, kind, namespace, name }: ObjectRef): KubernetesObject | undefined {
  const listed = index.byResource.get(resourceKey(kind, namespace, name));
  return listed?.find(({ group }) => apiVersion === undefined || group === groupOf(apiVersion))?.app;
}

function byLabel(index: AppIndex, object: KubernetesObject | undefined): KubernetesObject | undefined {
  const named = index.byLabel.get(`${object?.metadata.namespace ?? ""}/${object?.metadata.labels?.[INSTANCE_LABEL] ?? ""}`) ?? [];
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
