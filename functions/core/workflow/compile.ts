/** Steps: their tools, their conditions, their arguments. */
import type { CompiledStep } from "../records/pipeline.ts";
import { type CheckExpression, createCheck, isArgumentType, type WorkflowScope } from "./cel.ts";
import { ExpressionError } from "./expression-error.ts";
import { checkGraph, needsOf, stepsBefore } from "./graph.ts";
import type { Place } from "./place.ts";
import type { Report } from "./problem.ts";
import type { StepFile } from "./schema.ts";
import { suggest } from "./suggest.ts";
import { soleExpression, splitTemplate } from "./template.ts";

/** What the compilation of one step needs to know. */
interface StepContext {
  readonly keys: Place["keys"];
  readonly check: CheckExpression;
  readonly report: Report;
}

/** What stands around the steps. */
export interface StepScope extends WorkflowScope {
  readonly tools: readonly string[];
}

/** Compiles steps; every expression is checked against the steps that come before its own. */
export function compileSteps(steps: readonly StepFile[], scope: StepScope, report: Report): CompiledStep[] {
  const { tools } = scope;
  const needs = needsOf(steps);
  checkGraph(steps, needs, report);
  return steps.map((step, index) => {
    const keys = ["steps", index];
    if (!tools.includes(step.tool)) report({ keys: [...keys, "tool"] }, `there is no tool \`${step.tool}\`${suggest(step.tool, tools)}`);
    const context: StepContext = { keys, check: createCheck(stepsBefore(step.id, needs), scope), report };
    const condition = compileCondition(step.if, context);
    checkArgument(step.with ?? {}, { ...context, keys: [...keys, "with"] });
    return {
      id: step.id,
      needs: [...(needs.get(step.id) ?? [])],
      tool: step.tool,
      with: step.with ?? {},
      ...(condition !== undefined && { if: condition }),
      ...(step.timeout !== undefined && { timeoutMs: step.timeout }),
    };
  });
}

function compileCondition(text: string | undefined, { keys, check, report }: StepContext): string | undefined {
  if (text === undefined) return undefined;
  const at = [...keys, "if"];
  return orReport({ keys: at }, report, () => {
    const { expression, offset } = soleExpression(text);
    const type = checkAt(check, expression, offset);
    if (type !== "bool" && type !== "dyn") throw new ExpressionError(`\`if\` has to be true or false, and this is ${type}`, offset);
    return expression;
  });
}

function checkArgument(value: unknown, context: StepContext): void {
  orReport({ keys: context.keys }, context.report, () => checkScalar(value, context.check));
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) checkArgument(item, { ...context, keys: [...context.keys, Array.isArray(value) ? Number(key) : key] });
}

function checkScalar(value: unknown, check: CheckExpression): void {
  if (typeof value === "number" && !isExact(value)) throw new ExpressionError("JSON cannot hold this number as it stands: put it in quotes", 0);
  for (const part of typeof value === "string" ? splitTemplate(value) : []) {
    if ("text" in part) continue;
    const type = checkAt(check, part.expression, part.offset);
    if (!isArgumentType(type)) throw new ExpressionError(`${type} is no argument: make it text, a number, a boolean, a list or a map`, part.offset);
  }
}

/** Checks an expression that begins at an offset of a text; its errors have their offset in that text. */
function checkAt(check: CheckExpression, expression: string, offset: number): string {
  try {
    return check(expression);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new ExpressionError(error.message, offset + error.offset);
  }
}

function orReport<T>(place: Place, report: Report, act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    report({ ...place, offset: error.offset }, error.message);
    return undefined;
  }
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}
