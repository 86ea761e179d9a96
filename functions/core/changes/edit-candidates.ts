/**
 * Where the value of a built object may stand in its sources: kustomizations, patches, bases, values, templates. Each place is
 * only a candidate; which one decides is proved by building again (design 7.2).
 */
import { type Document, type Scalar, visit, type YAMLMap } from "yaml";
import { canonicalJson } from "../records/canonical.ts";
import type { FieldEdit } from "../records/finding.ts";
import { isObject } from "../records/manifest.ts";
import { parseYaml, type YamlDocument } from "../records/safe-yaml.ts";
import type { SourceFile } from "../records/source.ts";
import { addKey, writeScalar } from "./edit-field.ts";
import { followPath, objectNodes } from "./yaml-node.ts";

/** A file with the value changed at one place. */
export interface Candidate {
  readonly path: string;
  readonly line: number;
  readonly col: number;
  readonly text: string;
}

/** What stands in the source, and what is to stand there: an image may be there whole, or by its name, tag or digest. */
interface Swap {
  readonly from: string;
  readonly to: string | number;
}

export interface Hints {
  readonly appPath: string;
  /** The mapping that a key is to be added to, as it was built: values that are copied whole look the same. */
  readonly beside: unknown;
}

/** Candidates, the likely ones first: what is nearest to the app, then what it builds on, templates last. */
export function editCandidates(files: readonly SourceFile[], edit: FieldEdit, { appPath, beside }: Hints): readonly Candidate[] {
  const found = files.flatMap((file) => (edit.from === undefined ? additionsIn(file, edit, beside) : replacementsIn(file, swapsOf(edit.from, edit.to))));
  const rank = ({ path }: Candidate): number => {
    if (/(^|\/)templates\//.test(path)) return 3;
    if (!path.startsWith(appPath === "" ? "" : `${appPath}/`)) return 2;
    return /kustomization/i.test(path) ? 0 : 1;
  };
  return found.toSorted((a, b) => rank(a) - rank(b));
}

function swapsOf(from: string | number, to: string | number): readonly Swap[] {
  const whole: Swap = { from: String(from), to };
  const [old, young] = [imageParts(String(from)), imageParts(String(to))];
  if (!old || !young) return [whole];
  const parts: readonly (keyof ImageParts)[] = ["tag", "digest", "name", "repository"];
  const differing = parts.filter((part) => old[part] !== young[part]);
  const [only] = differing.filter((part) => part !== "repository" || !differing.includes("name"));
  const [was, is] = only === undefined ? [] : [old[only], young[only]];
  return was === undefined || is === undefined || differing.filter((part) => part !== "repository").length > 1 ? [whole] : [whole, { from: was, to: is }];
}

interface ImageParts {
  readonly name: string;
  /** Without the registry. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

function imageParts(text: string): ImageParts | undefined {
  const [, name, tag, digest] = /^([\w.-]+(?::\d+)?(?:\/[\w.-]+)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(text) ?? [];
  if (name === undefined || (tag === undefined && digest === undefined)) return undefined;
  return { name, repository: name.replace(/^[^/]*[.:][^/]*\//, ""), tag, digest };
}

function replacementsIn(file: SourceFile, swaps: readonly Swap[]): readonly Candidate[] {
  const parsed = /\.(ya?ml|json)$|Kustomization$/.test(file.path) ? parseYaml(file.text) : undefined;
  if (parsed === undefined || "problem" in parsed) return swaps.flatMap((swap) => textReplacements(file, swap));
  return parsed.documents.flatMap((document) =>
    scalarsOf(document.document).flatMap((scalar) => swaps.flatMap((swap) => replaceScalar(file, { document, scalar, swap }))),
  );
}

function scalarsOf(document: Document.Parsed): readonly Scalar.Parsed[] {
  const scalars: Scalar.Parsed[] = [];
  visit(document, {
    Scalar(key, node) {
      if (key !== "key" && node.range) scalars.push(node as Scalar.Parsed);
    },
  });
  return scalars;
}

interface Place {
  readonly document: YamlDocument;
  readonly scalar: Scalar.Parsed;
  readonly swap: Swap;
}

function replaceScalar(file: SourceFile, { document, scalar, swap }: Place): readonly Candidate[] {
  const [start, end] = scalar.range;
  if (scalar.type === "BLOCK_LITERAL" || scalar.type === "BLOCK_FOLDED") return textReplacements(file, swap, [start, end]);
  if (String(scalar.value) !== swap.from) return textOf(scalar) === undefined ? [] : assignment(file, { document, scalar, swap });
  // A number stays a number, a text a text.
  const to = typeof scalar.value === "number" && /^\d+$/.test(String(swap.to)) ? Number(swap.to) : String(swap.to);
  const text = `${file.text.slice(0, start)}${writeScalar(to, file.text[start])}${file.text.slice(end)}`;
  return [{ path: file.path, ...document.position(start), text }];
}

function textOf(scalar: Scalar.Parsed): string | undefined {
  return typeof scalar.value === "string" ? scalar.value : undefined;
}

/** `name=image:tag` of an Application's `kustomize.images`, and `KEY=value` of a generator's literals. */
function assignment(file: SourceFile, { document, scalar, swap }: Place): readonly Candidate[] {
  const [start, end] = scalar.range;
  const source = file.text.slice(start, end);
  const at = source.indexOf(`=${swap.from}`);
  const rest = source.slice(at + 1 + swap.from.length);
  if (at === -1 || !/^["']?$/.test(rest)) return [];
  return [
    { path: file.path, ...document.position(start), text: `${file.text.slice(0, start)}${source.slice(0, at + 1)}${swap.to}${rest}${file.text.slice(end)}` },
  ];
}

/** Text that is no YAML of its own: templates, patches inside a kustomization, files of a generator. Whole words only. */
function textReplacements(file: SourceFile, { from, to }: Swap, [start, end]: readonly [number, number] = [0, file.text.length]): readonly Candidate[] {
  const candidates: Candidate[] = [];
  if (from === "") return candidates;
  const isWord = (character: string | undefined): boolean => character !== undefined && /[\w.-]/.test(character);
  for (let at = file.text.indexOf(from, start); at !== -1 && at < end; at = file.text.indexOf(from, at + 1)) {
    if (isWord(file.text[at - 1]) || isWord(file.text[at + from.length])) continue;
    const lines = file.text.slice(0, at).split("\n");
    candidates.push({
      path: file.path,
      line: lines.length,
      col: (lines.at(-1) ?? "").length + 1,
      text: `${file.text.slice(0, at)}${to}${file.text.slice(at + from.length)}`,
    });
  }
  return candidates;
}

/** Documents that declare the object, or patch it, and have all of the path but the key. A prefix of the name may be added when it is built. */
function additionsIn(file: SourceFile, edit: FieldEdit, beside: unknown): readonly Candidate[] {
  const parsed = /\.ya?ml$/.test(file.path) ? parseYaml(file.text) : { documents: [] };
  if ("problem" in parsed) return [];
  const key = edit.field.at(-1);
  return parsed.documents.flatMap((document) =>
    [...declaringMaps(document.document, edit), ...mapsLike(document.document, beside)].flatMap((parent) => {
      const added = typeof key === "string" ? addKey(file.text, { parent, key }, edit) : { refusal: "no key" };
      return "refusal" in added ? [] : [{ path: file.path, ...document.position(parent.range[0]), text: added.text }];
    }),
  );
}

function declaringMaps(document: Document.Parsed, edit: FieldEdit): readonly YAMLMap.Parsed[] {
  return objectNodes(document).flatMap((node) => {
    const value: unknown = node.toJS(document);
    if (!isObject(value) || value.kind !== edit.object.kind || !edit.object.name.includes(value.metadata.name)) return [];
    const followed = followPath(document, node, edit.field);
    return followed.kind === "absent" ? [followed.parent] : [];
  });
}

/** Mappings of a values file that are copied into the object as they stand. */
function mapsLike(document: Document.Parsed, beside: unknown): readonly YAMLMap.Parsed[] {
  const wanted = canonicalJson(beside);
  const maps: YAMLMap.Parsed[] = [];
  if (beside === undefined || isObject(document.toJS())) return maps;
  visit(document, {
    Map(_key, node) {
      if (node.range && canonicalJson(node.toJS(document)) === wanted) maps.push(node as YAMLMap.Parsed);
    },
  });
  return maps;
}
