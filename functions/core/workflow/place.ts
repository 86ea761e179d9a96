/** Places in a workflow file: from a path of keys, and an offset in a text, to an offset in the file. */
import { isMap, isNode, isPair, isScalar, Scalar } from "yaml";
import type { YamlDocument } from "../records/safe-yaml.ts";

type Keys = readonly PropertyKey[];

/** What a problem is about: a value by the keys that lead to it, its key, or an offset in its text. */
export interface Place {
  readonly keys: Keys;
  /** The key is meant, not its value. */
  readonly key?: boolean;
  /** Where in the value's text, in UTF-16 units. */
  readonly offset?: number;
}

type Tree = YamlDocument["document"];

/** The offset of a place in the file's text; of what is not there, that of the innermost map or list around it. */
export function offsetOf(document: Tree, text: string, { keys, key, offset }: Place): number {
  const node = nodeAt(document, keys);
  if (key === true) return keyOffset(document, keys) ?? offsetOf(document, text, { keys });
  if (isScalar(node) && offset !== undefined) return offsetInText(node, text, offset);
  if (isNode(node) && node.range) return node.range[0];
  return keys.length === 0 ? 0 : offsetOf(document, text, { keys: keys.slice(0, -1) });
}

function nodeAt(document: Tree, keys: Keys): unknown {
  return keys.length === 0 ? document.contents : document.getIn(keys, true);
}

function keyOffset(document: Tree, keys: Keys): number | undefined {
  const parent = nodeAt(document, keys.slice(0, -1));
  const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === keys.at(-1)) : undefined;
  return isPair(pair) && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
}

/** Follows a scalar's value through its source, which has quotes, escapes, line breaks and indentation besides. */
function offsetInText(scalar: Scalar, text: string, offset: number): number {
  const [start, end] = scalar.range ?? [0, 0];
  const source = text.slice(start, end);
  const value = String(scalar.value);
  let at = isBlock(scalar) ? source.indexOf("\n") + 1 : Number(isQuoted(scalar));
  for (let index = 0; index <= offset; index += 1) {
    const char = value[index] ?? "";
    const found = char.trim() === "" ? -1 : source.indexOf(char, at);
    if (found < 0) continue; // White space, or a character that stands there as an escape.
    at = index < offset ? found + 1 : found;
  }
  return start + at;
}

function isBlock({ type }: Scalar): boolean {
  return type === Scalar.BLOCK_FOLDED || type === Scalar.BLOCK_LITERAL;
}

function isQuoted({ type }: Scalar): boolean {
  return type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE;
}
