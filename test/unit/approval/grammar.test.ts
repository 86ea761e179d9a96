/** What a comment asks for: the commands, and every disguise of safety A17-A26, which asks for nothing. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseStatement } from "../../../functions/core/approval/grammar.ts";

const SHA = "0123456789abcdef0123456789abcdef01234567";

test.each([
  ["/approve", "approve", ""],
  ["/approve  ", "approve", ""],
  ["/approve\r\n", "approve", ""],
  [`/approve ${SHA.slice(0, 12)}`, "approve", SHA.slice(0, 12)],
  [`/approve ${SHA}`, "approve", SHA],
  ["/approve keep", "approve", "keep"],
  ["/reject the limit is wanted", "reject", "the limit is wanted"],
  ["/reject", "reject", ""],
  ["/stop", "stop", ""],
  ["/stop we are on it", "stop", "we are on it"],
  ["/retry with more memory", "retry", "with more memory"],
  ["/ignore 30d a playground", "ignore", "30d a playground"],
  ["/pause 2h", "pause", "2h"],
  ["/resume", "resume", ""],
])("%j is a command", (body, verb, argument) => {
  expect(parseStatement(body)).toEqual({ verb, argument });
});

test.each([
  ["/deploy shop 1.2.3", "deploy shop 1.2.3"],
  ["/roll-back shop", "roll-back shop"],
  ["/deploy\r\nplease", "deploy"],
])("%j is a command where a workflow file brings it", (body, argument) => {
  expect(parseStatement(body, ["deploy", "roll-back"])).toEqual({ verb: "command", argument });
});

test.each(["/roll-back", "/roll-backwards", "/deploy-all shop", "> /deploy shop", " /deploy shop"])("%j is none where no file brings it", (body) => {
  expect(parseStatement(body, ["deploy"])).toBeUndefined();
});

test("a workflow's command and another one in one comment are several commands", () => {
  expect(parseStatement("/roll-back shop\n/approve", ["roll-back"])).toEqual({ problem: "several-commands" });
});

test("a reply by mail, with the command first and the quoted text below, is a command", () => {
  const body = "/approve\r\n\r\nOn Mon, anchorwatch wrote:\r\n> /approve keep\r\n> This waits for a person.\r\n";
  expect(parseStatement(body)).toEqual({ verb: "approve", argument: "" });
});

test("what follows the first line is not read, as long as no line begins with a slash", () => {
  expect(parseStatement("/approve\nthanks, looks right\n  /reject\n```\ncode\n```")).toEqual({ verb: "approve", argument: "" });
});

test.each([
  ["in a fence", "```\n/approve\n```"],
  ["in a tilde fence", "~~~\n/approve\n~~~"],
  ["in a fence that is not closed", "```\n/approve"],
  ["indented as code", "    /approve"],
  ["indented by one", " /approve"],
  ["after a tab", "\t/approve"],
  ["as inline code", "`/approve`"],
  ["quoted", "> /approve"],
  ["continuing a quote", "> he said\n/approve"],
  ["in an HTML comment", "<!--\n/approve\n-->"],
  ["in details", "<details>\n/approve\n</details>"],
  ["in a table", "| a |\n| --- |\n| /approve |"],
  ["as the head of a table", "/approve\n|---|"],
  ["as a heading", "/approve\n==="],
  ["in a list", "- /approve"],
  ["as the text of a link", "[/approve](http://example.org)"],
  ["after a carriage return", "fine\r/approve"],
  ["after U+2028", "fine\u2028/approve"],
  ["on the second line", "looks good\n/approve"],
  ["after an empty line", "\n/approve"],
  ["with a full-width slash", "\uff0fapprove"],
  ["after a zero-width space", "\u200b/approve"],
  ["after a byte order mark", "\ufeff/approve"],
  ["with a zero-width space inside", "/appr\u200bove"],
  ["with a Cyrillic letter", "/approv\u0435"],
  ["as a path", "/etc/hosts is wrong"],
  ["as a longer word", "/approve-all"],
  ["as nothing", ""],
])("/approve %s is no command", (_, body) => {
  expect(parseStatement(body)).toBeUndefined();
});

test.each([
  "/APPROVE",
  "/Approve",
  "/approve please",
  "/approve.",
  "/approve\u00a0keep",
  `/approve ${SHA.slice(0, 11)}`,
  `/approve ${SHA}0`,
  `/approve ${SHA.toUpperCase()}`,
  `/approve ${SHA.slice(0, 12)} keep`,
  "/approve \u0430123456789ab",
  "/approve\u2028more",
  "/Retry with more memory",
  "/merge",
])("%j is answered, and approves nothing", (body) => {
  expect(parseStatement(body)).toMatchObject({ verb: "unknown" });
});

test.each(["/approve\n/approve", "/approve\n\n/reject no", "/approve\r/reject", "/approve\u2028/stop", "/stop\n```\n/etc/hosts\n```", "/what\n/approve"])(
  "%j has several commands: none is done",
  (body) => {
    expect(parseStatement(body)).toEqual({ problem: "several-commands" });
  },
);

test("whatever a comment says, it approves only if its first line is exactly one of the three forms", () => {
  const piece = fc.constantFrom("/approve", "/reject", "\n", "\r", "\u2028", " ", "\t", "`", "```", ">", "keep", SHA, "<!--", "\u200b", "\u00a0", "x");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const body = pieces.join("");
      const parsed = parseStatement(body);
      if (parsed === undefined || !("verb" in parsed) || parsed.verb !== "approve") return;
      expect(body).toMatch(/^\/approve(?:[ \t]+(?:keep|[0-9a-f]{12,40}))?[ \t]*\r?(?:\n|$)/);
      expect(body.split(/[\n\r\u2028]/).filter((line) => line.startsWith("/"))).toHaveLength(1);
    }),
    { numRuns: 2000 },
  );
});

test("a long line of blanks is read in linear time, and a long reason is cut to what a record holds", () => {
  const started = performance.now();
  const parsed = parseStatement(`/reject ${"x ".repeat(200_000)}${" ".repeat(200_000)}x`);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(parsed).toMatchObject({ verb: "reject" });
  expect(parsed && "argument" in parsed ? parsed.argument.length : 0).toBe(512);
});
