/** The judge bites: each promise, broken in a made-up history, is named. */
import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "../../../functions/core/local/forge/state.ts";
import { brokenPromises, type History } from "./invariants.ts";

const HEAD = "a".repeat(40);
const BRANCH = "anchorwatch/0123456789abcdef0123456789abcdef-1";

function did(who: string, what: string, details: object, at = 1_000): LedgerEntry {
  return { who, what, repository: "home/gitops", details, at, outcome: 200 };
}

const opened = did("anchorwatch", "POST /pulls", { number: 1, head: BRANCH });
const merged = did("anchorwatch-merge", "POST /merge", { number: 1, head: HEAD }, 3_000);
const approved = { login: "ada", number: 1, head: HEAD, how: "approve", at: 2_000 } as const;

function history(overrides: Partial<History> = {}): History {
  return { ledger: [opened, merged], said: [approved], heard: [], pauses: [], runs: [], emptiedAt: undefined, ...overrides };
}

describe("the judge", () => {
  it("has nothing against what was approved and done once", () => {
    expect(brokenPromises(history())).toEqual([]);
  });

  it.each([
    [
      "two pull requests of one change",
      { ledger: [opened, did("anchorwatch", "POST /pulls", { number: 2, head: BRANCH }), merged] },
      /^repeated: two pull requests/,
    ],
    ["a second merge", { ledger: [opened, merged, merged] }, /^repeated: #1 was merged twice/],
    ["a merge that nobody approved", { said: [] }, /^unapproved: #1/],
    ["a merge of another head", { said: [{ ...approved, head: "b".repeat(40) }] }, /^unapproved: #1/],
    ["an approval that came afterwards", { said: [{ ...approved, at: 4_000 }] }, /^unapproved: #1/],
    [
      "a second change without a first that was merged",
      {
        ledger: [
          opened,
          did("anchorwatch", "POST /pulls", { number: 2, head: BRANCH.replace(/1$/, "2") }),
          did("anchorwatch-merge", "POST /merge", { number: 2, head: HEAD }),
        ],
      },
      /^unapproved: #2/,
    ],
    ["an effect while paused", { pauses: [{ from: -60_000, to: 10_000 }] }, /^paused: anchorwatch/],
    ["an alert without a run", { heard: [{ fingerprint: "f", startsAt: 5, status: "firing", at: 6 }] }, /^lost: alert f/],
  ] satisfies [string, Partial<History>, RegExp][])("names %s", (_what, overrides, words) => {
    expect(brokenPromises(history(overrides))).toContainEqual(expect.stringMatching(words));
  });

  it("names what is said twice, unless one of the two is taken away again", () => {
    const mark = `<!-- anchorwatch ${"0".repeat(32)} -->`;
    const words = [1, 2].map((id) => did("anchorwatch-words", "POST /comments", { number: 1, id, body: `Hello\n\n${mark}` }));
    expect(brokenPromises(history({ ledger: [opened, merged, ...words] }))).toEqual([`repeated: ${"0".repeat(32)} is said twice`]);
    expect(brokenPromises(history({ ledger: [opened, merged, ...words, did("anchorwatch-words", "DELETE /comments", { number: 1, id: 2 })] }))).toEqual([]);
  });
});
