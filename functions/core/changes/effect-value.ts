/** How a value is shown in a plan: canonical JSON, cut with its digest, and of secrets nothing but a digest. */
import { canonicalJson } from "../records/canonical.ts";
import { sha256 } from "../records/ids.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";

/** Longest value that a plan shows; the rest is told by its digest, so that two values never look alike. */
const MAX_VALUE = 4096;
const MAX_FIELD = 512;
/** Digits of a sha256 that stand for a hidden value. */
const SHOWN_DIGITS = 16;

/** Writes a value; undefined stays undefined. */
export function showValue(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const json = canonicalJson(value);
  if (json.length <= MAX_VALUE) return json;
  const end = `… (sha256 ${sha256(json)})`;
  return `${json.slice(0, MAX_VALUE - end.length)}${end}`;
}

/** Cuts a field's path, keeping different paths different. */
export function showField(field: string): string {
  if (field.length <= MAX_FIELD) return field;
  const end = `… (sha256 ${sha256(field).slice(0, SHOWN_DIGITS)})`;
  return `${field.slice(0, MAX_FIELD - end.length)}${end}`;
}

/** Puts digests in the place of a Secret's values; other objects stay as they are. */
export function hideSecrets(object: KubernetesObject): KubernetesObject {
  if (object.kind !== "Secret") return object;
  const hidden: Record<string, unknown> = { ...object };
  for (const field of ["data", "stringData"]) if (hidden[field] !== undefined) hidden[field] = hideValues(hidden[field]);
  // kubectl keeps a copy of everything, values too, in an annotation.
  const annotations = object.metadata.annotations && hideAnnotation(object.metadata.annotations);
  return { ...object, ...hidden, metadata: { ...object.metadata, ...(annotations && { annotations }) } };
}

function hideAnnotation(annotations: Readonly<Record<string, string>>): Record<string, string> {
  const name = "kubectl.kubernetes.io/last-applied-configuration";
  const copy = annotations[name];
  return copy === undefined ? { ...annotations } : { ...annotations, [name]: digestOf(copy) };
}

function hideValues(values: unknown): unknown {
  if (values === null || typeof values !== "object") return digestOf(values);
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, digestOf(value)]));
}

function digestOf(value: unknown): string {
  return `sha256 ${sha256(canonicalJson(value) ?? "").slice(0, SHOWN_DIGITS)}`;
}
