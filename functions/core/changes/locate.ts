/** From a field of a live object to the line in Git that decides it (design 7.2): for directories of plain manifests. */
import type { ParsedNode } from "yaml";
import { plainManifests } from "../records/directory-source.ts";
import type { FieldPath } from "../records/field-path.ts";
import { formatField } from "../records/field-path.ts";
import { formatObject, type ObjectRef } from "../records/fields.ts";
import { isObject } from "../records/manifest.ts";
import { groupOf, textAt, valueAt } from "../records/read-object.ts";
import { parseYaml, type YamlDocument } from "../records/safe-yaml.ts";
import type { SourceFile } from "../records/source.ts";
import { refuseText } from "./path-rules.ts";
import { followPath, type Followed, objectNodes } from "./yaml-node.ts";

/** A place in a file: line and column one-based, the range as offsets into its text. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly col: number;
  readonly range: readonly [start: number, end: number];
}

/** The place that decides a field; several that may; or, in words, why none is known. */
export type Located =
  | { readonly kind: "found"; readonly location: Location; readonly followed: Exclude<Followed, { kind: "unclear" }> }
  | { readonly kind: "candidates"; readonly candidates: readonly Location[] }
  | { readonly kind: "refused"; readonly refusal: string };

/** Where to look: all files below an app's path. */
export interface Searched {
  readonly path: string;
  readonly files: readonly SourceFile[];
}

interface Declared {
  readonly file: SourceFile;
  readonly document: YamlDocument;
  readonly node: ParsedNode;
}

/** Finds the node that decides a field of an object: its value, or (`absent`) the mapping that lacks just the last key. */
export function locate({ path, files }: Searched, object: ObjectRef, field: FieldPath): Located {
  const name = formatObject(object);
  const plain = plainManifests(path, files);
  if ("tool" in plain) return refuse(`${plain.file} needs ${plain.tool}, and I only follow plain manifests to their lines`);
  const declared: Declared[] = [];
  for (const file of plain.manifests) {
    const found = declarationsIn(file, object);
    if ("refusal" in found) return refuse(found.refusal);
    declared.push(...found.declared);
  }
  const [only, ...others] = declared;
  if (!only) return refuse(`no file of ${path === "" ? "the repository" : path} declares ${name}`);
  if (others.length > 0) return { kind: "candidates", candidates: declared.map(({ file, document, node }) => locationOf(file, document, node)) };
  const refusal = refuseFile(only);
  if (refusal !== undefined) return refuse(refusal);
  const followed = followPath(only.document.document, only.node, field);
  if (followed.kind === "unclear") return refuse(`in ${only.file.path}, ${followed.words}`);
  return { kind: "found", location: locationOf(only.file, only.document, followed.kind === "value" ? followed.node : followed.parent), followed };
}

/** Why nothing was found, as one sentence; undefined where it was. */
export function refusalOf(located: Located, object: ObjectRef, field: FieldPath): string | undefined {
  if (located.kind === "found") return undefined;
  if (located.kind === "refused") return located.refusal;
  const places = located.candidates.map(({ file, line }) => `${file}:${line}`).join(" and ");
  return `${formatObject(object)} is declared more than once (${places}), so it is not clear which of them decides ${formatField(field)}`;
}

function refuse(refusal: string): Located {
  return { kind: "refused", refusal };
}

/** A file that cannot be read hides what it declares: then nothing is known. */
function declarationsIn(file: SourceFile, object: ObjectRef): { readonly declared: readonly Declared[] } | { readonly refusal: string } {
  const parsed = parseYaml(file.text);
  if ("problem" in parsed) return { refusal: `${file.path}:${parsed.problem.line}:${parsed.problem.col}: ${parsed.problem.message}` };
  const declared = parsed.documents.flatMap((document) =>
    objectNodes(document.document)
      .filter((node) => isDeclarationOf(node.toJS(document.document), object))
      .map((node) => ({ file, document, node })),
  );
  return { declared };
}

/** A manifest may leave the namespace to the app. */
function isDeclarationOf(value: unknown, ref: ObjectRef): boolean {
  if (!isObject(value)) return false;
  const { namespace, name } = value.metadata;
  const sameGroup = ref.apiVersion === undefined || groupOf(ref.apiVersion) === groupOf(value.apiVersion);
  return sameGroup && value.kind === ref.kind && name === ref.name && (namespace === undefined || namespace === ref.namespace);
}

function refuseFile({ file, document }: Declared): string | undefined {
  const isEncrypted = valueAt(document.value, "sops") !== undefined || /^(SealedSecret|ExternalSecret)$/.test(textAt(document.value, "kind") ?? "");
  return refuseText(file.path, file.text) ?? (isEncrypted ? `${file.path} is encrypted, and is left byte for byte as it is` : undefined);
}

function locationOf(file: SourceFile, document: YamlDocument, node: ParsedNode): Location {
  const [start, end] = node.range;
  return { file: file.path, ...document.position(start), range: [start, end] };
}
