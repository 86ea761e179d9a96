/** Which commits changed what a cause is about: the workload's pods, or the configuration that they read. */
import { canonicalJson } from "../../records/canonical.ts";
import { formatObject, type ObjectRef } from "../../records/fields.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { parseManifest } from "../../records/manifest.ts";
import type { Commit, FileDiff } from "../../records/source.ts";
import { groupOf, refOf, valueAt } from "../../records/read-object.ts";
import { podTemplateOf, referencesOf } from "./references.ts";

/** A commit with what it changed below the app's path. */
export interface AppCommit {
  readonly commit: Commit;
  readonly files: readonly FileDiff[];
}

/** A commit that changed what the cause is about, and how. */
export interface Suspect extends AppCommit {
  /** What it changed, in words: `the pod template of Deployment web/shop`. */
  readonly changed: string;
  /** True when the workload was not there before: nothing healthy to go back to. */
  readonly creates: boolean;
  /** What it changed beside the part that it is suspected for; empty where the whole of it is. */
  readonly beside: readonly string[];
}

/** A part of an object, where only a commit that changed just that is to be taken back. */
export interface Narrow {
  /** For a sentence that goes on with the object's name. */
  readonly words: string;
  readonly split: (object: KubernetesObject) => { readonly part: unknown; readonly rest: unknown };
}

export interface About {
  readonly workload: ObjectRef;
  /** The live object, whose references count where the commit does not hold the workload itself. */
  readonly live: KubernetesObject | undefined;
  /** True when how many pods there are matters too, not only what they run. */
  readonly wholeSpec: boolean;
  readonly narrow?: Narrow | undefined;
}

/** Tells how a commit touches the workload; undefined when it does not, or when a file of it cannot be read as manifests. */
export function suspectOf(appCommit: AppCommit, about: About): Suspect | undefined {
  const before = objectsOf(appCommit.files, "before");
  const after = objectsOf(appCommit.files, "after");
  const [was, is] = [findObject(before, about.workload), findObject(after, about.workload)];
  const changed = (what: string): Suspect => ({
    ...appCommit,
    changed: `${what} ${formatObject(about.workload)}`,
    creates: was === undefined && is !== undefined,
    beside: [],
  });
  if (about.narrow && was && is) return narrowed(about.narrow, { before, after, was, is, changed });
  if (was === undefined && is !== undefined) return changed("the creation of");
  if (was !== undefined && is === undefined) return changed("the removal of");
  if (was && is && isChanged(relevant(was, about), relevant(is, about))) return changed(about.wholeSpec ? "the spec of" : "the pod template of");
  const configuration = changedConfiguration({ before, after }, [was, is, about.live]);
  return configuration === undefined
    ? undefined
    : { ...appCommit, changed: `${configuration}, which ${formatObject(about.workload)} reads`, creates: false, beside: [] };
}

interface Sides {
  readonly before: readonly KubernetesObject[];
  readonly after: readonly KubernetesObject[];
  readonly was: KubernetesObject;
  readonly is: KubernetesObject;
  readonly changed: (what: string) => Suspect;
}

/** Suspected only where the part itself changed; what changed beside it is named, because taking the commit back would undo that too. */
function narrowed({ words, split }: Narrow, { before, after, was, is, changed }: Sides): Suspect | undefined {
  const [old, young] = [split(was), split(is)];
  if (!isChanged(old.part, young.part)) return undefined;
  const name = (object: KubernetesObject): string => formatObject(refOf(object));
  const others = [...new Set([...before, ...after].map(name))].filter(
    (other) =>
      other !== name(is) &&
      isChanged(
        before.find((object) => name(object) === other),
        after.find((object) => name(object) === other),
      ),
  );
  return { ...changed(words), beside: [...(isChanged(old.rest, young.rest) ? [`more of ${name(is)}`] : []), ...others] };
}

function relevant(workload: KubernetesObject, about: About): unknown {
  return about.wholeSpec ? valueAt(workload, "spec") : podTemplateOf(workload);
}

function isChanged(before: unknown, after: unknown): boolean {
  return canonicalJson(before ?? null) !== canonicalJson(after ?? null);
}

/** The objects that the files hold on one side; text that is not a manifest holds none. */
function objectsOf(files: readonly FileDiff[], side: "before" | "after"): readonly KubernetesObject[] {
  return files.flatMap((file) => {
    const text = file[side];
    if (text === undefined || !/\.(ya?ml|json)$/.test(file.path)) return [];
    const parsed = parseManifest(text);
    return "objects" in parsed ? parsed.objects : [];
  });
}

/** A manifest may leave the namespace to the Application. */
export function findObject(objects: readonly KubernetesObject[], ref: ObjectRef): KubernetesObject | undefined {
  return objects.find((object) => {
    const own = refOf(object);
    const sameGroup = ref.apiVersion === undefined || groupOf(ref.apiVersion) === groupOf(object.apiVersion);
    return sameGroup && own.kind === ref.kind && own.name === ref.name && (own.namespace === undefined || own.namespace === ref.namespace);
  });
}

function changedConfiguration(
  { before, after }: { before: readonly KubernetesObject[]; after: readonly KubernetesObject[] },
  workloads: readonly (KubernetesObject | undefined)[],
): string | undefined {
  const references = new Set(workloads.flatMap((workload) => (workload ? [...referencesOf(workload)] : [])));
  const nameOf = (object: KubernetesObject): string => `${object.kind} ${object.metadata.name}`;
  const names = new Set([...before, ...after].map(nameOf).filter((name) => references.has(name)));
  return [...names].find((name) =>
    isChanged(
      before.find((object) => nameOf(object) === name),
      after.find((object) => nameOf(object) === name),
    ),
  );
}
