/** What the type check does not see in an expression: which steps it reads, and what could keep the engine busy. */
import { RE2JS } from "@bufbuild/re2";
import type { ASTNode } from "@marcbachmann/cel-js";
import { ExpressionError } from "./expression-error.ts";
import { suggest } from "./suggest.ts";

/** Longest pattern of `re`, in UTF-16 units. */
export const MAX_PATTERN_LENGTH = 256;

/** CEL has no limit of its own on the work that an expression is; each of these multiplies it by the size of a list or a text. */
const LOOPS = new Set(["all", "exists", "exists_one", "map", "filter", "split", "join"]);
const MAX_LOOPS = 2;

/** Methods that are not offered, and what to write instead. */
const REFUSED = new Map([
  ["matches", "`matches` is not available: write `text.re(pattern)`"],
  ["bind", "`cel.bind` is not available"],
]);

/**
 * Refuses what is unsafe, and steps that are not among those that may be read.
 * @throws ExpressionError with the offset
 */
export function inspect(root: ASTNode, readable?: readonly string[]): void {
  let loops = 0;
  const visit = (node: ASTNode, inLoop: boolean): void => {
    checkMethod(node);
    const loopsHere = isLoop(node, inLoop);
    loops += Number(loopsHere);
    if (loops > MAX_LOOPS) throw new ExpressionError(`loops more than ${MAX_LOOPS} times (${[...LOOPS].join(", ")})`, node.range.start);
    const step = stepRead(node);
    if (step) checkStep(step, readable);
    for (const child of childrenOf(node)) if (!step || !isSteps(child)) visit(child, inLoop || loopsHere);
  };
  visit(root, false);
}

/** A pattern is searched again and again inside of a loop, so there it is one more. */
function isLoop(node: ASTNode, inLoop: boolean): boolean {
  return node.op === "rcall" && (LOOPS.has(node.args[0]) || (inLoop && node.args[0] === "re"));
}

function checkMethod(node: ASTNode): void {
  if (node.op !== "rcall") return;
  const refused = REFUSED.get(node.args[0]);
  if (refused !== undefined) throw new ExpressionError(refused, node.range.start);
  const [pattern] = node.args[2];
  if (node.args[0] === "re" && pattern?.op === "value" && typeof pattern.args === "string") checkPattern(pattern.args, pattern.range.start);
}

function checkPattern(pattern: string, offset: number): void {
  if (pattern.length > MAX_PATTERN_LENGTH) throw new ExpressionError(`the pattern is longer than ${MAX_PATTERN_LENGTH} characters`, offset);
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    throw new ExpressionError(error instanceof Error ? error.message : String(error), offset);
  }
}

function isSteps(node: ASTNode): boolean {
  return node.op === "id" && node.args === "steps";
}

/** `steps.<id>` or `steps["<id>"]`; `steps` in any other form is refused, because what it reads could not be checked. */
function stepRead(node: ASTNode): { id: string; offset: number } | undefined {
  if (isSteps(node)) throw new ExpressionError("`steps` alone is no value: write `steps.<id>.output` or `steps.<id>.state`", node.range.start);
  if ((node.op === "." || node.op === ".?") && isSteps(node.args[0])) return { id: node.args[1], offset: node.args[0].range.end + 1 };
  if ((node.op === "[]" || node.op === "[?]") && isSteps(node.args[0])) {
    const [, key] = node.args;
    if (key.op === "value" && typeof key.args === "string") return { id: key.args, offset: key.range.start };
  }
  return undefined;
}

function checkStep({ id, offset }: { id: string; offset: number }, readable: readonly string[] | undefined): void {
  if (readable === undefined || readable.includes(id)) return;
  const dashed = readable.find((other) => other.startsWith(`${id}-`));
  const hint = dashed === undefined ? suggest(id, readable) : `; an id with a dash is written \`steps["${dashed}"]\``;
  throw new ExpressionError(`step \`${id}\` does not come before this one${hint}`, offset);
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
  const args: readonly unknown[] = [node.args].flat(3);
  return args.filter((arg): arg is ASTNode => typeof arg === "object" && arg !== null && "op" in arg && "range" in arg);
}
