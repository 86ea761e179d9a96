/** Which events a Trigger takes (contracts 5.1). */
import type { Filter, Trigger } from "./manifest-schemas.ts";

type Attributes = Readonly<Record<string, string>>;

type Compare = (value: string, wanted: string) => boolean;

/** A missing attribute matches nothing. */
function matchesAll(attributes: Attributes, wanted: Attributes, compare: Compare): boolean {
  return Object.entries(wanted).every(([name, text]) => {
    const value = attributes[name];
    return value !== undefined && compare(value, text);
  });
}

function matchesFilter(attributes: Attributes, filter: Filter): boolean {
  if (filter.exact) return matchesAll(attributes, filter.exact, (value, wanted) => value === wanted);
  if (filter.prefix) return matchesAll(attributes, filter.prefix, (value, wanted) => value.startsWith(wanted));
  if (filter.suffix) return matchesAll(attributes, filter.suffix, (value, wanted) => value.endsWith(wanted));
  if (filter.all) return filter.all.every((part) => matchesFilter(attributes, part));
  if (filter.any) return filter.any.some((part) => matchesFilter(attributes, part));
  return filter.not ? !matchesFilter(attributes, filter.not) : true;
}

/** Whether a Trigger takes an event: `filters` where there are any, else the old `filter`, where "" means "present". */
export function triggerTakes({ spec }: Trigger, attributes: Attributes): boolean {
  if (spec.filters && spec.filters.length > 0) return spec.filters.every((filter) => matchesFilter(attributes, filter));
  return Object.entries(spec.filter?.attributes ?? {}).every(([name, wanted]) =>
    wanted === "" ? attributes[name] !== undefined : attributes[name] === wanted,
  );
}
