/** Parsing JSON from outside: valid UTF-8, bounded depth, no key that could reach a prototype (safety W12). */

/** Deeper than anything that we take; a stack is never the limit. */
const MAX_DEPTH = 64;

const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** @returns the value, or what is wrong with the text */
export function parseJson(body: Uint8Array): { readonly value: unknown } | { readonly problem: string } {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return { problem: "the body is not UTF-8" };
  }
  const depth = nesting(text);
  if (depth > MAX_DEPTH) return { problem: `the JSON is nested deeper than ${MAX_DEPTH}` };
  try {
    const dropped = (key: string, value: unknown): unknown => (FORBIDDEN_KEYS.has(key) ? undefined : value);
    return { value: JSON.parse(text, dropped) };
  } catch (error) {
    return { problem: `the body is not JSON: ${error instanceof Error ? error.message : "?"}`.slice(0, 256) };
  }
}

/** The deepest nesting of a JSON text, counted without parsing it; stops as soon as it is over the limit. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let index = 0; index < text.length && deepest <= MAX_DEPTH; index += 1) {
    const char = text[index];
    if (quoted) {
      if (char === "\\") index += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{" || char === "[") deepest = Math.max(deepest, (depth += 1));
    else if (char === "}" || char === "]") depth -= 1;
  }
  return deepest;
}
