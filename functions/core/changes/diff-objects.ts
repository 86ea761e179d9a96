/** What a change comes to: which fields of which objects differ, in words that people can check (design 8.2). */
import { canonicalJson } from "../records/canonical.ts";
import type { ObjectRef } from "../records/fields.ts";
import { joinField, joinItem } from "../records/field-path.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import type { Effect } from "../records/plan.ts";
import { groupOf, refOf } from "../records/read-object.ts";
import { hideSecrets, showField, showValue } from "./effect-value.ts";

type Fields = Readonly<Record<string, unknown>>;
type Difference = readonly [field: string, before: unknown, after: unknown];

/** Compares rendered objects; a created or removed one is one effect with an empty field. Sorted by object and field. */
export function diffObjects(before: readonly KubernetesObject[], after: readonly KubernetesObject[]): readonly Effect[] {
  const old = new Map(before.map((object) => [keyOf(object), object]));
  const young = new Map(after.map((object) => [keyOf(object), object]));
  const keys = [...new Set([...old.keys(), ...young.keys()])].sort();
  return keys.flatMap((key) => effectsOf(old.get(key), young.get(key)));
}

/** Group, kind, namespace and name: the version of an API can change without the object being another. */
function keyOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  return [kind, metadata.namespace ?? "", metadata.name, groupOf(apiVersion)].join("\u0000");
}

function effectsOf(before: KubernetesObject | undefined, after: KubernetesObject | undefined): Effect[] {
  const object = after ?? before;
  if (!object) return [];
  const [old, young] = [before && hideSecrets(before), after && hideSecrets(after)];
  const differences: readonly Difference[] = old && young ? diffFields(old, young, "") : [["", old, young]];
  const ref = refOf(object);
  return differences.map(([field, was, is]) => effectOf(ref, field, [was, is])).sort((a, b) => (a.field < b.field ? -1 : 1));
}

function effectOf(object: ObjectRef, field: string, [was, is]: readonly [unknown, unknown]): Effect {
  const [before, after] = [showValue(was), showValue(is)];
  return { object, field: showField(field), ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function diffValues(before: unknown, after: unknown, field: string): readonly Difference[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (isFields(before) && isFields(after)) return diffFields(before, after, field);
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, field);
  return [[field, before, after]];
}

function diffFields(before: Fields, after: Fields, field: string): readonly Difference[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => diffValues(before[key], after[key], joinField(field, key)));
}

/** Lists whose items all have names are compared by name; lists of objects of one length by position; others as a whole. */
function diffLists(before: readonly unknown[], after: readonly unknown[], field: string): readonly Difference[] {
  const [old, young] = [byName(before), byName(after)];
  if (!old || !young) return diffPositions(before, after, field);
  const names = [...new Set([...old.keys(), ...young.keys()])];
  const items = names.flatMap((name) => diffValues(old.get(name), young.get(name), joinItem(field, name)));
  const [order, newOrder] = [[...old.keys()].filter((name) => young.has(name)), [...young.keys()].filter((name) => old.has(name))];
  return canonicalJson(order) === canonicalJson(newOrder) ? items : [...items, [`${field}[order]`, order, newOrder]];
}

function diffPositions(before: readonly unknown[], after: readonly unknown[], field: string): readonly Difference[] {
  const isComparable = before.length === after.length && [...before, ...after].every(isFields);
  return isComparable ? before.flatMap((item, index) => diffValues(item, after[index], `${field}[${index}]`)) : [[field, before, after]];
}

function byName(items: readonly unknown[]): ReadonlyMap<string, unknown> | undefined {
  const named = new Map<string, unknown>();
  for (const item of items) {
    if (!isFields(item) || typeof item.name !== "string" || named.has(item.name)) return undefined;
    named.set(item.name, item);
  }
  return named;
}
