/** A settings file: one YAML document held to a schema, every problem with its place, so that a person can mend it. */
import type * as z from "zod";
import { parseYaml, type YamlDocument, type YamlProblem } from "./safe-yaml.ts";

/** A problem with its place; `line` and `col` are one-based. */
export interface FileProblem extends YamlProblem {
  readonly path: string;
}

export type CheckedFile<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problems: readonly FileProblem[] };

export interface SettingsFile<Value> {
  readonly path: string;
  /** What the document as a whole is called in a problem: `the policy`. */
  readonly what: string;
  /** Strict, because a key with a typo would silently not hold. */
  readonly schema: z.ZodType<Value>;
}

/** Reads a settings file; an empty one is an empty mapping. */
export function readChecked<Value>(text: string, { path, what, schema }: SettingsFile<Value>): CheckedFile<Value> {
  const fail = (...problems: readonly YamlProblem[]): CheckedFile<Value> => ({ ok: false, problems: problems.map((problem) => ({ path, ...problem })) });
  const parsed = parseYaml(text);
  if ("problem" in parsed) return fail(parsed.problem);
  const [document, second] = parsed.documents;
  if (second) return fail({ line: second.line, col: 1, message: `${what} is one document` });
  const result = schema.safeParse(document?.value ?? {});
  if (result.success) return { ok: true, value: result.data };
  return fail(...result.error.issues.flatMap((issue) => problemsOf(issue, { document, what })));
}

/** One problem as people know it from compilers: `file:line:col: message`. */
export function formatProblem({ path, line, col, message }: FileProblem): string {
  return `${path}:${line}:${col}: ${message}`;
}

interface Read {
  readonly document: YamlDocument | undefined;
  readonly what: string;
}

function problemsOf(issue: z.core.$ZodIssue, { document, what }: Read): YamlProblem[] {
  const field = issue.path.length === 0 ? what : issue.path.join(".");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ ...place([...issue.path, key], document), message: `${key} is not a field of ${field}` }));
  return [{ ...place(issue.path, document), message: `${field}: ${issue.message}` }];
}

/** The position of the deepest node that is there on a path. */
function place(path: readonly PropertyKey[], document: YamlDocument | undefined): { line: number; col: number } {
  if (!document) return { line: 1, col: 1 };
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.document.getIn(path.slice(0, length), true);
    const range: unknown = node !== null && typeof node === "object" ? Reflect.get(node, "range") : undefined;
    const offset: unknown = Array.isArray(range) ? range[0] : undefined;
    if (typeof offset === "number") return document.position(offset);
  }
  return { line: document.line, col: 1 };
}
