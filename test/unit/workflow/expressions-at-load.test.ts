/** Expressions are checked when the file is loaded; what is wrong is told at its own line and column. */
import { describe, expect, it } from "vitest";
import { compiled, problemsOf, withSteps } from "./workflow-file.ts";

const find = "- { id: find, tool: find_problems }";

/** Problems of a condition, with the columns counted from its first character: it stands on line 7 from column 9. */
function conditionProblems(condition: string): string[] {
  return problemsOf(withSteps(find, "- id: fix", "  tool: propose_change", `  if: ${condition}`)).map((problem) =>
    problem.replace(/^7:(\d+)/, (_all, col: string) => String(Number(col) - 8)),
  );
}

describe("a condition", () => {
  it.each([
    "has(steps.find.output.remedy)",
    "steps.find.state == 'succeeded' && alert.status == 'firing'",
    "alert.labels.namespace in ['shop', 'blog']",
    "alert.labels.?severity.orValue('none') != 'info'",
    "alert.labels.pod.re('^web-[0-9]+$')",
    "size(alert.labels) > 2 && alert.startsAt > 0",
    "steps.find.output.causes.exists(cause, cause.category == 'crash-loop')",
    "steps['find'].output.done",
    "${{ steps.find.output.done }}",
    "true",
  ])("may be %s", (condition) => {
    expect(conditionProblems(condition)).toEqual([]);
  });

  it.each([
    ["alert.labels.a ==", "18: Unexpected token: EOF"],
    ["alert.sevrity == 'x'", "7: No such key: sevrity"],
    ["alert.labels.a == 3", "1: no such overload: string == int"],
    ["alert.labels.a", "1: `if` has to be true or false, and this is string"],
    ["alrt.labels.a == 'x'", "1: Unknown variable: alrt"],
    ["alert.status == 'a' && steps.fnd.output.x", "30: step `fnd` does not come before this one; did you mean `find`?"],
    ["has(steps.fix.output.x)", "11: step `fix` does not come before this one"],
    ["steps['later'].output.x", "7: step `later` does not come before this one"],
    ["size(steps) > 1", "6: `steps` alone is no value: write `steps.<id>.output` or `steps.<id>.state`"],
    ["dyn(steps)['find'].output.x", "5: `steps` alone is no value: write `steps.<id>.output` or `steps.<id>.state`"],
    ["steps.find.outptu.x", "12: No such key: outptu"],
    ["alert.labels.a.matches('^(a+)+$')", "1: `matches` is not available: write `text.re(pattern)`"],
    ["alert.labels.a.re('(')", "19: error parsing regexp: missing closing ): `(`"],
    ["cel.bind(x, true, x)", "1: `cel.bind` is not available"],
    ["${{ alert.sevrity == 'x' }}", "11: No such key: sevrity"],
    ["${{ alert.status == 'x'", "1: `${{` has no `}}`"],
    ["${{ true }} && ${{ false }}", "1: is one expression: put the whole of it into one `${{ }}`"],
    ["${{ }}", "5: the expression is empty"],
  ])("is refused: %s", (condition, problem) => {
    expect(conditionProblems(condition)).toEqual([problem]);
  });
});

describe("a condition that asks too much", () => {
  it("is refused when it is a bomb", () => {
    const [nodes] = conditionProblems("true && ".repeat(200));
    const [depth] = conditionProblems(`${"(".repeat(50)}true${")".repeat(50)}`);
    const [loops] = conditionProblems("alert.labels.all(a, alert.labels.all(b, alert.labels.all(c, true)))");
    const [patterns] = conditionProblems("alert.labels.all(a, alert.labels.all(b, a.re('x')))");
    expect([nodes, depth]).toEqual([expect.stringMatching(/Exceeded maxAstNodes/), expect.stringMatching(/Exceeded maxDepth/)]);
    expect([loops, patterns]).toEqual([expect.stringMatching(/^41: loops more than 2 times/), expect.stringMatching(/^41: loops more than 2 times/)]);
  });
});

