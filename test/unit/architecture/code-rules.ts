/** Rules over the code itself: exports, `any`, sizes. */
import { dotted, type Rule, type Violation, visit } from "./source-file.ts";

const MAX_LINES = 200;
const MAX_TEST_LINES = 400;
const MAX_FUNCTION_LINES = 40;

/** Names are the same wherever a thing is used. */
export const hasNoDefaultExports: Rule = (files) =>
  files.flatMap((file) => {
    const found: Violation[] = [];
    visit(file, { ExportDefaultDeclaration: (node) => found.push({ path: file.path, line: file.lineAt(node.start), message: "a default export" }) });
    return found;
  });

/** What is not known is `unknown`, until a schema has looked at it. */
export const hasNoAny: Rule = (files) =>
  files.flatMap((file) => {
    const found: Violation[] = [];
    const say = (node: { start: number }): number => found.push({ path: file.path, line: file.lineAt(node.start), message: "`any`" });
    visit(file, { TSAnyKeyword: say, MemberExpression: (node) => void (dotted(node) === "z.any" && say(node)) });
    return found;
  });

export const hasShortFiles: Rule = (files) =>
  files.flatMap(({ path, lines }) => {
    const limit = path.startsWith("test/") ? MAX_TEST_LINES : MAX_LINES;
    return lines > limit ? [{ path, line: limit + 1, message: `${lines} lines, over ${limit}` }] : [];
  });

/** Bodies of `describe` are lists of tests, not functions that are read as one. */
export const hasShortFunctions: Rule = (files) =>
  files
    .filter(({ path }) => !path.startsWith("test/"))
    .flatMap((file) => {
      const found: Violation[] = [];
      const measure = (node: { start: number; end: number; body?: unknown }): void => {
        const lines = file.lineAt(node.end) - file.lineAt(node.start) + 1;
        if (lines > MAX_FUNCTION_LINES)
          found.push({ path: file.path, line: file.lineAt(node.start), message: `a function of ${lines} lines, over ${MAX_FUNCTION_LINES}` });
      };
      visit(file, { FunctionDeclaration: measure, FunctionExpression: measure, ArrowFunctionExpression: measure });
      return found;
    });
