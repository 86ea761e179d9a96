/** JSON into CEL and back: JSON's numbers are doubles to CEL, so whole ones go in as integers. */

/** Most entries of one list or map that an expression may see: it bounds what a loop over it costs. */
const MAX_ENTRIES = 256;

/** Most values, and most characters, of what an expression gives. */
const MAX_VALUES = 10_000;
const MAX_CHARACTERS = 64 * 1024;

/** Makes whole numbers integers, so that `count + 1` works. @throws RangeError for a list or a map that is too large */
export function toCel(value: unknown): unknown {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length > MAX_ENTRIES) throw new RangeError(`a list or map has ${entries.length} entries; expressions take at most ${MAX_ENTRIES}`);
  if (Array.isArray(value)) return value.map(toCel);
  return Object.fromEntries(entries.map(([key, item]) => [key, toCel(item)]));
}

/** Makes JSON of a CEL value. @throws RangeError, TypeError for what is too large, or no JSON */
export function fromCel(value: unknown): unknown {
  let values = 0;
  let characters = 0;
  const convert = (item: unknown): unknown => {
    values += 1;
    characters += typeof item === "string" ? item.length : 0;
    if (values > MAX_VALUES || characters > MAX_CHARACTERS) throw new RangeError("the result is too large");
    if (typeof item === "bigint" || typeof item === "number") return toNumber(item);
    if (typeof item !== "object" || item === null) return item;
    if (Array.isArray(item)) return item.map(convert);
    if (!isPlain(item)) throw new TypeError("the result is no text, number, boolean, list or map; convert it, or end it with `.orValue(...)`");
    return Object.fromEntries(Object.entries(item).map(([key, entry]) => [key, convert(entry)]));
  };
  return convert(value);
}

function toNumber(value: bigint | number): number {
  const number = Number(value);
  if (!Number.isFinite(number) || (typeof value === "bigint" && !Number.isSafeInteger(number)))
    throw new RangeError("the result is a number that JSON cannot hold");
  return number;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
