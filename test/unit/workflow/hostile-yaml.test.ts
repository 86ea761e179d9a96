/** YAML that is made to hurt, or that means what nobody sees in it, is refused with its line (safety F10-F14). */
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compiled, problemsOf, withSteps } from "./workflow-file.ts";

const withArguments = (words: string): string => withSteps(`- { id: find, tool: find_problems, with: { ${words} } }`);

describe("bombs", () => {
  it("refuses billion laughs before they grow", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    const laughs = names.map((name, index) => `${name}: &${name} [${(index === 0 ? "x, " : `*${names[index - 1] ?? ""}, `).repeat(9)}]`);
    const began = performance.now();
    expect(problemsOf(laughs.join("\n"))).not.toEqual([]);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it("survives 2,000 levels of flow YAML twice in one fresh process", () => {
    const script = `
      const { problemsOf } = await import("./test/unit/workflow/workflow-file.ts");
      const deep = "steps: " + "[".repeat(2000) + "]".repeat(2000);
      console.log(JSON.stringify([problemsOf(deep), problemsOf(deep)]));`;
    const { status, stdout } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { encoding: "utf8", timeout: 20_000 });
    const refused = ["1:71: is nested deeper than 64 levels"];
    expect({ status, problems: JSON.parse(stdout || "null") as unknown }).toEqual({ status: 0, problems: [refused, refused] });
  });

  it.each([
    ["200 levels of block YAML", Array.from({ length: 200 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"), /^64:66: is nested deeper than 64 levels$/],
    ["a scalar of 1 MB", `name: ${"x".repeat(1024 * 1024)}`, /^1:1: is larger than 64 KiB$/],
    ["a map of 100,000 keys", Array.from({ length: 100_000 }, (_, key) => `k${key}: 1\n`).join(""), /^1:1: is larger than 64 KiB$/],
  ])("refuses %s", (_what, text, message) => {
    expect(problemsOf(text)[0]).toMatch(message);
  });
});

describe("what a file does without", () => {
  it.each([
    ["the same key twice", withSteps("- { id: a, tool: find_problems, id: b }"), ["4:35: Map keys must be unique"]],
    ["a merge key", withArguments("<<: { a: 1 }"), ["4:46: merge keys are not allowed here"]],
    ["an anchor", withArguments("a: &x 1"), ["4:52: anchors (`&x`) are not allowed here"]],
    ["an alias", withArguments("a: &x 1, b: *x"), ["4:52: anchors (`&x`) are not allowed here", "4:58: aliases are not allowed here"]],
    ["a tag of YAML's", withArguments("a: !!str 1"), ["4:55: tags (`tag:yaml.org,2002:str`) are not allowed here"]],
    ["`__proto__`", withArguments("__proto__: { a: 1 }"), ["4:46: the key `__proto__` is not allowed here"]],
    ["a key that is no text", withArguments("1: a"), ["4:46: keys have to be text: put this one in quotes"]],
    ["a key that is a list", withArguments("? [a] : 1"), ["4:48: keys have to be text: put this one in quotes"]],
    ["a second document", `${withArguments("a: 1")}---\nb: 1\n`, ["6:1: begins a second document; one file is one workflow"]],
    ["YAML 1.2 by directive", `%YAML 1.2\n---\n${withArguments("a: no")}`, ["1:1: directives (`%`) are not allowed here"]],
    ["a tag directive", `%TAG !e! tag:example.com,2026:\n---\n${withArguments("a: no")}`, ["1:1: directives (`%`) are not allowed here"]],
    ["a byte order mark", `\uFEFF${withArguments("a: 1")}`, ["1:1: begins with a byte order mark: save it as UTF-8 without one"]],
    ["a tab for indentation", `name: heal\nsteps:\n\t- a\n`, ["3:1: Tabs are not allowed as indentation"]],
  ])("%s", (_what, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it("the directive of YAML 1.1 is told before what it does", () => {
    expect(problemsOf(`%YAML 1.1\n---\n${withArguments("a: no")}`)[0]).toBe("1:1: directives (`%`) are not allowed here");
  });

  it.each(["!!js/function 'x'", "!unknown x"])("a tag that nobody knows: %s", (value) => {
    expect(problemsOf(withArguments(`a: ${value}`))).toEqual([expect.stringMatching(/^4:49: Unresolved tag/)]);
  });

  it("reads values as YAML 1.2: no surprise of 1.1", () => {
    const [step] = compiled(withArguments("a: no, b: 012, c: 0x10, d: 2026-11-24, e: 1e3, f: 'no', g: 1.20")).steps;
    expect(step?.with).toEqual({ a: "no", b: 12, c: 16, d: "2026-11-24", e: 1000, f: "no", g: 1.2 });
  });
});

describe("any text", () => {
  const pieces = fc.constantFrom(
    "name: heal\n",
    "on:",
    " { alert: { alertname: X } }\n",
    "steps:\n",
    "  - ",
    "id: a",
    ", ",
    "{ ",
    " }",
    "[",
    "]",
    "tool: find_problems",
    "needs: ",
    "if: ",
    "with: ",
    "${{ ",
    " }}",
    "steps.a.output",
    "&a ",
    "*a",
    "!x ",
    "|\n",
    "? ",
    "\t",
    "\n",
    '"',
    "'",
    "\\",
    "%YAML 1.1\n",
    "---\n",
    "é",
    "\u0000",
  );
  const text = fc.oneof(
    fc.string({ maxLength: 300, unit: "binary" }),
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join("")),
  );

  it("is a pipeline or a list of problems with places in the text, and never an exception", () => {
    fc.assert(
      fc.property(text, (source) => {
        const lines = source.split("\n").length;
        for (const problem of problemsOf(source)) {
          const [line = 0, col = 0] = problem.split(":", 2).map(Number);
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(lines + 1);
          expect(col).toBeGreaterThan(0);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("as an expression is the same: refused with a place, or taken", () => {
    const words = fc.constantFrom(
      "steps",
      ".",
      "alert",
      "[",
      "]",
      "labels",
      "(",
      ")",
      "all",
      "x",
      ", ",
      " && ",
      "!",
      "'a'",
      "1",
      "{",
      "}",
      "?",
      ":",
      " in ",
      "has",
      "re",
      "matches",
      "-",
      '"',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), (parts) => {
        const source = withSteps("- id: find", "  tool: find_problems", "  if: |-", `    ${parts.join("")}`);
        for (const problem of problemsOf(source)) expect(problem).toMatch(/^[1-9]\d*:[1-9]\d*: ./);
      }),
      { numRuns: 1_000 },
    );
  });

  it("that is slow to read as it can be is refused in a moment", () => {
    const began = performance.now();
    for (const bad of ["${{".repeat(20_000), '"'.repeat(60_000), "${{ ((((".repeat(8_000), `\${{ ${"{".repeat(60_000)}`])
      problemsOf(withSteps("- id: find", "  tool: find_problems", "  with:", `    words: |-`, `      ${bad}`));
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
