/** Verdicts: what looks at an open and at an applied change come to (design 8.7), minute by minute. */
import { describe, expect, it } from "vitest";
import type { Result } from "../../../functions/core/engine/results.ts";
import {
  appliedStory,
  approvedStory,
  bring,
  changeIn,
  fail,
  hold,
  later,
  MERGE_COMMIT,
  MERGED,
  mergedStory,
  observed,
  owed,
  planned,
  PROPOSED,
  proposedStory,
  settle,
  type Story,
  tell,
  yes,
} from "./a-story.ts";

const look = (story: Story, overrides: Parameters<typeof observed>[0] = {}): void => void bring(story, "verification.requested", observed(overrides));
const HELPS_NOT = { finding: "present" } as const;

/** The looks of an applied change that see no help, until it is taken back. */
function takenBack(story: Story): Story {
  for (let minutes = 0; minutes < 20 && changeIn(story).takenBackBy === undefined; minutes += 1) look(story, HELPS_NOT);
  return story;
}

/** The taking back, planned and proposed. */
function proposeInverse(story: Story): Story {
  bring(story, "plan.requested inverse", planned({ plan: "plan-2", digest: "e".repeat(64) }));
  bring(story, "proposal.requested open", { ...(PROPOSED as Extract<Result, { result: "proposed" }>), pullRequest: 13 });
  return story;
}

describe("while it waits for people", () => {
  it("is healed when the trouble is gone in two looks at least five minutes apart, and its pull request is closed", () => {
    const story = proposedStory();
    for (let minutes = 0; minutes < 5; minutes += 1) look(story);
    expect(changeIn(story)).toMatchObject({ state: "proposed", proof: { gone: 5 } });
    look(story);
    expect([changeIn(story).state, story.run.phase]).toEqual(["healed", "succeeded"]);
    expect(owed(story)).toEqual(["proposal.requested close healed", "notification.requested healed"]);
  });

  it("counts again from the start when the trouble comes back, and not at all where a look cannot see", () => {
    const story = proposedStory();
    for (let minutes = 0; minutes < 5; minutes += 1) look(story);
    look(story, HELPS_NOT);
    expect(changeIn(story).proof).toMatchObject({ gone: 0 });
    for (let minutes = 0; minutes < 3; minutes += 1) look(story);
    look(story, { finding: "unknown" });
    expect(changeIn(story)).toMatchObject({ state: "proposed", proof: { gone: 3, blind: 1 } });
  });

  it("is not closed under its own merge: a look that was under way when the yes came does nothing", () => {
    const story = proposedStory();
    for (let minutes = 0; minutes < 5; minutes += 1) look(story);
    const { id } = hold(story, "verification.requested");
    tell(story, { fact: "statement", approval: "approval-1" });
    bring(story, "judgement.requested", yes());
    settle(story, id, observed());
    expect([changeIn(story).state, owed(story)]).toEqual(["approved", ["merge.requested merge", "notification.requested approved"]]);
  });
});

describe("after the merge", () => {
  it("is not proven, and nothing is reverted, when it is not applied within thirty minutes", () => {
    const story = mergedStory();
    look(story, { applied: false, ...HELPS_NOT });
    later(story, 31);
    look(story, { applied: false, ...HELPS_NOT });
    expect([changeIn(story).state, story.run.phase]).toEqual(["not-proven", "failed"]);
    expect(owed(story)).toEqual(["notification.requested not-proven"]);
  });

  it("waits longer for a sync window, and where it cannot see: never a verdict", () => {
    for (const overrides of [
      { applied: false, waitingFor: "a sync window", ...HELPS_NOT },
      { applied: false, finding: "unknown" },
    ] as const) {
      const story = mergedStory();
      for (let hours = 0; hours < 3; hours += 1) {
        later(story, 60);
        look(story, overrides);
      }
      expect(changeIn(story).state).toBe("merged");
    }
  });

  it("is verified after two settled looks that see it gone, not after one, and not while things still move", () => {
    const story = appliedStory();
    look(story, { settled: false });
    look(story);
    expect(changeIn(story).state).toBe("applied");
    look(story);
    expect([changeIn(story).state, story.run.phase]).toEqual(["verified", "succeeded"]);
  });

  it("sees nothing for an hour, and is still neither good nor bad", () => {
    const story = appliedStory();
    for (let minutes = 0; minutes < 60; minutes += 10) {
      later(story, 10);
      look(story, { finding: "unknown" });
    }
    expect(changeIn(story)).toMatchObject({ state: "applied", proof: { gone: 0, blind: 6 } });
  });

  it("is not proven when it never settles", () => {
    const story = appliedStory();
    later(story, 31);
    look(story, { settled: false });
    expect(changeIn(story).state).toBe("not-proven");
  });
});

