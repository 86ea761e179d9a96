/** Workflows that a command starts: what a file may say, and what the words of a command come to. */
import { describe, expect, it, test } from "vitest";
import { readInputs, usageOf } from "../../../functions/core/engine/asked-words.ts";
import { resolveArguments } from "../../../functions/core/workflow/expressions.ts";
import { parseWorkflow } from "../../../functions/core/workflow/parse.ts";
import { compiled, PATH, problemsOf } from "./workflow-file.ts";

function file(comment: string, ...more: readonly string[]): string {
  return ["name: heal", `on: { comment: ${comment} }`, ...more, "steps:", "  - { id: find, tool: find_problems }", ""].join("\n");
}

const SCALE = `name: heal
description: run more or fewer of something
on: { comment: { command: /scale-app } }
inputs:
  app: { type: string }
  replicas: { type: number, default: 2 }
  now: { type: boolean, default: false }
  why: { default: "" }
steps:
  - { id: one, tool: find_problems, if: "\${{ inputs.replicas > 1 && !inputs.now }}", with: { app: "\${{ inputs.app }}", n: "\${{ inputs.replicas + 1 }}", why: "because: \${{ inputs.why }}" } }
`;

describe("a file", () => {
  it("brings a command, which whoever may write can say on issues and pull requests", () => {
    expect(compiled(SCALE)).toMatchObject({
      on: { comment: { command: "scale-app", permission: "write", threads: ["issue", "pull-request"] } },
      inputs: [
        { name: "app", type: "string" },
        { name: "replicas", type: "number", default: 2 },
        { name: "now", type: "boolean", default: false },
        { name: "why", type: "string", default: "" },
      ],
    });
  });

  it.each([
    ["a word of ours", "{ command: /stop }", ["2:27: `/stop` is a command of Anchorwatch itself"]],
    ["another word of ours", "{ command: /approve }", ["2:27: `/approve` is a command of Anchorwatch itself"]],
    ["no slash", "{ command: deploy }", ["2:27: `command`: must be a slash and lower-case letters, with dashes between words, like `/roll-back`"]],
    ["a capital letter", "{ command: /Deploy }", ["2:27: `command`: must be a slash and lower-case letters, with dashes between words, like `/roll-back`"]],
    ["no command", "{ permission: write }", ["2:16: `command` is missing"]],
    ["an unknown key", "{ command: /deploy, who: ada }", ["2:36: unknown key `who`; there are `command`, `permission`, `threads`"]],
    ["a misspelled key", "{ comand: /deploy }", ["2:18: unknown key `comand`; did you mean `command`?"]],
    ["less than write", "{ command: /deploy, permission: read }", ["2:48: `permission`: must be `write`, `admin` or `owner`"]],
    ["an unknown place", "{ command: /deploy, threads: [wiki] }", ["2:46: `threads`: must be `issue` or `pull-request`"]],
  ])("with %s is refused at its place", (_what, comment, problems) => {
    expect(problemsOf(file(comment))).toEqual(problems);
  });

  it("whose command another file has is refused at its place, and one's own is no other's", () => {
    const taken = new Map([["deploy", ".anchorwatch/pipelines/deploy.yaml"]]);
    const parsed = parseWorkflow(file("{ command: /deploy }"), PATH, { tools: ["find_problems"], taken });
    expect(parsed).toEqual({
      ok: false,
      problems: [{ path: PATH, line: 2, col: 27, message: ".anchorwatch/pipelines/deploy.yaml has the command `/deploy` already" }],
    });
    expect(parseWorkflow(file("{ command: /roll-back }"), PATH, { tools: ["find_problems"], taken }).ok).toBe(true);
  });

  it.each([
    ["an input of an unknown type", ["inputs:", "  app: { type: text }"], "4:16: `type`: must be `string`, `number` or `boolean`"],
    ["an input of an unknown key", ["inputs:", "  app: { kind: string }"], "4:10: unknown key `kind`; there are `type`, `default`, `description`"],
    ["a default of another type", ["inputs:", "  n: { type: number, default: two }"], "4:31: `default` has to be a number"],
    ["a name that is none", ["inputs:", "  App: {}"], "4:3: `App` must be lower-case letters, digits and underscores"],
  ])("with %s is refused at its place", (_what, more, problem) => {
    expect(problemsOf(file("{ command: /deploy }", ...more))).toEqual([problem]);
  });

  it("checks what expressions say of inputs, and that there is no alert", () => {
    const step = (expression: string): string =>
      file("{ command: /deploy }", "inputs: { app: {}, n: { type: number } }").replace(
        "find_problems }",
        `find_problems, with: { a: "\${{ ${expression} }}" } }`,
      );
    expect(problemsOf(step("inputs.app + '!'"))).toEqual([]);
    expect(problemsOf(step("inputs.nap"))).toEqual(["5:61: No such key: nap"]);
    expect(problemsOf(step("inputs.app + inputs.n"))).toHaveLength(1);
    expect(problemsOf(step("alert.labels.pod"))).toEqual([expect.stringContaining("alert")]);
  });

  it("with inputs that nobody can say is refused", () => {
    const text = "name: heal\non: { alert: { alertname: A } }\ninputs: { app: {} }\nsteps:\n  - { id: find, tool: find_problems }\n";
    expect(problemsOf(text)).toEqual(["3:11: inputs are the words of a command: without `on: comment` nobody says them"]);
    expect(problemsOf(text.replace("A } }", "A }, comment: { command: /deploy } }"))).toEqual(["3:11: `app` needs a default: an alert says no words"]);
  });
});

