/** Each object that a change touches against the definition of the cluster's own version, as strictly as `kubectl apply --validate=strict`. */
import type { Check } from "../records/check.ts";
import { formatObject } from "../records/fields.ts";
import { refOf } from "../records/read-object.ts";
import { checked, named, notChecked, refused } from "./check-of.ts";
import { schemaProblems } from "./schema-problems.ts";
import type { Touched } from "./touched.ts";

export interface Defined extends Touched {
  /** In words why there is none. */
  readonly definition: { readonly root: unknown; readonly others: Readonly<Record<string, unknown>> } | { readonly missing: string };
}

/** What was wrong before is no reason to leave it wrong: only what the change brings in is refused. */
export function checkSchema(defined: readonly Defined[]): Check {
  const unknown = defined.flatMap(({ after, definition }) => ("missing" in definition ? [`${formatObject(refOf(after))}: ${definition.missing}`] : []));
  const known = defined.flatMap(({ before, after, definition }) => ("missing" in definition ? [] : [{ before, after, definition }]));
  const problems = known.map(({ before, after, definition }) => {
    const old = new Set(before === undefined ? [] : schemaProblems(before, definition));
    const all = schemaProblems(after, definition);
    return { name: formatObject(refOf(after)), fresh: all.filter((one) => !old.has(one)), stale: all.filter((one) => old.has(one)) };
  });
  const fresh = problems.flatMap(({ name, fresh: found }) => found.map((one) => `${name}: ${one}`));
  if (fresh.length > 0) return refused("schema", fresh);
  if (known.length === 0) return notChecked("schema", unknown.length === 0 ? "the change touches no object that could be rendered" : named(unknown));
  const stale = problems.flatMap(({ name, stale: found }) => found.map((one) => `${name}: ${one}`));
  const fits = `${known.length === 1 ? "the object fits its definition" : `${known.length} objects fit their definitions`} in the cluster's version`;
  const asBefore = `what does not fit its definition was so before (${named(stale)})`;
  return checked("schema", `${stale.length === 0 ? fits : asBefore}${unknown.length === 0 ? "" : `; not checked: ${named(unknown)}`}`);
}
