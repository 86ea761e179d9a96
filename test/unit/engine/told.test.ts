/** Whatever ends a run is said on its thread, once, and nothing is said that is not so any more. */
import { describe, expect, it } from "vitest";
import { compiled, withSteps } from "../workflow/workflow-file.ts";
import {
  bring,
  changeIn,
  fail,
  FOUND,
  hold,
  MERGED,
  observed,
  owed,
  planned,
  PROPOSED,
  proposedStory,
  SAID,
  settle,
  startStory,
  tell,
  yes,
} from "./a-story.ts";

const TERMINAL = { failure: "terminal", error: "the token lacks a scope" } as const;

/** A story whose last step comes after the change. */
const WITH_A_LAST_STEP = compiled(
  withSteps(
    "- { id: find, tool: find_problems }",
    '- { id: fix, tool: propose_change, with: { remedy: "${{ steps.find.output.remedy }}" } }',
    "- { id: again, tool: find_problems }",
  ),
);

describe("a change that breaks before its merge", () => {
  it("closes its pull request, and says why there", () => {
    const story = proposedStory();
    fail(story, "merge.requested", TERMINAL);
    expect(changeIn(story).state).toBe("failed");
    expect(owed(story)).toEqual(["proposal.requested close failed", "notification.requested failed"]);
    expect(story.run.outbox.at(-1)?.data).toMatchObject({ change: 1, words: TERMINAL.error });
  });

  it("is said once where it has no pull request yet", () => {
    const story = startStory();
    bring(story, "tool.requested", FOUND);
    fail(story, "plan.requested", TERMINAL);
    expect(owed(story)).toEqual(["notification.requested failed"]);
  });
});

describe("a run whose later step fails after a verified change", () => {
  it("tells people so on the pull request", () => {
    const story = startStory(WITH_A_LAST_STEP);
    bring(story, "tool.requested", FOUND);
    bring(story, "plan.requested", planned());
    bring(story, "proposal.requested", PROPOSED);
    bring(story, "notification.requested opened", SAID);
    tell(story, { fact: "statement", approval: "approval-1" });
    bring(story, "judgement.requested", yes());
    bring(story, "notification.requested approved", SAID);
    bring(story, "merge.requested merge", MERGED);
    bring(story, "notification.requested merged", SAID);
    bring(story, "verification.requested", observed({ finding: "present", settled: false }));
    bring(story, "verification.requested", observed());
    bring(story, "verification.requested", observed());
    bring(story, "notification.requested verified", SAID);
    fail(story, "tool.requested", TERMINAL);
    expect([story.run.phase, owed(story)]).toEqual(["failed", ["notification.requested failed"]]);
    expect(story.run.outbox[0]?.data).toMatchObject({ change: 1, words: TERMINAL.error });
  });
});

describe("a proposal that lands after a stop", () => {
  it("is closed, and only the stop is said", () => {
    const story = startStory();
    bring(story, "tool.requested", FOUND);
    bring(story, "plan.requested", planned());
    const opening = hold(story, "proposal.requested open");
    tell(story, { fact: "stop", by: "ada" });
    settle(story, opening.id, PROPOSED);
    expect(owed(story)).toEqual(["proposal.requested close stopped", "notification.requested stopped"]);
  });
});
