/** The ignore file: what it takes, what it says of a mistake, and when a rule speaks. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ignoredBy, parseIgnore } from "../../../functions/core/records/ignore.ts";

const NOW = Date.parse("2026-11-25T12:00:00Z");

function problemsOf(text: string): readonly string[] {
  const parsed = parseIgnore(text);
  return parsed.ok ? [] : parsed.problems.map(({ line, col, message }) => `${line}:${col}: ${message}`);
}

describe("the ignore file", () => {
  it("is a list of rules, and may be empty, as the one that we ship", () => {
    expect(parseIgnore(readFileSync("pipelines/ignore.yaml", "utf8"))).toEqual({ ok: true, value: [] });
    expect(parseIgnore("").ok).toBe(true);
    expect(parseIgnore("ignore: []").ok).toBe(true);
    expect(parseIgnore('ignore:\n  - { match: { alertname: Watchdog }, reason: it always fires, until: "2027-01-31" }\n').ok).toBe(true);
  });

  it.each([
    ['ignore:\n  - { match: {}, reason: x, until: "2027-01-31" }\n', "2:14: ignore.0.match: needs at least one label"],
    ['ignore:\n  - { match: { a: b }, until: "2027-01-31" }\n', "2:5: ignore.0.reason"],
    ["ignore:\n  - { match: { a: b }, reason: x, until: someday }\n", "2:42: ignore.0.until: must be a day like 2027-01-31"],
    ['ignore:\n  - { match: { a: b }, reason: x, until: "2027-13-31" }\n', "2:42: ignore.0.until: is no day of the calendar"],
    ["ignored: []\n", "1:10: ignored is not a field of the ignore file"],
  ])("says where %j is wrong", (text, problem) => {
    expect(problemsOf(text)[0]).toContain(problem.split(": ").slice(1).join(": "));
    expect(problemsOf(text)[0]).toMatch(/^\d+:\d+: /);
  });
});

describe("a rule", () => {
  const rule = (match: Record<string, string>, until = "2026-11-25"): Parameters<typeof ignoredBy>[0] => [{ match, reason: "x", until }];
  const labels = { alertname: "KubePodCrashLooping", namespace: "web", pod: "shop-1" };

  it.each([
    [{ alertname: "KubePodCrashLooping" }, true],
    [{ alertname: "KubePodCrashLooping", namespace: "lab" }, false],
    [{ pod: "shop-*" }, true],
    [{ pod: "*" }, true],
    [{ pod: "hop-*" }, false],
    [{ node: "*" }, false],
  ])("with %j speaks: %s", (match, speaks) => {
    expect(ignoredBy(rule(match), labels, NOW) !== undefined).toBe(speaks);
  });

  it("speaks until the end of its day, or until its moment", () => {
    const until = (text: string, at: string): boolean => ignoredBy(rule({ namespace: "web" }, text), labels, Date.parse(at)) !== undefined;
    expect([until("2026-11-25", "2026-11-25T23:59:00Z"), until("2026-11-25", "2026-11-26T00:00:00Z")]).toEqual([true, false]);
    expect([until("2026-11-25T18:00+01:00", "2026-11-25T16:59:00Z"), until("2026-11-25T18:00+01:00", "2026-11-25T17:00:00Z")]).toEqual([true, false]);
  });
});
