/** Canonical JSON: object keys sorted, no white space, `undefined` left out; the form that digests and sizes are taken of. */

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}

/** Writes a JSON value so that equal values give equal text, whatever order their keys were set in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sortKeys(value));
}

/** Bytes of a value as canonical JSON in UTF-8: what the size limits are measured by. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(canonicalJson(value) ?? "");
}
