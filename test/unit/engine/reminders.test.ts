/** People are reminded, called, and reached by other ways: each once (design 8.4, 8.8). */
import { describe, expect, it } from "vitest";
import { NotificationRequested } from "../../../functions/core/events/catalog.ts";
import { bring, changeIn, fail, FOUND, later, mergedStory, MINUTE_MS, planned, proposedStory, SAID, START, startStory, type Story, tell } from "./a-story.ts";

const DAY_MS = 24 * 60 * MINUTE_MS;

/** What is owed to people's channels. */
const saidAloud = (story: Story): object[] =>
  story.run.outbox.flatMap(({ type, data }) =>
    type === NotificationRequested.type && data["chat"] === true ? [{ say: data["say"], chat: true, urgent: data["urgent"] }] : [],
  );

describe("a proposal that waits", () => {
  it("is reminded of after a day, and its approvers are called after three", () => {
    const story = proposedStory();
    bring(story, "run.woken", { result: "woken" });
    expect(saidAloud(story)).toEqual([{ say: "reminded", chat: true, urgent: false }]);
    bring(story, "notification.requested reminded", SAID);
    bring(story, "run.woken", { result: "woken" });
    expect(story.now).toBe(START + 3 * DAY_MS);
    expect(saidAloud(story)).toEqual([{ say: "called", chat: true, urgent: true }]);
    expect(changeIn(story).remindAt).toBeUndefined();
  });

  it("is reminded of once, not twice, where nothing ran for a week, and not at all of what is merged", () => {
    const away = proposedStory();
    later(away, 7 * 24 * 60);
    tell(away, { fact: "statement", approval: "approval-1" });
    expect(saidAloud(away)).toEqual([{ say: "called", chat: true, urgent: true }]);
    const merged = mergedStory();
    later(merged, 2 * 24 * 60);
    tell(merged, { fact: "statement", approval: "approval-2" });
    expect(saidAloud(merged)).toEqual([]);
  });

  it("reaches people by the other channels, once, when the forge does not take a proposal for a quarter of an hour", () => {
    const story = startStory();
    bring(story, "tool.requested", FOUND);
    bring(story, "plan.requested", planned());
    const tries = Array.from({ length: 7 }, () => {
      fail(story, "proposal.requested open", { failure: "retry", error: "POST /branches: no answer" });
      return saidAloud(story).length;
    });
    expect(tries).toEqual([0, 0, 0, 1, 1, 1, 1]);
    expect(saidAloud(story)).toEqual([{ say: "forge-down", chat: true, urgent: true }]);
  });
});
