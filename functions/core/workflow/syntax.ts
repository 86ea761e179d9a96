/** YAML that workflow files do without, because it makes a file mean what nobody sees in it. */
import { type Document, isNode, isScalar, visit } from "yaml";

/** What is not allowed, and the offset at which it stands. */
type Refuse = (offset: number, message: string) => void;

/** Refuses directives, anchors, aliases, tags, merge keys, and keys that are no text. */
export function checkSyntax(document: Document.Parsed, refuse: Refuse): void {
  if (document.directives.yaml.explicit === true || Object.keys(document.directives.tags).length > 1) refuse(0, "directives (`%`) are not allowed here");
  visit(document, {
    Alias: (_key, node) => refuse(startOf(node), "aliases are not allowed here"),
    Value: (_key, node) => {
      if (node.anchor !== undefined) refuse(startOf(node), `anchors (\`&${node.anchor}\`) are not allowed here`);
      if (node.tag !== undefined) refuse(startOf(node), `tags (\`${node.tag}\`) are not allowed here`);
    },
    Pair: (_key, { key }) => {
      const fault = faultOfKey(key);
      if (fault !== undefined) refuse(startOf(key), fault);
    },
  });
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

function faultOfKey(key: unknown): string | undefined {
  if (!isScalar(key) || typeof key.value !== "string") return "keys have to be text: put this one in quotes";
  if (key.value === "<<") return "merge keys are not allowed here";
  return key.value === "__proto__" ? "the key `__proto__` is not allowed here" : undefined;
}
