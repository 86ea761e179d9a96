/** An object's metadata without what it may hide: only what triage reads, in the shape that it has to have. */
import type { KubernetesObject, ObjectMeta, OwnerReference } from "../records/kubernetes-object.ts";
import { listAt, numberAt, textAt, valueAt } from "../records/read-object.ts";
import { holdsSecret, redact, secretsIn } from "./redact.ts";

export const REDACTED = "[redacted]";

const ANNOTATION_MAX_LENGTH = 1024;

/** Repeat the whole object, with everything in it. */
const DROPPED = new Set(["kapp.k14s.io/original", "objectset.rio.cattle.io/applied"]);

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Whose annotations say how an object is run; any other's may say anything, and only the name is kept. */
const KNOWN_DOMAINS =
  /(?:^|\.)(?:kubernetes\.io|k8s\.io|argoproj\.io|cert-manager\.io|knative\.dev|external-secrets\.io|bitnami\.com|k0sproject\.io|helm\.sh|anchorwatch\.dev|metallb\.io|metallb\.universe\.tf|longhorn\.io)\//;

/** Longest annotation in which secrets are sought, to be found in other texts. */
const SOUGHT_MAX_LENGTH = 8 * 1024;

/** Reads metadata as if anybody had written it: what is not of its type is not there. Secrets of annotations are given to `note`. */
export function redactMetadata({ metadata }: KubernetesObject, note: (secret: string) => void): ObjectMeta {
  const texts = ["namespace", "uid", "resourceVersion", "generateName", "creationTimestamp", "deletionTimestamp"].flatMap((field) => {
    const text = textAt(metadata, field);
    return text === undefined ? [] : [[field, text] as const];
  });
  const generation = numberAt(metadata, "generation");
  const finalizers = listAt(metadata, "finalizers").filter((item) => typeof item === "string");
  const owners = listAt(metadata, "ownerReferences").flatMap(ownerOf);
  return {
    name: metadata.name,
    ...Object.fromEntries(texts),
    ...(generation !== undefined && { generation }),
    ...withEntries("labels", textEntries(valueAt(metadata, "labels"))),
    ...withEntries("annotations", redactAnnotations(valueAt(metadata, "annotations"), note)),
    ...(finalizers.length > 0 && { finalizers }),
    ...(owners.length > 0 && { ownerReferences: owners }),
  };
}

/** Annotations of an object or of a pod template. */
export function redactAnnotations(annotations: unknown, note: (secret: string) => void): [key: string, value: string][] {
  return textEntries(annotations).flatMap(([key, value]): [string, string][] => {
    if (holdsSecret(key)) note(value);
    else secretsIn(value.slice(0, SOUGHT_MAX_LENGTH)).forEach(note);
    if (DROPPED.has(key)) return [];
    if (key === LAST_APPLIED) return versionOf(value).map((version) => [key, version]);
    const isShown = KNOWN_DOMAINS.test(key) && !holdsSecret(key);
    return [[key, isShown ? redact(value).slice(0, ANNOTATION_MAX_LENGTH) : REDACTED]];
  });
}

/** Of the file that was applied only its API version stays: whether that is still served is asked. */
function versionOf(applied: string): string[] {
  const version = /^\s*\{\s*"apiVersion"\s*:\s*"([\w./-]{1,100})"/.exec(applied)?.[1];
  return version === undefined ? [] : [`{"apiVersion":"${version}"}`];
}

function textEntries(value: unknown): [string, string][] {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, item]): [string, string][] => (typeof item === "string" ? [[key, item]] : []));
}

function withEntries(field: string, entries: readonly [string, string][]): Readonly<Record<string, unknown>> {
  return entries.length === 0 ? {} : { [field]: Object.fromEntries(entries) };
}

function ownerOf(value: unknown): OwnerReference[] {
  const [apiVersion, kind, name] = [textAt(value, "apiVersion"), textAt(value, "kind"), textAt(value, "name")];
  if (apiVersion === undefined || kind === undefined || kind === "" || name === undefined || name === "") return [];
  const controller = valueAt(value, "controller");
  return [{ apiVersion, kind, name, uid: textAt(value, "uid") ?? "", ...(typeof controller === "boolean" && { controller }) }];
}
