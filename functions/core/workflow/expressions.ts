/** Conditions and arguments at run time: what a step sees of the alert and of the steps before it. */
import { evaluate } from "./cel.ts";
import { ExpressionError } from "./expression-error.ts";
import { splitTemplate } from "./template.ts";

/** What expressions can name. */
export interface Scope {
  readonly alert: unknown;
  /** What a command's words said. */
  readonly inputs?: Readonly<Record<string, unknown>> | undefined;
  readonly steps: Readonly<Record<string, { readonly state: string; readonly output: unknown }>>;
}

/** Most characters of an expression that an error shows. */
const SHOWN = 120;

type Variables = Parameters<typeof evaluate>[1];

/** A step without output has an empty one, so that `has(steps.find.output.remedy)` is no. */
function variablesOf({ alert, steps, inputs }: Scope): Variables {
  const seen = Object.entries(steps).map(([id, { state, output }]) => [id, { state, output: output ?? {} }]);
  return { alert: alert ?? {}, steps: Object.fromEntries(seen), inputs: inputs ?? {} };
}

/** Evaluates a step's `if`. @throws ExpressionError when it fails, or is neither true nor false */
export function evaluateCondition(expression: string, scope: Scope): boolean {
  const value = evaluateAt("if", expression, variablesOf(scope));
  if (typeof value !== "boolean") throw new ExpressionError(`\`if\`: is neither true nor false (${shorten(expression)})`, 0);
  return value;
}

/**
 * Resolves a step's arguments: a string that is one `${{ expression }}` becomes that expression's value, in others the value is filled in as text.
 * @throws ExpressionError that names the argument and the expression
 */
export function resolveArguments(args: Readonly<Record<string, unknown>>, scope: Scope): Record<string, unknown> {
  const variables = variablesOf(scope);
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, resolve(`with.${key}`, value, variables)]));
}

function resolve(place: string, value: unknown, variables: Variables): unknown {
  if (typeof value === "string") return resolveText(place, value, variables);
  if (Array.isArray(value)) return value.map((item, index) => resolve(`${place}[${index}]`, item, variables));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(`${place}.${key}`, item, variables)]));
}

function resolveText(place: string, text: string, variables: Variables): unknown {
  // White space around one expression is the file's layout: a block scalar ends with a line break.
  const [only, more] = splitTemplate(text.trim());
  if (only && !more && "expression" in only) return evaluateAt(place, only.expression, variables);
  const words = splitTemplate(text).map((part) => ("text" in part ? part.text : toText(evaluateAt(place, part.expression, variables))));
  return words.join("");
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function evaluateAt(place: string, expression: string, variables: Variables): unknown {
  try {
    return evaluate(expression, variables);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new ExpressionError(`\`${place}\`: ${error.message} (${shorten(expression)})`, error.offset);
  }
}

function shorten(expression: string): string {
  return expression.length > SHOWN ? `${expression.slice(0, SHOWN)}…` : expression;
}
