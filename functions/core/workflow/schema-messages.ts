/** What is wrong with the shape of a workflow file, in words for the person who wrote it. */
import type * as z from "zod";
import type { Report } from "./problem.ts";
import { sectionAt } from "./schema.ts";
import { nearest, suggest } from "./suggest.ts";

type Issue = z.core.$ZodIssue;
type Keys = readonly PropertyKey[];

/** Stands for every key of a map in a path. */
const ANY = "*";

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  array: "a list",
  object: "a map of keys",
  record: "a map of keys",
  number: "a number",
  boolean: "true or false",
  null: "empty",
};

/** Reports each issue at its place; what follows from another problem ("missing", beside a misspelled key) is left out. */
export function reportIssues(issues: readonly Issue[], report: Report): void {
  const excused = new Set(issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? excusedBy(issue) : [])));
  for (const issue of issues) {
    if (issue.code === "unrecognized_keys") for (const key of issue.keys) report({ keys: [...issue.path, key], key: true }, unknownKey(issue.path, key));
    else if (!isExcused(issue, excused)) report({ keys: issue.path, key: issue.code === "invalid_key" }, `${nameOf(issue.path)}${faultOf(issue)}`);
  }
}

/** A key of later versions excuses all that is missing beside it, a misspelled one what it was meant to be; both what is wrong with their map as a whole. */
function excusedBy({ path, keys }: { readonly path: Keys; readonly keys: readonly string[] }): string[] {
  const { known, later } = sectionAt(path);
  return [pathText(path), ...keys.map((key) => pathText([...path, later.has(key) ? ANY : (nearest(key, known) ?? key)]))];
}

function isExcused(issue: Issue, excused: ReadonlySet<string>): boolean {
  if (issue.code === "custom") return excused.has(pathText(issue.path));
  return isMissing(issue) && (excused.has(pathText(issue.path)) || excused.has(pathText([...issue.path.slice(0, -1), ANY])));
}

function unknownKey(path: Keys, key: string): string {
  const { known, later } = sectionAt(path);
  const notYet = later.get(key);
  if (notYet !== undefined) return notYet;
  return `unknown key \`${key}\`${suggest(key, known) || `; there are ${known.map((name) => `\`${name}\``).join(", ")}`}`;
}

function faultOf(issue: Issue): string {
  if (isMissing(issue)) return " is missing";
  if (issue.code === "invalid_key") return ` ${issue.issues[0]?.message ?? issue.message}`;
  if (issue.code === "invalid_type") return ` has to be ${KINDS[issue.expected] ?? issue.expected}, and this is ${kindOf(issue.input)}`;
  return `: ${issue.message}`;
}

function isMissing(issue: Issue): boolean {
  return issue.code === "invalid_type" && issue.input === undefined;
}

/** The key that is meant: the innermost one, for an item of a list that of the list. */
function nameOf(path: Keys): string {
  const key = path.findLast((part) => typeof part === "string");
  return key === undefined ? "the file" : `\`${key}\``;
}

function kindOf(value: unknown): string {
  if (value === null) return "empty";
  const type = Array.isArray(value) ? "array" : typeof value;
  const kind = KINDS[type] ?? type;
  return type === "number" || type === "boolean" ? `${kind}: put it in quotes` : kind;
}

function pathText(path: Keys): string {
  return path.map(String).join(".");
}
