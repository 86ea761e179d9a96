/** Following a field's path through YAML nodes: to the node that decides it, or to why no node alone does. */
import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, type Node, type Pair, type ParsedNode, visit, type YAMLMap } from "yaml";
import { type FieldPath, formatField } from "../records/field-path.ts";

/** The node of the value; or the mapping that has all of the path but its last key; or, in words, why it is not clear. */
export type Followed =
  | { readonly kind: "value"; readonly node: ParsedNode; readonly inFlow: boolean }
  | { readonly kind: "absent"; readonly parent: YAMLMap.Parsed; readonly key: string }
  | { readonly kind: "unclear"; readonly words: string };

type Step = FieldPath[number];

/** Follows the path from an object's node. What an alias repeats, a merge key brings or another place shares is unclear: one edit would do more than it says. */
export function followPath(document: Document.Parsed, object: ParsedNode, path: FieldPath): Followed {
  const aliased = aliasedAnchors(document);
  let node: ParsedNode = object;
  let inFlow = isFlow(object);
  for (const [index, step] of path.entries()) {
    const field = formatField(path.slice(0, index + 1));
    const next = childOf(node, step);
    if (next === "merged") return { kind: "unclear", words: `${field} may come from a merge key (<<)` };
    if (next === "twice") return { kind: "unclear", words: `${field} is there twice` };
    if (next === undefined) {
      const isLast = index === path.length - 1 && typeof step === "string" && isMap(node);
      return isLast ? { kind: "absent", parent: node as YAMLMap.Parsed, key: step } : { kind: "unclear", words: `${field} is not set there` };
    }
    const shared = sharedWords(next, aliased);
    if (shared !== undefined) return { kind: "unclear", words: `${field} ${shared}` };
    node = next;
    inFlow ||= index < path.length - 1 && isFlow(node);
  }
  return { kind: "value", node, inFlow };
}

function childOf(node: ParsedNode, step: Step): ParsedNode | undefined | "merged" | "twice" {
  if (typeof step === "string") return isMap(node) ? valueOf(node, step) : undefined;
  const items = isSeq(node) ? node.items : [];
  const named = items.filter((item) => isMap(item) && scalarText(valueOf(item, "name")) === step.name);
  return named.length > 1 ? "twice" : named[0];
}

function valueOf(map: YAMLMap.Parsed, key: string): ParsedNode | undefined | "merged" {
  const pair = map.items.find((item) => keyText(item) === key);
  if (pair) return pair.value ?? undefined;
  return map.items.some((item) => keyText(item) === "<<") ? "merged" : undefined;
}

function keyText(pair: Pair<ParsedNode, ParsedNode | null>): string | undefined {
  return scalarText(pair.key);
}

function scalarText(node: unknown): string | undefined {
  return isScalar(node) && (typeof node.value === "string" || typeof node.value === "number") ? String(node.value) : undefined;
}

function isFlow(node: ParsedNode): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

/** How often each anchor of the document is repeated by aliases. */
function aliasedAnchors(document: Document.Parsed): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  visit(document, { Alias: (_key, alias) => void counts.set(alias.source, (counts.get(alias.source) ?? 0) + 1) });
  return counts;
}

function sharedWords(node: ParsedNode, aliased: ReadonlyMap<string, number>): string | undefined {
  if (isAlias(node)) return `comes from the anchor &${node.source}, which other places share`;
  const anchor = isNode(node) && "anchor" in node ? node.anchor : undefined;
  const others = anchor === undefined ? 0 : (aliased.get(anchor) ?? 0);
  return others === 0 ? undefined : `is the anchor &${anchor ?? ""}, which ${others} other place${others === 1 ? " shares" : "s share"}`;
}

/** The objects of a document, those of lists one by one, as nodes. */
export function objectNodes(document: Document.Parsed): readonly ParsedNode[] {
  const { contents } = document;
  if (!contents || !isMap(contents)) return [];
  const kind = scalarText(contents.get("kind", true));
  const items: unknown = contents.get("items", true);
  return kind?.endsWith("List") === true && isSeq(items) ? (items.items as readonly ParsedNode[]) : [contents];
}

/** The last scalar below a node: where its text really ends. */
export function lastScalar(node: Node): Node | undefined {
  if (isScalar(node)) return node;
  const last: unknown = isMap(node) || isSeq(node) ? node.items.at(-1) : undefined;
  if (isPair(last)) return isNode(last.value) ? lastScalar(last.value) : undefined;
  return isNode(last) ? lastScalar(last) : undefined;
}
