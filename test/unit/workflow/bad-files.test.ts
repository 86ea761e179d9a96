/** A file that is wrong is refused with the line, the column and words that say what to do. */
import { describe, expect, it } from "vitest";
import { parseWorkflow } from "../../../functions/core/workflow/parse.ts";
import { PATH, problemsOf, withSteps } from "./workflow-file.ts";

const step = "- { id: find, tool: find_problems }";

describe("the shape of a file", () => {
  it.each([
    ["nothing", "", ["1:1: is empty"]],
    ["only a comment", "# later\n", ["1:1: is empty"]],
    ["a text", "heal", ["1:1: the file has to be a map of keys, and this is text"]],
    ["a list", "- heal", ["1:1: the file has to be a map of keys, and this is a list"]],
    ["no name, no trigger, no steps", "description: x\n", ["1:1: `name` is missing", "1:1: `on` is missing", "1:1: `steps` is missing"]],
    ["a name that is not the file's", withSteps(step).replace("heal", "cure"), ["1:7: `name` has to be the file's name, `heal`"]],
    ["a name in capitals", withSteps(step).replace("heal", "Heal"), ["1:7: `name`: must be lower-case letters, digits and dashes"]],
    ["a misspelled key, which is all that is told", withSteps(step).replace("steps:", "stpes:"), ["3:1: unknown key `stpes`; did you mean `steps`?"]],
    [
      "a key that is like no other",
      `${withSteps(step)}colour: blue\n`,
      ["5:1: unknown key `colour`; there are `name`, `description`, `on`, `inputs`, `steps`"],
    ],
    ["no steps", "name: heal\non: { alert: { alertname: Broken } }\nsteps: []\n", ["3:8: `steps`: needs at least one step"]],
    [
      "steps that are a map",
      "name: heal\non: { alert: { alertname: Broken } }\nsteps: { find: 1 }\n",
      ["3:8: `steps` has to be a list, and this is a map of keys"],
    ],
    ["33 steps", withSteps(...Array.from({ length: 33 }, (_, index) => `- { id: s${index}, tool: find_problems }`)), ["4:3: `steps`: has more than 32 steps"]],
    [
      "too long a description",
      `description: ${"x".repeat(1025)}\n${withSteps(step)}`,
      ["1:14: `description`: Too big: expected string to have <=1024 characters"],
    ],
  ])("%s", (_what, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it("names the file in every problem", () => {
    expect(parseWorkflow("", PATH, { tools: [] })).toEqual({ ok: false, problems: [{ path: PATH, line: 1, col: 1, message: "is empty" }] });
  });

  it("tells its problems in the order of the file", () => {
    const [first, second] = problemsOf(withSteps("- { id: a, tool: rm }", "- { id: b, needs: [c], tool: rm }"));
    expect([first, second]).toEqual(["4:20: there is no tool `rm`", "5:22: there is no step `c`"]);
  });

  it("tells twenty problems of a file with more", () => {
    expect(problemsOf(Array.from({ length: 5000 }, (_, index) => `k${index}: 1\n`).join(""))).toHaveLength(20);
  });

  it("refuses a pipeline that a run has no room to carry", () => {
    expect(problemsOf(withSteps(`- { id: find, tool: find_problems, with: { words: ${"x".repeat(17_000)} } }`))).toEqual([
      "1:1: compiles to more than 16 KiB, which every run has to carry",
    ]);
  });
});

describe("a trigger", () => {
  it.each([
    ["no label", "{ alert: {} }", ["2:14: `alert`: needs at least one label"]],
    ["a number for a value", "{ alert: { severity: 3 } }", ["2:26: `severity` has to be text, and this is a number: put it in quotes"]],
    ["an empty value", "{ alert: { severity: '' } }", ["2:26: `severity`: must not be empty"]],
    ["a key without a value", "{ alert: { severity: } }", ["2:26: `severity` has to be text, and this is empty"]],
    ["a label that Prometheus cannot have", "{ alert: { my-label: x } }", ["2:16: `my-label` is no label's name"]],
    ["a condition, which comes later", "{ alert: { if: 'true' } }", ["2:16: `if` on an alert is not supported yet in this version"]],
    ["nothing", "{}", ["2:5: `on` needs a trigger: `alert`, `schedule` or `comment`"]],
    ["a misspelled kind", "{ alerts: { alertname: Broken } }", ["2:7: unknown key `alerts`; did you mean `alert`?"]],
  ])("%s", (_what, on, problems) => {
    expect(problemsOf(`name: heal\non: ${on}\nsteps:\n  ${step}\n`)).toEqual(problems);
  });

  it.each(["finding", "app", "push", "pull-request", "manual"])("`%s` is refused by name", (key) => {
    expect(problemsOf(`name: heal\non: { ${key}: {} }\nsteps:\n  ${step}\n`)).toEqual([`2:7: \`${key}\` triggers are not supported yet in this version`]);
  });
});

describe("a step", () => {
  it.each([
    ["without an id", ["- { tool: find_problems }"], ["4:5: `id` is missing"]],
    ["without a tool", ["- { id: find }"], ["4:5: `tool` is missing"]],
    ["with a misspelled tool", ["- { id: find, tool: find_problem }"], ["4:23: there is no tool `find_problem`; did you mean `find_problems`?"]],
    ["with a tool that is like no other", ["- { id: find, tool: rm }"], ["4:23: there is no tool `rm`"]],
    ["with a misspelled key", ["- { id: find, tool: find_problems, need: [] }"], ["4:38: unknown key `need`; did you mean `needs`?"]],
    [
      "with a key of another place",
      ["- { id: find, tool: find_problems, on: x }"],
      ["4:38: unknown key `on`; there are `id`, `needs`, `if`, `tool`, `with`, `timeout`"],
    ],
    [
      "with a number for a timeout",
      ["- { id: find, tool: find_problems, timeout: 5 }"],
      ["4:47: `timeout` has to be text, and this is a number: put it in quotes"],
    ],
    [
      "with a timeout of two parts",
      ["- { id: find, tool: find_problems, timeout: 1h30m }"],
      ["4:47: `timeout`: must be a duration like `30s`, `5m` or `2h`, at most `24h`"],
    ],
    [
      "with a timeout of nothing",
      ["- { id: find, tool: find_problems, timeout: 0s }"],
      ["4:47: `timeout`: must be a duration like `30s`, `5m` or `2h`, at most `24h`"],
    ],
    [
      "with a timeout over a day",
      ["- { id: find, tool: find_problems, timeout: 25h }"],
      ["4:47: `timeout`: must be a duration like `30s`, `5m` or `2h`, at most `24h`"],
    ],
    ["with a list for arguments", ["- { id: find, tool: find_problems, with: [1] }"], ["4:44: `with` has to be a map of keys, and this is a list"]],
    [
      "with a bare expression in a flow map",
      ["- { id: find, tool: find_problems, with: { a: ${{ alert }} } }"],
      ["4:50: Unexpected flow-map-start at node end: put the `${{ }}` in quotes"],
    ],
    [
      "with a number that JSON cannot hold",
      ["- { id: find, tool: find_problems, with: { n: [1, .inf] } }"],
      ["4:53: JSON cannot hold this number as it stands: put it in quotes"],
    ],
    [
      "with a number that would be rounded",
      ["- { id: find, tool: find_problems, with: { n: 12345678901234567890 } }"],
      ["4:49: JSON cannot hold this number as it stands: put it in quotes"],
    ],
    ["that is there twice", [step, step], ["5:11: there is a step `find` already"]],
    [
      "that needs a step which is not there",
      [step, "- { id: fix, needs: [find, fnd], tool: propose_change }"],
      ["5:30: there is no step `fnd`; did you mean `find`?"],
    ],
    ["that needs what is no id", ["- { id: fix, needs: [3], tool: propose_change }"], ["4:24: `needs` has to be text, and this is a number: put it in quotes"]],
    ["that needs itself", ["- { id: fix, needs: fix, tool: propose_change }"], ["4:23: step `fix` waits for itself: fix → fix"]],
  ])("%s", (_what, steps, problems) => {
    expect(problemsOf(withSteps(...steps))).toEqual(problems);
  });

  it("in a circle is told once, with the way round", () => {
    const steps = ["- { id: a, needs: [c], tool: find_problems }", "- { id: b, tool: find_problems }", "- { id: c, tool: find_problems }"];
    expect(problemsOf(withSteps(...steps))).toEqual(["4:21: step `a` waits for itself: a → c → b → a"]);
  });

  it.each(["agent", "approval", "pipeline"])("`%s` is refused by name, and nothing is said of a missing tool", (key) => {
    expect(problemsOf(withSteps(`- { id: look, ${key}: x }`))).toEqual([`4:17: \`${key}\` steps are not supported yet in this version`]);
  });

  it.each(["for-each", "retry", "on-failure", "prompt", "output", "model"])("`%s` is refused by name", (key) => {
    expect(problemsOf(withSteps(`- { id: look, tool: find_problems, ${key}: x }`))).toEqual([`4:38: \`${key}\` is not supported yet in this version`]);
  });
});
