/** The shape of an answer, to hold a stand-in's against what a real server wrote. */

/** Every path of keys in a value, once; the items of a list count as one. */
export function fieldPaths(value: unknown, at = ""): ReadonlySet<string> {
  if (Array.isArray(value)) return new Set(value.flatMap((item) => [...fieldPaths(item, `${at}[]`)]));
  if (typeof value !== "object" || value === null) return new Set([at]);
  return new Set(Object.entries(value).flatMap(([key, item]) => [...fieldPaths(item, at === "" ? key : `${at}.${key}`)]));
}
