/** CEL as workflow files use it: its variables, its types, its limits (libraries 4). */
import { RE2JS } from "@bufbuild/re2";
import { Environment, EvaluationError, ParseError, TypeError as CelTypeError } from "@marcbachmann/cel-js";
import type { Input } from "../records/pipeline.ts";
import { fromCel, toCel } from "./cel-values.ts";
import { ExpressionError } from "./expression-error.ts";
import { inspect, MAX_PATTERN_LENGTH } from "./inspect.ts";

/** Longest expression, in UTF-16 units: what a compiled step may hold. */
const MAX_LENGTH = 2048;

/** Enough for any condition that a person reads; a bomb is refused when it is parsed. */
const LIMITS = { maxAstNodes: 256, maxDepth: 32, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 16 };

/** Longest text that `re` searches, in UTF-16 units: no label and no step's output is longer. */
const RE_MAX_LENGTH = 4096;

/** Types that an expression can have inside, and that no argument of a tool can be. */
const NO_ARGUMENT = /^(optional\b|bytes$|uint$|type$|google\.protobuf\.)/;

const ALERT_FIELDS = { labels: "map<string, string>", annotations: "map<string, string>", status: "string", startsAt: "int", fingerprint: "string" };

const base = new Environment({ enableOptionalTypes: true, limits: LIMITS }).registerFunction("string.re(string): bool", matchesPattern);

/** At run time every field is looked up in what is there; the types were checked when the file was loaded. */
const running = base.clone().registerVariable("alert", "dyn").registerVariable("steps", "dyn").registerVariable("inputs", "dyn");

/** Inputs in CEL's words: a number is a whole one. */
const INPUT_TYPES = { string: "string", number: "int", boolean: "bool" } as const;

/** What expressions of one workflow may name beside its steps. */
export interface WorkflowScope {
  readonly inputs: readonly Input[];
  /** An alert may start it; where only a command does, there is none. */
  readonly hasAlert: boolean;
}

/** Type-checks an expression that may read these steps. @returns its CEL type @throws ExpressionError with the offset in it */
export type CheckExpression = (expression: string) => string;

/** Makes the check for a step that these steps come before. */
export function createCheck(stepsBefore: readonly string[], { inputs, hasAlert }: WorkflowScope): CheckExpression {
  const steps = Object.fromEntries(stepsBefore.map((id) => [id, { state: "string", output: "dyn" }]));
  const values = Object.fromEntries(inputs.map(({ name, type }) => [name, INPUT_TYPES[type]]));
  const environment = base.clone().registerVariable({ name: "steps", schema: steps });
  if (hasAlert) environment.registerVariable({ name: "alert", schema: ALERT_FIELDS });
  if (inputs.length > 0) environment.registerVariable({ name: "inputs", schema: values });
  return (expression) =>
    translateErrors(() => {
      const parsed = parse(environment, expression);
      inspect(parsed.ast, stepsBefore);
      const { valid, type, error } = parsed.check();
      if (!valid) throw error ?? new ExpressionError("does not type-check", 0);
      return type ?? "dyn";
    });
}

/** Whether a value of this CEL type can be an argument of a tool. */
export function isArgumentType(type: string): boolean {
  return !NO_ARGUMENT.test(type);
}

/** Evaluates an expression; whole numbers come back as numbers. @throws ExpressionError */
export function evaluate(expression: string, variables: Readonly<Record<"alert" | "steps" | "inputs", unknown>>): unknown {
  return translateErrors(() => {
    const parsed = parse(running, expression);
    inspect(parsed.ast); // Because a run's pipeline is read back from a record.
    const value: unknown = parsed({ alert: toCel(variables.alert), steps: toCel(variables.steps), inputs: toCel(variables.inputs) });
    return fromCel(value);
  });
}

function parse(environment: Environment, expression: string): ReturnType<Environment["parse"]> {
  if (expression === "") throw new ExpressionError("the expression is empty", 0);
  if (expression.length > MAX_LENGTH) throw new ExpressionError(`the expression is longer than ${MAX_LENGTH} characters`, 0);
  return environment.parse(expression);
}

function matchesPattern(text: string, pattern: string): boolean {
  if (text.length > RE_MAX_LENGTH) throw new RangeError(`\`re\` searches texts of at most ${RE_MAX_LENGTH} characters`);
  if (pattern.length > MAX_PATTERN_LENGTH) throw new RangeError(`the pattern is longer than ${MAX_PATTERN_LENGTH} characters`);
  return RE2JS.compile(pattern).test(text);
}

function translateErrors<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof ExpressionError) throw error;
    if (error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError)
      throw new ExpressionError(error.summary, error.range?.start ?? 0);
    throw new ExpressionError(error instanceof Error ? error.message : String(error), 0);
  }
}
