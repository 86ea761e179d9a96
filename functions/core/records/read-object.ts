/** Reading what Kubernetes objects say without trusting their shape: what does not fit is simply not there. */
import type { KubernetesObject } from "./kubernetes-object.ts";
import type { ObjectRef } from "./fields.ts";

/** Follows a path of field names and list indexes; undefined where it ends. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const part of path) {
    if (found === null || typeof found !== "object") return undefined;
    found = Reflect.get(found, part);
  }
  return found;
}

/** A text at a path. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** A number at a path. */
export function numberAt(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const found = valueAt(value, ...path);
  return typeof found === "number" ? found : undefined;
}

/** A yes or no at a path. */
export function booleanAt(value: unknown, ...path: readonly (string | number)[]): boolean | undefined {
  const found = valueAt(value, ...path);
  return typeof found === "boolean" ? found : undefined;
}

/** A list at a path; empty where there is none. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** An instant at a path that holds an RFC 3339 time, in ms since the epoch. */
export function instantAt(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const text = textAt(value, ...path);
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/** The reference of an object. */
export function refOf(object: KubernetesObject): ObjectRef {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, ...(namespace !== undefined && { namespace }), name };
}

/** The API group of an `apiVersion`; "" is the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/** Tells whether two references mean one object; the version of the API does not matter, nor a group that only one of them names. */
export function isSameObject(a: ObjectRef, b: ObjectRef): boolean {
  const sameGroup = a.apiVersion === undefined || b.apiVersion === undefined || groupOf(a.apiVersion) === groupOf(b.apiVersion);
  return sameGroup && a.kind === b.kind && a.name === b.name && (a.namespace ?? "") === (b.namespace ?? "");
}

/** A condition of an object's status by its type. */
export function conditionOf(object: KubernetesObject, type: string): unknown {
  return listAt(object, "status", "conditions").find((condition) => textAt(condition, "type") === type);
}
