/** One more rule in the ignore file: whatever stands there stays as it is written, and a doubt adds nothing. */
import { expect, test } from "vitest";
import { addIgnoreRule } from "../../../functions/core/changes/add-ignore-rule.ts";

const RULE = { match: { alertname: "KubePodCrashLooping", namespace: "lab", pod: "shop-*" }, reason: 'a "playground": # yes', until: "2027-01-31" };

const WRITTEN = `  - match: { alertname: "KubePodCrashLooping", namespace: "lab", pod: "shop-*" }
    reason: "a \\"playground\\": # yes"
    until: "2027-01-31"
`;
const FIRST = "ignore:\n  - match: { namespace: lab }   # everything\n    reason: old\n    until: 2027-01-01\n";

test.each([
  ["no file", undefined, `# What Anchorwatch is not to speak of, why, and until when.\nignore:\n${WRITTEN}`],
  ["words alone", "# mine\n", `# mine\n# What Anchorwatch is not to speak of, why, and until when.\nignore:\n${WRITTEN}`],
  ["an empty list", "# mine\nignore: []\n# the end\n", `# mine\nignore:\n${WRITTEN}# the end\n`],
  ["a list of one", FIRST, `${FIRST}${WRITTEN}`],
  ["a list without a line break at its end", FIRST.trimEnd(), `${FIRST}${WRITTEN}`],
])("%s: the rule comes last", (_, before, after) => {
  expect(addIgnoreRule(before, RULE)).toEqual({ text: after });
});

test("a list at the left edge stays there", () => {
  const before = 'ignore:\n- match: { namespace: lab }\n  reason: old\n  until: "2027-01-01"\n';
  expect(addIgnoreRule(before, RULE)).toEqual({ text: `${before}${WRITTEN.replaceAll(/^ {2}/gm, "")}` });
});

test("a comment behind the list stays behind it", () => {
  const added = addIgnoreRule(`${FIRST}\n# the end\n`, RULE);
  expect("text" in added && added.text.includes("# the end") && added.text.startsWith(FIRST)).toBe(true);
});

test("a list in brackets, a file with a mistake, and one with another key get nothing", () => {
  expect(addIgnoreRule('ignore: [{ match: { a: b }, reason: x, until: "2027-01-01" }]\n', RULE)).toMatchObject({
    refusal: expect.stringContaining("I cannot add to .anchorwatch/ignore.yaml as it is written") as string,
  });
  expect(addIgnoreRule("ignore: what\n", RULE)).toMatchObject({ refusal: expect.stringContaining(".anchorwatch/ignore.yaml:1:9") as string });
  expect(addIgnoreRule("ignored: []\n", RULE)).toHaveProperty("refusal");
});

test("words of others end no string", () => {
  const rule = { ...RULE, match: { 'x": 1, "y': 'a" }\n- b' }, reason: "until: 2999\n- match" };
  const added = addIgnoreRule(undefined, rule);
  expect("text" in added ? added.text.split("\n").filter((line) => line.includes("match:")) : []).toHaveLength(1);
});
