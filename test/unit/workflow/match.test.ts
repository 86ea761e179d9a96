/** Which workflow an alert starts. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchAlert } from "../../../functions/core/workflow/match.ts";

const pipeline = (name: string, labels?: Record<string, string>): { name: string; on: { alert?: { labels: Record<string, string> } } } => ({
  name,
  on: labels ? { alert: { labels } } : {},
});

const pipelines = [
  pipeline("b-any", { alertname: "Broken" }),
  pipeline("a-any", { alertname: "Broken" }),
  pipeline("shop", { alertname: "Broken", namespace: "shop" }),
  pipeline("other", { alertname: "Other" }),
  pipeline("by-hand"),
  pipeline("empty", {}),
];

const names = (labels: Record<string, string>): unknown => {
  const match = matchAlert(pipelines, labels);
  return match && [match.best.name, match.alsoMatched];
};

describe("an alert", () => {
  it("starts the workflow that names most of its labels; the others are listed", () => {
    expect(names({ alertname: "Broken", namespace: "shop", pod: "web-1" })).toEqual(["shop", ["a-any", "b-any"]]);
  });

  it("starts the first by name of workflows that say equally much", () => {
    expect(names({ alertname: "Broken", namespace: "blog" })).toEqual(["a-any", ["b-any"]]);
  });

  it("starts nothing when no workflow names it; one without labels takes none", () => {
    expect(names({ alertname: "Unknown" })).toBeUndefined();
  });

  it("has to have the very value, not the beginning of it or an inherited one", () => {
    expect(matchAlert([pipeline("p", { alertname: "Broken" })], { alertname: "Broken2" })).toBeUndefined();
    expect(matchAlert([pipeline("p", { toString: "x" })], {})).toBeUndefined();
  });

  it("starts the same in whatever order the workflows come", () => {
    const expected = names({ alertname: "Broken", namespace: "shop" });
    fc.assert(
      fc.property(fc.shuffledSubarray(pipelines, { minLength: pipelines.length }), (shuffled) => {
        const match = matchAlert(shuffled, { alertname: "Broken", namespace: "shop" });
        expect([match?.best.name, match?.alsoMatched]).toEqual(expected);
      }),
    );
  });
});
