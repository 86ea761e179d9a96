/** Configuration that several workloads share, and what should have made it: the object is the cause where it stands in the cluster. */
import type { Finding } from "../../records/finding.ts";
import type { ObjectRef } from "../../records/fields.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { refOf, textAt } from "../../records/read-object.ts";
import { once, type Scene } from "../scene.ts";
import { type Link, type LinkRule, wordsOf } from "./link.ts";

/** The kubelet's words for a key that is not in an object that is there. */
const MISSING_KEY = /couldn't find key (\S+) in (ConfigMap|Secret) ([a-z0-9.-]+)\/([a-z0-9.-]+)/i;
const MISSING_OBJECT = /\b(secret|configmap) "([a-z0-9.-]+)" not found/i;

/** What makes Secrets, and where each says the name of the one that it makes. */
const MAKERS: readonly (readonly [kind: string, path: readonly string[]])[] = [
  ["SealedSecret", ["spec", "template", "metadata", "name"]],
  ["ExternalSecret", ["spec", "target", "name"]],
  ["Certificate", ["spec", "secretName"]],
];

/** Links to a ConfigMap or Secret that lacks a key which several workloads want, and to whatever failed to make a Secret. */
export const linkToConfig: LinkRule = (finding, scene) => {
  if (finding.object.kind !== "Pod") return undefined;
  const words = wordsOf(finding);
  return toShared(words, scene) ?? toMaker(words, { namespace: finding.object.namespace, scene });
};

function toShared(words: string, scene: Scene): Link | undefined {
  const wanted = wantedKey(words);
  if (!wanted || (wantedBy(scene).get(wanted.id)?.size ?? 0) < 2) return undefined;
  const object = scene.snapshot.get(wanted.ref);
  if (!object) return undefined;
  const message = `the key ${wanted.key} is missing, which several workloads read`;
  return { target: refOf(object), shows: { category: "config-error", message, field: `data[${wanted.key}]`, value: "missing" } };
}

interface WantedKey {
  readonly id: string;
  readonly key: string;
  readonly ref: ObjectRef;
}

function wantedKey(words: string): WantedKey | undefined {
  const [id, key, kind, namespace, name] = MISSING_KEY.exec(words) ?? [];
  if (id === undefined || key === undefined || kind === undefined || namespace === undefined || name === undefined) return undefined;
  return { id, key, ref: { apiVersion: "v1", kind: kind.toLowerCase() === "secret" ? "Secret" : "ConfigMap", namespace, name } };
}

const indexes = new WeakMap<Scene, () => ReadonlyMap<string, ReadonlySet<string>>>();

/** The workloads that want each missing key. */
function wantedBy(scene: Scene): ReadonlyMap<string, ReadonlySet<string>> {
  const index =
    indexes.get(scene) ??
    once(() => {
      const wanted = new Map<string, Set<string>>();
      for (const { key, findings } of scene.troubles.values()) for (const finding of findings) noteWanted(wanted, { finding, key });
      return wanted;
    });
  indexes.set(scene, index);
  return index();
}

function noteWanted(wanted: Map<string, Set<string>>, { finding, key }: { readonly finding: Finding; readonly key: string }): void {
  const id = wantedKey(wordsOf(finding))?.id;
  if (id === undefined) return;
  const workloads = wanted.get(id);
  if (workloads) workloads.add(key);
  else wanted.set(id, new Set([key]));
}

function toMaker(words: string, { namespace, scene }: { readonly namespace: string | undefined; readonly scene: Scene }): Link | undefined {
  const [, kind, name] = MISSING_OBJECT.exec(words) ?? [];
  if (name === undefined || kind?.toLowerCase() !== "secret") return undefined;
  const maker = MAKERS.flatMap(([made, path]) =>
    scene.snapshot.ofKind(made).filter((one) => one.metadata.namespace === namespace && madeName(one, path) === name),
  ).find((one) => scene.troubleOf(refOf(one)) !== undefined);
  if (!maker) return undefined;
  return { target: refOf(maker), shows: { category: "missing-reference", message: `it did not make the Secret ${name}`, field: "status", value: "" } };
}

function madeName(maker: KubernetesObject, path: readonly string[]): string {
  return textAt(maker, ...path) ?? maker.metadata.name;
}
