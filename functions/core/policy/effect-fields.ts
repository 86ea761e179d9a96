/** Reading a plan's effects for the rules: the names on a field's path, and the fields inside a value. */
import type { Effect } from "../records/plan.ts";

/** The names on a path: `spec.containers[shop].image` → spec, containers, shop, image. */
export function namesOnPath(field: string): readonly string[] {
  return (field.match(/"(?:[^"\\]|\\.)*"|[^.[\]"]+/g) ?? []).map((name) => (name.startsWith('"') ? unquote(name) : name));
}

function unquote(name: string): string {
  const parsed = parseJson(name);
  return typeof parsed === "string" ? parsed : name;
}

/** One leaf: the names that lead to it, from the object's root on, and its value. */
export interface Leaf {
  readonly names: readonly string[];
  readonly value: unknown;
}

/** Whether a value was cut, so that rules cannot see all of it. */
export function isCut(value: string | undefined): boolean {
  return value !== undefined && parseJson(value) === undefined;
}

/** Every leaf of one side of an effect; a cut value is one leaf, an absent one none. */
export function leavesOf(effect: Effect, side: "before" | "after"): readonly Leaf[] {
  const text = effect[side];
  if (text === undefined) return [];
  const value = parseJson(text);
  return value === undefined ? [{ names: namesOnPath(effect.field), value: text }] : walk(value, namesOnPath(effect.field));
}

/** Items of lists are known by their names, as in the paths of effects. */
function walk(value: unknown, names: readonly string[]): readonly Leaf[] {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item: unknown, index) => walk(item, [...names, nameOfItem(item) ?? String(index)]));
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    const entries = Object.entries(value);
    if (entries.length > 0) return entries.flatMap(([key, item]) => walk(item, [...names, key]));
  }
  return [{ names, value }];
}

function nameOfItem(item: unknown): string | undefined {
  const name: unknown = item !== null && typeof item === "object" ? Reflect.get(item, "name") : undefined;
  return typeof name === "string" ? name : undefined;
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // Cut text is no JSON any more; the callers treat that as "cannot be judged".
    return undefined;
  }
}
