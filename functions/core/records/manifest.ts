/** Kubernetes objects out of manifest text, the same way for whoever looks: renderer, remedies, the local world. */
import type { KubernetesObject } from "./kubernetes-object.ts";
import { NAME_MAX_LENGTH } from "./limits.ts";
import { parseYaml, type YamlLimits, type YamlProblem } from "./safe-yaml.ts";

/** Reads every object of a YAML or JSON text; lists are expanded, empty documents skipped. The first problem is the answer. */
export function parseManifest(text: string, limits?: YamlLimits): { readonly objects: readonly KubernetesObject[] } | { readonly problem: YamlProblem } {
  const parsed = parseYaml(text, limits);
  if ("problem" in parsed) return parsed;
  const objects: KubernetesObject[] = [];
  for (const { value, line } of parsed.documents) {
    if (value === null || value === undefined) continue;
    for (const item of itemsOf(value)) {
      const fault = faultOf(item);
      if (fault !== undefined) return { problem: { line, col: 1, message: fault } };
      if (isObject(item)) objects.push(item);
    }
  }
  return { objects };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Tells whether a value has what every object has: an API version, a kind and a name. */
export function isObject(value: unknown): value is KubernetesObject {
  return faultOf(value) === undefined;
}

function itemsOf(value: unknown): readonly unknown[] {
  const isList = isRecord(value) && typeof value.kind === "string" && value.kind.endsWith("List") && Array.isArray(value.items);
  return isList && Array.isArray(value.items) ? value.items : [value];
}

function faultOf(value: unknown): string | undefined {
  if (!isRecord(value)) return "is not a Kubernetes object: a mapping is expected";
  if (typeof value.apiVersion !== "string" || value.apiVersion === "") return "has no apiVersion";
  if (typeof value.kind !== "string" || value.kind === "") return "has no kind";
  const { metadata } = value;
  if (!isRecord(metadata) || typeof metadata.name !== "string" || metadata.name === "") return `${value.kind} has no metadata.name`;
  const { namespace } = metadata;
  if (namespace !== undefined && typeof namespace !== "string") return `${value.kind} ${metadata.name} has a metadata.namespace that is no text`;
  const fits = value.apiVersion.length <= 128 && value.kind.length <= 64 && metadata.name.length <= NAME_MAX_LENGTH && (namespace ?? "").length <= 63;
  return fits ? undefined : "has an apiVersion, kind, name or namespace that is longer than Kubernetes allows";
}
