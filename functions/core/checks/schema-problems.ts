/** Where an object does not fit its definition: what the API server would refuse, and the fields that it would drop without a word. */
import { joinField, joinItem } from "../records/field-path.ts";
import { listAt, textAt, valueAt } from "../records/read-object.ts";

/** Deeper than any manifest; what refers to itself ends here. */
const MAX_DEPTH = 60;
const MAX_PROBLEMS = 50;

interface Reading {
  readonly others: Readonly<Record<string, unknown>>;
  readonly problems: string[];
}

/** One sentence for each problem, with the path of the field; empty where all fits. */
export function schemaProblems(
  object: unknown,
  { root, others }: { readonly root: unknown; readonly others: Readonly<Record<string, unknown>> },
): readonly string[] {
  const reading: Reading = { others, problems: [] };
  walk(object, root, { field: "", depth: 0, reading });
  return [...new Set(reading.problems)].slice(0, MAX_PROBLEMS);
}

interface At {
  readonly field: string;
  readonly depth: number;
  readonly reading: Reading;
}

function walk(value: unknown, definition: unknown, at: At): void {
  const schema = resolve(definition, at.reading.others);
  // What is null is taken as not set.
  if (schema === undefined || value === null || value === undefined || at.depth > MAX_DEPTH) return;
  const wrong = wrongType(value, schema) ?? wrongChoice(value, schema);
  if (wrong !== undefined) at.reading.problems.push(`${at.field} ${wrong}`.trim());
  else if (Array.isArray(value)) walkItems(value, schema, at);
  else if (typeof value === "object") walkFields(value as Readonly<Record<string, unknown>>, schema, at);
}

/** Follows `$ref`, and `allOf` with a single entry, which is how a reference with a default is written. */
function resolve(definition: unknown, others: Readonly<Record<string, unknown>>): unknown {
  let found = definition;
  for (let hops = 0; hops < 10; hops += 1) {
    const [only, ...more] = listAt(found, "allOf");
    const reference = textAt(found, "$ref") ?? (more.length === 0 ? textAt(only, "$ref") : undefined);
    if (reference === undefined) return found;
    found = others[reference.slice(reference.lastIndexOf("/") + 1)];
  }
  return undefined;
}

function walkItems(items: readonly unknown[], schema: unknown, at: At): void {
  const of = valueAt(schema, "items");
  items.forEach((item, index) => {
    const name = textAt(item, "name");
    walk(item, of, { ...at, field: name === undefined ? `${at.field}[${index}]` : joinItem(at.field, name), depth: at.depth + 1 });
  });
}

function walkFields(value: Readonly<Record<string, unknown>>, schema: unknown, at: At): void {
  const properties = valueAt(schema, "properties");
  const rest = valueAt(schema, "additionalProperties");
  const isOpen = valueAt(schema, "x-kubernetes-preserve-unknown-fields") === true || rest === true || (properties === undefined && rest === undefined);
  for (const [key, inner] of Object.entries(value)) {
    const known: unknown = valueAt(properties, key);
    const field = joinField(at.field, key);
    if (known !== undefined) walk(inner, known, { ...at, field, depth: at.depth + 1 });
    else if (rest !== undefined && typeof rest === "object") walk(inner, rest, { ...at, field, depth: at.depth + 1 });
    else if (!isOpen) at.reading.problems.push(`${field} is no field of this kind: the API server refuses it, or drops it`);
  }
  at.reading.problems.push(...missingFields(value, schema).map((key) => `${joinField(at.field, key)} is required and missing`));
}

/** What has a default is filled in; 0 and "" stand there for every field of such a type, and say nothing. */
function missingFields(value: Readonly<Record<string, unknown>>, schema: unknown): readonly string[] {
  const required = listAt(schema, "required").filter((key) => typeof key === "string");
  const hasDefault = (key: string): boolean => ![undefined, 0, ""].includes(valueAt(schema, "properties", key, "default") as undefined);
  return required.filter((key) => (value[key] ?? null) === null && !hasDefault(key));
}

/** A quantity, or a port by number or name. */
function isIntOrString(schema: unknown): boolean {
  const format = textAt(schema, "format");
  return (
    valueAt(schema, "x-kubernetes-int-or-string") === true || format === "int-or-string" || ["oneOf", "anyOf"].some((list) => listAt(schema, list).length > 0)
  );
}

type Is = (value: unknown) => boolean;

const TYPES: ReadonlyMap<string, readonly [words: string, is: Is]> = new Map<string, readonly [string, Is]>([
  ["string", ["a text", (value) => typeof value === "string"]],
  ["integer", ["a whole number", (value) => Number.isInteger(value)]],
  ["number", ["a number", (value) => typeof value === "number"]],
  ["boolean", ["true or false", (value) => typeof value === "boolean"]],
  ["array", ["a list", (value) => Array.isArray(value)]],
  ["object", ["a mapping", (value) => typeof value === "object" && !Array.isArray(value)]],
]);

function wrongType(value: unknown, schema: unknown): string | undefined {
  const type = textAt(schema, "type");
  if (isIntOrString(schema)) return type === undefined || ["string", "number"].includes(typeof value) ? undefined : says("a number or a text", value);
  const [words, is] = TYPES.get(type ?? "") ?? [];
  return words === undefined || is?.(value) !== false ? undefined : says(words, value);
}

/** The value itself stays unsaid: it may be a secret under a wrong key. */
function says(wanted: string, value: unknown): string {
  const kind = ["string", "number", "boolean", "array", "object"].find((type) => TYPES.get(type)?.[1](value) === true) ?? "";
  return `has to be ${wanted}, and is ${TYPES.get(kind)?.[0] ?? "something else"}`;
}

function wrongChoice(value: unknown, schema: unknown): string | undefined {
  const choices = listAt(schema, "enum");
  if (choices.length === 0 || choices.includes(value)) return undefined;
  return `has to be one of ${choices.slice(0, 8).map(String).join(", ")}`;
}