describe("the words of a command", () => {
  const { inputs = [] } = compiled(SCALE);

  test.each([
    ["shop", { app: "shop", replicas: 2, now: false, why: "" }],
    ["shop 5 true the  weekend comes", { app: "shop", replicas: 5, now: true, why: "the weekend comes" }],
    ["replicas=5 shop", { app: "shop", replicas: 5, now: false, why: "" }],
    ["why=now app=shop 3", { app: "shop", replicas: 3, now: false, why: "now" }],
    ["shop=x", { app: "shop=x", replicas: 2, now: false, why: "" }],
    ["${{steps.find}}", { app: "${{steps.find}}", replicas: 2, now: false, why: "" }],
  ])("%j are values", (words, values) => {
    expect(readInputs(inputs, words)).toEqual({ inputs: values });
  });

  test.each([
    ["", "`app` is missing"],
    ["shop five", "`replicas` has to be a whole number"],
    ["shop 1.5", "`replicas` has to be a whole number"],
    ["shop 1 yes", "`now` has to be `true` or `false`"],
    ["app=shop app=blog", "`app` is said twice"],
    ["x".repeat(257), "`app` has to be a text of at most 256 characters"],
  ])("%j are refused", (words, problem) => {
    expect(readInputs(inputs, words)).toEqual({ problem });
  });

  it("may not be more than the inputs, where the last one is no text", () => {
    expect(readInputs([{ name: "n", type: "number" }], "1 2")).toEqual({ problem: "there are more words than it takes" });
    expect(readInputs([], "now")).toEqual({ problem: "there are more words than it takes" });
    expect(readInputs([], "")).toEqual({ inputs: {} });
  });

  it("reach a tool as they are: what looks like an expression in them is a text", () => {
    const step = compiled(SCALE).steps[0];
    const values = { app: "${{ steps }}", replicas: 2, now: false, why: "${{ 1 + 1 }}" };
    expect(resolveArguments(step?.with ?? {}, { alert: undefined, inputs: values, steps: {} })).toEqual({
      app: "${{ steps }}",
      n: 3,
      why: "because: ${{ 1 + 1 }}",
    });
  });

  it("are shown as they are written", () => {
    expect(usageOf(compiled(SCALE))).toBe("/scale-app <app> [<replicas>] [<now>] [<why>]");
  });
});
