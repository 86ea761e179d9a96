import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY, parsePolicy } from "../../../functions/core/policy/policy-file.ts";

const problems = (text: string): string[] => {
  const parsed = parsePolicy(text, ".anchorwatch/policy.yaml");
  return parsed.ok ? [] : parsed.problems.map(({ path, line, col, message }) => `${path}:${line}:${col}: ${message}`);
};

describe("a policy file", () => {
  it("is, as we ship it, what holds without a file, with what may be moved written out", () => {
    const shipped = parsePolicy(readFileSync(new URL("../../../pipelines/policy.yaml", import.meta.url), "utf8"), "pipelines/policy.yaml");
    expect(shipped).toEqual({ ok: true, value: { ...DEFAULT_POLICY, tiers: { scale: "safe", image: "risky", resources: "risky", configuration: "risky" } } });
  });
  it("may be empty", () => {
    expect(parsePolicy("# nothing\n", "p")).toEqual({ ok: true, value: DEFAULT_POLICY });
    expect(DEFAULT_POLICY).toMatchObject({ mode: "propose", allowSelf: false, approvers: [], bots: [] });
  });
  it("says who approves, by login, id and team", () => {
    const text = "mode: act\napprovers:\n  - users: [alice, 12]\n  - { paths: ['apps/**'], teams: [home/ops], required: 2 }\nbots: [renovate]\n";
    expect(parsePolicy(text, "p")).toMatchObject({
      ok: true,
      value: {
        mode: "act",
        approvers: [
          { users: ["alice", 12], required: 1 },
          { teams: ["home/ops"], required: 2 },
        ],
        bots: ["renovate"],
      },
    });
  });
  it.each([
    ["a typo in a key", "mode: act\nlimits:\n  file: 3\n", ".anchorwatch/policy.yaml:3:9: file is not a field of limits"],
    ["an unknown mode", "mode: yolo\n", ".anchorwatch/policy.yaml:1:7: mode: Invalid option"],
    ["a tier below the floor", "tiers: { image: observe }\n", ".anchorwatch/policy.yaml:1:17: tiers.image"],
    ["a rule that cannot be moved", "tiers: { secrets: safe }\n", ".anchorwatch/policy.yaml:1:19: secrets is not a field of tiers"],
    ["limits above ours", "limits: { lines: 5000 }\n", ".anchorwatch/policy.yaml:1:18: limits.lines"],
    ["three yeses", "approvers:\n  - users: [a]\n    required: 3\n", ".anchorwatch/policy.yaml:3:15: approvers.0.required"],
    ["a list", "- a\n", ".anchorwatch/policy.yaml:1:1: the policy"],
    ["broken YAML", "mode: [act\n", ".anchorwatch/policy.yaml:2:1: "],
    ["two documents", "mode: act\n---\nmode: act\n", ".anchorwatch/policy.yaml:3:1: the policy is one document"],
    ["YAML 1.1's yes", "allowSelf: yes\n", ".anchorwatch/policy.yaml:1:12: allowSelf"],
    ["2,000 levels", `mode: ${"[".repeat(2000)}\n`, "nested deeper than 64"],
  ])("with %s is refused, with its place", (_, text, message) => {
    expect(problems(text).join("\n")).toContain(message);
  });
});
