/** Every result and every failure in every state of a change: the state afterwards is one that the table has, and nothing is stuck. */
import { describe, expect, it } from "vitest";
import { CHANGE_TRANSITIONS, isChangeOver } from "../../../functions/core/engine/transitions.ts";
import { claimEntry } from "../../../functions/core/engine/outbox.ts";
import { type ChangeState, ChangeStateSchema } from "../../../functions/core/records/change.ts";
import { changeIn, CLAIM_MS, failHeld, owed, proposedStory, settle, type Story } from "./a-story.ts";
import { type EventNoun, EVENTS_OF_A_CHANGE, FAILURES, RESULTS, storyIn } from "./all-results.ts";

const STATES = ChangeStateSchema.options;
const NOUNS = Object.keys(EVENTS_OF_A_CHANGE) as EventNoun[];
const cases = STATES.flatMap((state) => NOUNS.map((noun) => [state, noun] as const));

/** The change in this state, its event held by a function. */
function held(state: ChangeState, noun: EventNoun): { story: Story; id: string } {
  const { story, id } = storyIn(proposedStory(), state, noun);
  return { story: { ...story, run: claimEntry(story.run, id, { until: story.now + CLAIM_MS, holder: "here" }) }, id };
}

describe("every result in every state", () => {
  it.each(cases)("of a change in %s, for %s", (state, noun) => {
    for (const result of RESULTS[noun] ?? []) {
      const { story, id } = held(state, noun);
      settle(story, id, result);
      const after = changeIn(story).state;
      const allowed = [state, ...Object.values(CHANGE_TRANSITIONS[state])];
      expect(allowed, `${result.result} in ${state}`).toContain(after);
      expect(
        story.run.outbox.some((entry) => entry.id === id),
        "what has its result is settled",
      ).toBe(false);
    }
  });

  it.each(cases)("fails well: of a change in %s, for %s", (state, noun) => {
    for (const failure of FAILURES) {
      const { story, id } = held(state, noun);
      failHeld(story, id, failure);
      const allowed = [state, ...Object.values(CHANGE_TRANSITIONS[state])];
      expect(allowed, `${failure.failure} in ${state}`).toContain(changeIn(story).state);
    }
  });
});

describe("a change that is over", () => {
  it.each(STATES.filter(isChangeOver))("in %s is moved by nothing, and does nothing more", (state) => {
    for (const noun of ["plan.requested", "merge.requested", "verification.requested"] as const) {
      for (const result of RESULTS[noun] ?? []) {
        const { story, id } = held(state, noun);
        settle(story, id, result);
        expect(changeIn(story).state).toBe(state);
        expect(
          owed(story).filter((words) => !/^notification\.requested (not-proven|verified|failed|no-fix)/.test(words)),
          result.result,
        ).toEqual([]);
      }
    }
  });

  it("does not try again what was under way when it ended, even a merge that got no answer", () => {
    const { story, id } = held("rejected", "merge.requested");
    failHeld(story, id, { failure: "retry", error: "no answer" });
    expect(owed(story)).toEqual([]);
    const crashed = held("expired", "merge.requested");
    failHeld(crashed.story, crashed.id, { failure: "crash", error: "out of memory" });
    expect(owed(crashed.story)).toEqual([]);
  });

  it("that turns out to be merged after all is told to a person, once", () => {
    const { story, id } = held("rejected", "merge.requested");
    settle(story, id, { result: "merged", commit: "c".repeat(40), by: "us", at: story.now });
    expect(owed(story)).toEqual(["notification.requested not-proven"]);
    expect(changeIn(story)).toMatchObject({ state: "rejected", mergeCommit: "c".repeat(40) });
  });
});