describe("taking back", () => {
  it("begins when the finding stays for ten minutes, with a change of its own, the exact inverse", () => {
    const story = appliedStory();
    for (let minutes = 0; minutes < 9; minutes += 1) look(story, HELPS_NOT);
    expect(changeIn(story).takenBackBy).toBeUndefined();
    look(story, HELPS_NOT);
    expect(changeIn(story)).toMatchObject({ state: "applied", takenBackBy: 2 });
    expect(changeIn(story, 2)).toMatchObject({ state: "planning", inverseOf: 1, branch: "anchorwatch/5f0c2a-2", step: "fix" });
    expect(owed(story)).toEqual(["notification.requested taking-back", "plan.requested inverse"]);
  });

  it("begins at once when something of the app is worse, but not while things still move", () => {
    const story = appliedStory();
    look(story, { worse: ["Pod web/blog crash-loop"], settled: false });
    expect(changeIn(story).takenBackBy).toBeUndefined();
    look(story, { worse: ["Pod web/blog crash-loop"] });
    expect(changeIn(story).takenBackBy).toBe(2);
  });

  it("merges itself within thirty minutes of the applying, and makes the first change taken back when it is verified", () => {
    const story = proposeInverse(takenBack(appliedStory()));
    expect(changeIn(story, 2).state).toBe("approved");
    bring(story, "merge.requested merge", { ...(MERGED as Extract<Result, { result: "merged" }>), commit: "d".repeat(40) });
    look(story, HELPS_NOT);
    look(story, HELPS_NOT);
    expect(story.run.changes.map(({ state }) => state)).toEqual(["taken-back", "verified"]);
    expect([story.run.phase, owed(story).some((words) => words.startsWith("notification.requested taken-back"))]).toEqual(["failed", true]);
  });

  it("asks a person, urgently, after thirty minutes", () => {
    const story = takenBack(appliedStory());
    later(story, 31);
    proposeInverse(story);
    expect(changeIn(story, 2).state).toBe("proposed");
    expect(story.run.outbox.find(({ data }) => data["say"] === "opened")?.data).toMatchObject({ change: 2, urgent: true });
  });

  it.each([
    ["with the yes", (story: Story) => bring(story, "judgement.requested", yes({ keep: true }))],
    [
      "after a plain yes",
      (story: Story) => (bring(story, "judgement.requested", yes()), statement(story, "approval-2"), bring(story, "judgement.requested", yes({ keep: true }))),
    ],
  ])("asks a person where somebody said keep %s", (_when, say) => {
    const story = proposedStory();
    statement(story, "approval-1");
    say(story);
    bring(story, "merge.requested merge", MERGED);
    look(story, HELPS_NOT);
    proposeInverse(takenBack(story));
    expect(changeIn(story, 2).state).toBe("proposed");
  });

  it("asks a person where somebody said keep after the merge", () => {
    const story = appliedStory();
    statement(story, "approval-2");
    bring(story, "judgement.requested", { result: "judged", verdict: { verdict: "keep" }, change: 1, comment: 9 });
    proposeInverse(takenBack(story));
    expect(changeIn(story, 2).state).toBe("proposed");
  });

  it("leaves the first change not proven when it ends in any other way", () => {
    const failed = takenBack(appliedStory());
    bring(failed, "plan.requested inverse", { result: "plan-refused", words: "the lines were touched since" });
    expect(failed.run.changes.map(({ state }) => state)).toEqual(["not-proven", "failed"]);
    expect(changeIn(failed).reason).toContain("the lines were touched since");
    const broken = proposeInverse(takenBack(appliedStory()));
    fail(broken, "merge.requested merge", { failure: "terminal", error: "no right to merge" });
    expect([broken.run.changes.map(({ state }) => state), broken.run.phase]).toEqual([["not-proven", "failed"], "failed"]);
  });

  it("is never taken back itself, and heals by nothing", () => {
    const story = proposeInverse(takenBack(appliedStory()));
    bring(story, "merge.requested merge", MERGED);
    look(story, HELPS_NOT);
    expect(story.run.changes).toHaveLength(2);
    const asked = takenBack(appliedStory());
    later(asked, 31);
    proposeInverse(asked);
    for (let looks = 0; looks < 8; looks += 1) bring(asked, "verification.requested", observed());
    expect(changeIn(asked, 2).state).toBe("proposed");
  });

  it("cannot be where there never was a plan: a person is told", () => {
    const story = proposedStory();
    story.run = { ...story.run, changes: story.run.changes.map(({ planned: _none, ...change }) => change) };
    bring(story, "merge.requested look", {
      result: "pull-seen",
      seen: { state: "merged", mergeCommit: MERGE_COMMIT, head: "a".repeat(40), baseRef: "main", reviews: [], lostComments: [] },
    });
    look(story, HELPS_NOT);
    look(story, { worse: ["Pod web/blog crash-loop"] });
    expect([story.run.changes.length, changeIn(story).state]).toEqual([1, "not-proven"]);
  });
});

describe("a merge that another base got into", () => {
  it("is told urgently, and nothing is undone", () => {
    const story = approvedStory();
    bring(story, "merge.requested merge", { ...(MERGED as Extract<Result, { result: "merged" }>), drift: "replicas: 2 came in with it" });
    expect(changeIn(story).state).toBe("merged");
    expect(story.run.outbox.find(({ data }) => data["say"] === "merged")?.data).toMatchObject({ urgent: true, words: "replicas: 2 came in with it" });
  });
});

function statement(story: Story, approval: string): void {
  tell(story, { fact: "statement", approval });
}
