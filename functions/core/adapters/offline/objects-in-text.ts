/** Kubernetes objects out of the text of one file, as it streams by: every shape that `kubectl` and the API server write. */
import { isObject } from "../../records/manifest.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { listAt, textAt } from "../../records/read-object.ts";
import { parseYaml } from "../../records/safe-yaml.ts";
import { type DumpHead, readDumpHead } from "./dump-head.ts";
import { JsonSplitter } from "./split-json.ts";
import type { Piece, Splitter } from "./piece.ts";
import { YamlSplitter } from "./split-yaml.ts";

/** YAML of one object; what is larger is hardly ever written by hand, and JSON has no such limit. */
const YAML_OBJECT_MAX_BYTES = 4 * 1024 * 1024;

/** A text whose items share anchors, as some YAML writers make them of equal labels: read as a whole, so it has to be small. */
export const WOVEN_MAX_BYTES = 8 * 1024 * 1024;
const WOVEN_MAX_ALIASES = 20_000;
/** Values in such a text, each counted as often as it is named: a copy is made of all of them. */
const WOVEN_MAX_NODES = 2_000_000;

/** Lists within lists: `kubectl get all` has one level. */
const MAX_LISTS = 4;

/** What a file gave: each object goes to `take` at once; the rest is told at its end. */
export interface TextReading {
  readonly objects: number;
  /** What is wrong, with the line; only the first few. */
  readonly problems: readonly string[];
  /** Parts that are well-formed, and no Kubernetes objects. */
  readonly others: number;
  /** An item names an anchor of another one: cut into items, this text cannot be read. */
  readonly isWoven: boolean;
  /** What our own dump says of itself. */
  readonly head: DumpHead | undefined;
}

const MAX_PROBLEMS = 3;
/** Items that wait for the type that their list names at its end. */
const MAX_UNTYPED = 100_000;

/** Reads one text, chunk by chunk. */
export class ObjectReader {
  private readonly take: (object: KubernetesObject) => void;
  private splitter: Splitter | undefined;
  private start = "";
  private untyped: { readonly value: object; readonly line: number }[] = [];
  private readonly found = { objects: 0, others: 0, problems: [] as string[], isWoven: false, head: undefined as DumpHead | undefined };

  constructor(take: (object: KubernetesObject) => void) {
    this.take = take;
  }

  push(chunk: string): void {
    if (this.splitter) return this.see(this.splitter.push(chunk));
    this.start += chunk;
    // What stands first decides: nothing else does when files come from anywhere.
    const first = /\S/.exec(this.start)?.[0];
    if (first === undefined) return;
    this.splitter = first === "{" || first === "[" ? new JsonSplitter() : new YamlSplitter();
    this.see(this.splitter.push(this.start));
    this.start = "";
  }

  end(): TextReading {
    if (this.splitter) this.see(this.splitter.end());
    this.endList(undefined);
    return this.found;
  }

  /** Reads a text as a whole, anchors across its items and all. */
  readWhole(text: string): TextReading {
    const parsed = parseYaml(text, { maxBytes: WOVEN_MAX_BYTES, maxAliases: WOVEN_MAX_ALIASES });
    if ("problem" in parsed) this.complain(parsed.problem.line, parsed.problem.message);
    else if (growsBeyond(WOVEN_MAX_NODES, parsed.documents)) this.complain(1, "grows too large through its aliases");
    else for (const { value, line } of parsed.documents) this.seeDocument(value, line);
    return this.found;
  }

  private see(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      if (piece.part === "broken") this.complain(piece.line, piece.text);
      else this.seeText(piece);
    }
  }

  private seeText({ part, text, line }: Piece): void {
    const parsed = valuesOf(text);
    if ("problem" in parsed) {
      if (parsed.problem.startsWith("Unresolved alias")) this.found.isWoven = true;
      return this.complain(line + parsed.line - 1, parsed.problem);
    }
    for (const value of parsed.values) {
      if (part === "document") this.seeDocument(value, line);
      else if (isTyped(value)) this.seeValue(value, line);
      else if (isMapping(value) && this.untyped.length < MAX_UNTYPED) this.untyped.push({ value, line });
      else this.found.others += 1;
    }
  }

  private seeDocument(value: unknown, line: number): void {
    this.found.head ??= readDumpHead(value);
    this.endList(value);
    const isEmpty = value === null || value === undefined || (Array.isArray(value) && value.length === 0);
    if (!isEmpty && !isList(value)) this.seeValue(value, line);
    else for (const item of listAt(value, "items")) this.seeValue(withTypeOf(value, item), line, 1);
  }

  /** Items of the API's own lists have no type of their own: `PodList` says it for all. */
  private endList(list: unknown): void {
    const untyped = this.untyped;
    this.untyped = [];
    for (const { value, line } of untyped) this.seeValue(withTypeOf(list, value), line);
  }

  private seeValue(value: unknown, line: number, lists = 0): void {
    if (isList(value)) {
      if (lists < MAX_LISTS) for (const item of listAt(value, "items")) this.seeValue(withTypeOf(value, item), line, lists + 1);
    } else if (isObject(value)) {
      this.found.objects += 1;
      this.take(value);
    } else this.found.others += 1;
  }

  private complain(line: number, problem: string): void {
    if (this.found.problems.length < MAX_PROBLEMS) this.found.problems.push(`line ${line} ${problem}`);
  }
}

/** Counts without recursion, and stops at the limit. */
function growsBeyond(limit: number, documents: readonly { readonly value: unknown }[]): boolean {
  const waiting: unknown[] = documents.map(({ value }) => value);
  for (let count = 0; waiting.length > 0; count += 1) {
    if (count > limit) return true;
    const value = waiting.pop();
    if (value === null || typeof value !== "object") continue;
    const items: readonly unknown[] = Object.values(value);
    for (const item of items) waiting.push(item);
  }
  return false;
}

function isMapping(value: unknown): value is object {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function isList(value: unknown): boolean {
  return textAt(value, "kind")?.endsWith("List") === true;
}

function isTyped(value: unknown): boolean {
  return textAt(value, "kind") !== undefined && textAt(value, "apiVersion") !== undefined;
}

/** An item of `PodList` is a `Pod` of the same version; a `List` says nothing about its items. */
function withTypeOf(list: unknown, item: unknown): unknown {
  const kind = isList(list) ? (textAt(list, "kind") ?? "").slice(0, -"List".length) : "";
  const apiVersion = textAt(list, "apiVersion");
  return isMapping(item) && kind !== "" && apiVersion !== undefined ? { apiVersion, kind, ...item } : item;
}

function valuesOf(text: string): { readonly values: readonly unknown[] } | { readonly problem: string; readonly line: number } {
  if (/^\s*[{[]/.test(text)) {
    try {
      const value: unknown = JSON.parse(text);
      return { values: [value] };
    } catch {
      // YAML in flow style looks like JSON, and the YAML parser's message has the place.
    }
  }
  const parsed = parseYaml(text, { maxBytes: YAML_OBJECT_MAX_BYTES });
  if ("problem" in parsed) return { problem: parsed.problem.message, line: parsed.problem.line };
  return { values: parsed.documents.map(({ value }) => value) };
}