describe("a step with a dash in its id", () => {
  it("is named in brackets", () => {
    const steps = (condition: string): string => withSteps("- { id: look-up, tool: find_problems }", `- { id: fix, tool: propose_change, if: '${condition}' }`);
    expect(problemsOf(steps("steps.look-up.output.x"))).toEqual([
      '5:49: step `look` does not come before this one; an id with a dash is written `steps["look-up"]`',
    ]);
    expect(problemsOf(steps('steps["look-up"].output.x'))).toEqual([]);
  });
});

describe("an argument", () => {
  /** `line:col` of the last `nope` of a text, as an editor counts. */
  const placeOfNope = (text: string): string => {
    const before = text.slice(0, text.lastIndexOf("nope")).split("\n");
    return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
  };

  it.each([
    ["a plain text", ["with:", "  a: ${{ alert.nope }}"]],
    ["a double-quoted text with escapes", ['with: { a: "say \\"x\\" of ${{ alert.nope }}" }']],
    ["a single-quoted text with a quote", ["with: { a: 'it''s ${{ alert.nope }}' }"]],
    ["a list in a map", ['with: { a: { b: [1, "${{ alert.nope }}"] } }']],
    ["the second expression of a text", ['with: { a: "${{ alert.status }} ${{ alert.nope }}" }']],
    ["a literal block", ["with:", "  a: |", "    first", "    ${{ alert.status }} and ${{ alert.nope }}"]],
    ["a literal block that begins like its own header", ["with:", "  a: |-", "    |- ${{ alert.nope }}"]],
    ["a folded block, in an expression of two lines", ["with:", "  a: >-", "    ${{ alert.status +", "        alert.nope }}"]],
  ])("in %s: its error stands where the word stands", (_what, lines) => {
    const file = withSteps("- id: fix", "  tool: propose_change", ...lines.map((line) => `  ${line}`));
    expect(problemsOf(file)).toEqual([`${placeOfNope(file)}: No such key: nope`]);
  });

  it("gives an argument a value: neither an optional, nor a type that JSON has not", () => {
    const refused = (expression: string): string[] => problemsOf(withSteps(`- { id: fix, tool: propose_change, with: { a: "\${{ ${expression} }}" } }`));
    const words = "is no argument: make it text, a number, a boolean, a list or a map";
    expect(refused("alert.labels.?a")).toEqual([`4:54: optional<string> ${words}`]);
    expect(refused("duration('5m')")).toEqual([`4:54: google.protobuf.Duration ${words}`]);
    expect(refused("alert.labels.?a.orValue('none')")).toEqual([]);
  });

  it("may have braces of CEL inside of its own", () => {
    const [step] = compiled(withSteps("- { id: fix, tool: propose_change, with: { a: \"${{ {'x': {'y': '}}'}} }}\" } }")).steps;
    expect(step?.with).toEqual({ a: "${{ {'x': {'y': '}}'}} }}" });
  });
});

describe("what comes before a step", () => {
  it("is what it needs, and what that needs in turn", () => {
    const chain = ["- { id: a, tool: find_problems }", "- { id: b, tool: find_problems }", "- { id: c, if: has(steps.a.output.x), tool: propose_change }"];
    expect(compiled(withSteps(...chain)).steps.map(({ needs }) => needs)).toEqual([[], ["a"], ["b"]]);
  });

  it("is not what stands above it without being needed", () => {
    const apart = ["- { id: a, tool: find_problems }", "- { id: b, needs: [], if: has(steps.a.output.x), tool: propose_change }"];
    expect(problemsOf(withSteps(...apart))).toEqual(["5:39: step `a` does not come before this one"]);
  });

  it("can stand below it", () => {
    const turned = ["- { id: b, needs: a, if: has(steps.a.output.x), tool: propose_change }", "- { id: a, needs: [], tool: find_problems }"];
    expect(compiled(withSteps(...turned)).steps.map(({ needs }) => needs)).toEqual([["a"], []]);
  });
});
