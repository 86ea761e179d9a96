/** Setting one field of one object in its file: the bytes of the value and no others, so comments, order, quoting and line ends stay (design 7.2, 8.4). */
import { isScalar, type ParsedNode, type YAMLMap } from "yaml";
import { canonicalJson } from "../records/canonical.ts";
import type { FieldEdit } from "../records/finding.ts";
import { formatField } from "../records/field-path.ts";
import { formatObject } from "../records/fields.ts";
import type { Effect } from "../records/plan.ts";
import { parseManifest } from "../records/manifest.ts";
import { isSameObject } from "../records/read-object.ts";
import type { SourceFile } from "../records/source.ts";
import { diffObjects } from "./diff-objects.ts";
import { type Located, locate, type Location, refusalOf, type Searched } from "./locate.ts";
import { lastScalar } from "./yaml-node.ts";

/** The file with its new text and where the field stands; or, in words, why it is left alone. */
export type Edited = { readonly file: SourceFile; readonly before: string; readonly location: Location } | { readonly refusal: string };

type Found = Extract<Located, { kind: "found" }>;

/** Makes the edit and proves it on the file: read before and after, exactly the intended field differs. */
export function editField(searched: Searched, edit: FieldEdit): Edited {
  const located = locate(searched, edit.object, edit.field);
  const refusal = refusalOf(located, edit.object, edit.field);
  const file = located.kind === "found" ? searched.files.find(({ path }) => path === located.location.file) : undefined;
  if (refusal !== undefined || located.kind !== "found" || !file) return { refusal: refusal ?? "the field was not found" };
  const written = located.followed.kind === "value" ? replaceValue(file.text, located, edit) : addKey(file.text, located.followed, edit);
  if ("refusal" in written) return { refusal: `${file.path}:${located.location.line}: ${written.refusal}` };
  const wrong = proveEdit(file.text, written.text, edit);
  if (wrong !== undefined) return { refusal: `${file.path}:${located.location.line}: ${wrong}` };
  return { file: { path: file.path, text: written.text }, before: file.text, location: located.location };
}

type Written = { readonly text: string } | { readonly refusal: string };

function replaceValue(text: string, { location, followed }: Found, edit: FieldEdit): Written {
  const [start, end] = location.range;
  if (followed.kind !== "value" || !isScalar(followed.node)) return { refusal: `${formatField(edit.field)} is no single value` };
  const node: ParsedNode = followed.node;
  const now: unknown = followed.node.value;
  if (canonicalJson(now) !== canonicalJson(edit.from))
    return { refusal: `${formatField(edit.field)} is ${JSON.stringify(now)} there by now, not ${JSON.stringify(edit.from)}` };
  if (node.type === "BLOCK_FOLDED" || node.type === "BLOCK_LITERAL") return { refusal: `${formatField(edit.field)} is a block of text` };
  return { text: `${text.slice(0, start)}${writeScalar(edit.to, text[start])}${text.slice(end)}` };
}

/** Plain text that every YAML reader takes for this very string: no number, boolean or null, nothing that needs quotes. */
const PLAIN = /^(?:[A-Za-z][\w./-]*(?::[\w./-]+)*(?:@[a-z0-9]+:[0-9a-f]+)?|\d+(?:\.\d+)?(?:[KMGTPE]i?|k|m))$/;
const OTHER_TYPE = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** Writes a value with the quotes that the old one had; a plain one stays plain where that is safe. */
export function writeScalar(value: string | number, quote: string | undefined): string {
  if (typeof value === "number") return String(value);
  if (quote === "'") return `'${value.replaceAll("'", "''")}'`;
  return quote !== '"' && PLAIN.test(value) && !OTHER_TYPE.test(value) ? value : JSON.stringify(value);
}

/** Adds a key after the last one of its mapping, in its style. */
export function addKey(text: string, { parent, key }: { readonly parent: YAMLMap.Parsed; readonly key: string }, edit: FieldEdit): Written {
  if (edit.from !== undefined) return { refusal: `${formatField(edit.field)} is not set there by now` };
  const line = `${writeScalar(key, undefined)}: ${writeScalar(edit.to, undefined)}`;
  return parent.flow === true ? addToFlow(text, parent, line) : addToBlock(text, parent, line);
}

/** As a line of its own after the last value's line; not beside a block of text, whose end is not sure, or an empty value. */
function addToBlock(text: string, parent: YAMLMap.Parsed, line: string): Written {
  const start = parent.items[0]?.key.range[0];
  const last = parent.items.at(-1)?.value === null ? undefined : lastScalar(parent)?.range?.[1];
  if (start === undefined || last === undefined || text[last - 1] === "\n") return { refusal: "a key cannot be added safely beside what is there" };
  const indent = " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
  const lineBreak = text.includes("\r\n") ? "\r\n" : "\n";
  const lineEnd = text.indexOf(lineBreak, last);
  const at = lineEnd < 0 ? text.length : lineEnd;
  return { text: `${text.slice(0, at)}${lineBreak}${indent}${line}${text.slice(at)}` };
}

function addToFlow(text: string, parent: YAMLMap.Parsed, line: string): Written {
  const last = parent.items.at(-1);
  const end = last?.value?.range[1] ?? last?.key.range[1];
  if (end === undefined) return { text: `${text.slice(0, parent.range[0] + 1)} ${line} ${text.slice(parent.range[0] + 1).trimStart()}` };
  return { text: `${text.slice(0, end)}, ${line}${text.slice(end)}` };
}

/** Reads the file before and after. */
function proveEdit(before: string, after: string, edit: FieldEdit): string | undefined {
  const [old, young] = [parseManifest(before), parseManifest(after)];
  if ("problem" in old || "problem" in young) return "the file cannot be read after the edit";
  return refuseUnintended(diffObjects(old.objects, young.objects), edit);
}

/** Says so where anything but the one intended field of the one object differs, or differs otherwise. */
export function refuseUnintended(effects: readonly Effect[], edit: FieldEdit): string | undefined {
  const [effect] = effects;
  const field = formatField(edit.field);
  const isIntended =
    effects.length === 1 &&
    effect?.field === field &&
    isSameObject({ ...effect.object, namespace: edit.object.namespace }, edit.object) &&
    effect.after === canonicalJson(edit.to) &&
    effect.before === (edit.from === undefined ? undefined : canonicalJson(edit.from));
  return isIntended ? undefined : `the edit would not change just ${field} of ${formatObject(edit.object)}`;
}
