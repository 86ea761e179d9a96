/** The recorded objects as test inputs. */
import { readFileSync } from "node:fs";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { parseManifest } from "../../../functions/core/records/manifest.ts";

/** The moment at which the pods were recorded. */
export const RECORDED_AT = Date.parse("2026-11-25T07:50:10Z");

/** Reads recorded files of `test/fixtures`, as `kubernetes/crash` or `argocd/01-synced-healthy`. */
export function recorded(...names: readonly string[]): KubernetesObject[] {
  return names.flatMap((name) => {
    const parsed = parseManifest(readFileSync(new URL(`../../fixtures/${name}.yaml`, import.meta.url), "utf8"));
    if ("problem" in parsed) throw new Error(`${name}: ${parsed.problem.message}`);
    return [...parsed.objects];
  });
}

/** A copy of an object with other values, merged field by field; lists are replaced. */
export function changed(object: KubernetesObject, patch: object): KubernetesObject {
  const merged: KubernetesObject = { ...object, ...mergeFields(object, patch) };
  return merged;
}

function mergeFields(base: object, patch: object): Record<string, unknown> {
  const isMap = (value: unknown): value is object => value !== null && typeof value === "object" && !Array.isArray(value);
  const result: Record<string, unknown> = Object.fromEntries(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    const old = result[key];
    result[key] = isMap(old) && isMap(value) ? mergeFields(old, value) : value;
  }
  return result;
}
