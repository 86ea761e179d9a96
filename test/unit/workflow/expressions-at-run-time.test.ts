/** Conditions and arguments while a run moves: values come through as they are, errors name key and expression. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateCondition, resolveArguments, type Scope } from "../../../functions/core/workflow/expressions.ts";

const alert = { labels: { alertname: "Broken", pod: "web-1" }, annotations: {}, status: "firing", startsAt: 1_700_000_000_000, fingerprint: "f00" };
const remedy = { result: "r1", count: 3, share: 0.5, tags: ["a", "b"], none: null };
const scope: Scope = { alert, steps: { find: { state: "succeeded", output: { remedy } }, skipped: { state: "skipped", output: undefined } } };

/** The same with another alert, which may be anything: labels come from outside. */
const withAlert = (other: unknown): Scope => ({ ...scope, alert: other });

describe("a condition", () => {
  it.each([
    ["has(steps.find.output.remedy)", true],
    ["has(steps.skipped.output.remedy)", false],
    ["steps.skipped.state == 'skipped'", true],
    ["steps.find.output.remedy.count + 1 == 4", true],
    ["steps.find.output.remedy.share < 1.0", true],
    ["steps.find.output.remedy.none == null", true],
    ["alert.startsAt > 1600000000000", true],
    ["alert.labels.pod.re('^web-[0-9]$')", true],
    ["alert.labels.?severity.orValue('none') == 'none'", true],
    ["has(alert.labels.constructor)", false],
    ["has(alert.labels.__proto__)", false],
  ])("%s is %s", (condition, value) => {
    expect(evaluateCondition(condition, scope)).toBe(value);
  });

  it.each([
    ["steps.find.output.remedy.nope == 1", "`if`: No such key: nope (steps.find.output.remedy.nope == 1)"],
    ["steps.find.output.remedy", "`if`: is neither true nor false (steps.find.output.remedy)"],
    ["steps.find.output.remedy.count / 0 == 1", "`if`: division by zero (steps.find.output.remedy.count / 0 == 1)"],
    ["alert.labels.pod.re('(' + 'x')", "`if`: error parsing regexp: missing closing ): `(x` (alert.labels.pod.re('(' + 'x'))"],
    ["alert.labels.pod.matches('x')", "`if`: `matches` is not available: write `text.re(pattern)` (alert.labels.pod.matches('x'))"],
  ])("%s fails with its words", (condition, message) => {
    expect(() => evaluateCondition(condition, scope)).toThrow(message);
  });

  it("is quick over a pattern that hangs others", () => {
    const hostile = withAlert({ labels: { pod: `${"a".repeat(1000)}!` } });
    const began = performance.now();
    expect(evaluateCondition("alert.labels.pod.re('^(a+)+$')", hostile)).toBe(false);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it("fails over a list that is too long to loop over", () => {
    const long = withAlert({ many: Array.from({ length: 257 }, () => 0) });
    expect(() => evaluateCondition("alert.many.all(n, n == 0)", long)).toThrow("`if`: a list or map has 257 entries; expressions take at most 256");
  });
});

describe("arguments that are good", () => {
  it("are the expression's value where a text is one expression, and text where it is more", () => {
    const args = {
      whole: "${{ steps.find.output.remedy }}",
      block: "${{ alert.labels }}\n",
      count: "${{ steps.find.output.remedy.count + 1 }}",
      words: "pod ${{ alert.labels.pod }} ${{ steps.find.output.remedy.count }} ${{ steps.find.output.remedy.tags }}",
      nested: [{ deep: "${{ alert.status }}" }, 1, true, null],
      plain: "no expression, $ and {{ }}",
    };
    expect(resolveArguments(args, scope)).toEqual({
      whole: remedy,
      block: alert.labels,
      count: 4,
      words: 'pod web-1 3 ["a","b"]',
      nested: [{ deep: "firing" }, 1, true, null],
      plain: "no expression, $ and {{ }}",
    });
  });

  it("take text from the outside as it is: an expression in a label is never evaluated", () => {
    const hostile = withAlert({ labels: { pod: "${{ steps.find.output.remedy }}" } });
    expect(resolveArguments({ a: "${{ alert.labels.pod }}", b: "pod ${{ alert.labels.pod }}" }, hostile)).toEqual({
      a: "${{ steps.find.output.remedy }}",
      b: "pod ${{ steps.find.output.remedy }}",
    });
  });

  it("bring any JSON value through unchanged", () => {
    const written = fc.json({ maxDepth: 4, stringUnit: "binary" });
    fc.assert(
      fc.property(written, (text) => {
        const value: unknown = JSON.parse(text);
        expect(resolveArguments({ a: "${{ alert.value }}" }, withAlert({ value }))).toEqual({ a: value });
      }),
      { numRuns: 300 },
    );
  });
});

describe("arguments that are bad", () => {
  it.each([
    [{ remedy: "${{ steps.find.output.nope }}" }, "`with.remedy`: No such key: nope (steps.find.output.nope)"],
    [{ a: [{ b: "x ${{ alert.labels.nope }}" }] }, "`with.a[0].b`: No such key: nope (alert.labels.nope)"],
    [
      { a: "${{ alert.labels.?nope }}" },
      "`with.a`: the result is no text, number, boolean, list or map; convert it, or end it with `.orValue(...)` (alert.labels.?nope)",
    ],
    [{ a: "${{ 9223372036854775807 }}" }, "`with.a`: the result is a number that JSON cannot hold (9223372036854775807)"],
    [{ a: "${{ steps.find.output.remedy.tags.map(a, alert.labels.pod.split('').join(alert.labels.pod)) }}" }, "loops more than 2 times"],
  ])("fail with their place: %j", (args, message) => {
    expect(() => resolveArguments(args, scope)).toThrow(message);
  });

  it("fail when their result is too large", () => {
    const wide = withAlert({ list: Array.from({ length: 200 }, (_, index) => index) });
    expect(() => resolveArguments({ a: "${{ alert.list.map(n, alert.list) }}" }, wide)).toThrow("`with.a`: the result is too large");
  });
});
