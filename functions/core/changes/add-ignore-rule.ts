/** One more rule in `.anchorwatch/ignore.yaml`, its comments, order and quoting left as they are. */
import { isMap, isSeq } from "yaml";
import { canonicalJson } from "../records/canonical.ts";
import { formatProblem } from "../records/checked-yaml.ts";
import { IGNORE_PATH, type IgnoreRule, parseIgnore } from "../records/ignore.ts";
import { parseYaml } from "../records/safe-yaml.ts";

/** The file's new text, or in words why a person has to write it. */
export type RuleAdded = { readonly text: string } | { readonly refusal: string };

const HEAD = "# What Anchorwatch is not to speak of, why, and until when.\nignore:\n";

/** JSON's strings are YAML's in double quotes, so nothing in a label can end one. */
function lines({ match, reason, until }: IgnoreRule, indent: string): string {
  const pairs = Object.entries(match).map(([name, value]) => `${/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return [`${indent}- match: { ${pairs.join(", ")} }`, `${indent}  reason: ${JSON.stringify(reason)}`, `${indent}  until: ${JSON.stringify(until)}`, ""].join(
    "\n",
  );
}

function ended(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/** Where the list ends in a text, and how far its items stand in; a list in brackets is only taken when it is empty. */
function append(text: string, rule: IgnoreRule): string | undefined {
  const parsed = parseYaml(text);
  const contents = "documents" in parsed ? parsed.documents[0]?.document.contents : undefined;
  if (!contents) return `${ended(text)}${HEAD}${lines(rule, "  ")}`;
  const list = isMap(contents) ? contents.get("ignore") : undefined;
  if (!isSeq(list) || !list.range) return undefined;
  const [start, end] = list.range;
  if (list.flow === true) return list.items.length > 0 ? undefined : inPlaceOf(text, { start, end }, lines(rule, "  "));
  const indent = /[ \t]*$/.exec(text.slice(0, start))?.[0] ?? "";
  return `${ended(text.slice(0, end))}${lines(rule, indent)}${text.slice(end)}`;
}

/** The list's key stays; what stood behind its brackets on the line goes with them. */
function inPlaceOf(text: string, { start, end }: { start: number; end: number }, written: string): string {
  return `${text.slice(0, start).trimEnd()}\n${written}${text.slice(end).replace(/^[ \t]*\n/, "")}`;
}

/** Adds the rule behind the others. Read again, the file says exactly what it said, and the rule. @param text undefined where there is no file */
export function addIgnoreRule(text: string | undefined, rule: IgnoreRule): RuleAdded {
  const before = parseIgnore(text ?? "");
  if (!before.ok) return { refusal: `${before.problems.map(formatProblem)[0] ?? IGNORE_PATH}; nothing can be added before that is mended` };
  const next = append(text ?? "", rule);
  const after = next === undefined ? undefined : parseIgnore(next);
  const isExact = after?.ok === true && canonicalJson(after.value) === canonicalJson([...before.value, rule]);
  return next !== undefined && isExact
    ? { text: next }
    : { refusal: `I cannot add to ${IGNORE_PATH} as it is written; the rule would be: ${lines(rule, "").replaceAll("\n", " ").trim()}` };
}
