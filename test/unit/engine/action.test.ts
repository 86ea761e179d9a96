/** Steps that act directly: where they go, what is told, and what a late or failed action means. */
import { describe, expect, it } from "vitest";
import { compiled, withSteps } from "../workflow/workflow-file.ts";
import { bring, changeIn, fail, FOUND, hold, later, owed, planned, PROPOSED, settle, startStory } from "./a-story.ts";

const CLEAR = compiled(withSteps('- { id: clear, tool: clear_completed_jobs, with: { namespace: "${{ alert.labels.namespace }}" } }'));
const ACTED = { result: "acted", words: "I did this: delete 3 finished jobs in web.", record: "action-1" } as const;
const ADVISED = { result: "advised", words: "The policy's mode is `propose`.", command: "kubectl delete jobs" } as const;

describe("a step that acts", () => {
  it("asks for its action, tells what was done once, and ends the run", () => {
    const story = startStory(CLEAR);
    expect(owed(story)).toEqual(["action.requested"]);
    expect(story.run.outbox.find(({ type }) => type.endsWith("action.requested"))?.data).toEqual({
      step: "clear",
      tool: "clear_completed_jobs",
      with: { namespace: "web" },
    });
    bring(story, "action.requested", ACTED);
    expect([story.run.phase, story.run.outcome]).toEqual(["succeeded", ACTED.words]);
    expect(owed(story)).toEqual(["notification.requested acted"]);
  });

  it("tells the command where it did nothing", () => {
    const story = startStory(CLEAR);
    bring(story, "action.requested", ADVISED);
    expect(story.run.phase).toBe("succeeded");
    expect(story.run.outbox.map(({ data }) => data["words"])).toEqual([`${ADVISED.words}\n\n    ${ADVISED.command}`]);
  });

  it("fails with the action, and tells a person", () => {
    const story = startStory(CLEAR);
    fail(story, "action.requested", { failure: "terminal", error: "the policy is not valid" });
    expect([story.run.phase, story.run.outcome]).toEqual(["failed", "the policy is not valid"]);
    expect(owed(story)).toEqual(["notification.requested failed"]);
  });

  it("times out, and what comes late is told all the same, because it was done", () => {
    const story = startStory(CLEAR);
    later(story, 29);
    const { id } = hold(story, "action.requested");
    bring(story, "run.woken", { result: "woken" });
    expect(story.run.steps[0]).toMatchObject({ state: "failed", error: "timed out" });
    settle(story, id, ACTED);
    expect(owed(story)).toContain("notification.requested acted");
  });
});

describe("the mode of the policy", () => {
  it("observe: the plan is shown, nothing is proposed, and the run has succeeded", () => {
    const story = startStory();
    bring(story, "tool.requested", FOUND);
    bring(story, "plan.requested", planned({ mode: "observe" }));
    expect([changeIn(story).state, story.run.phase]).toEqual(["shown", "succeeded"]);
    expect(owed(story)).toEqual(["notification.requested shown"]);
  });

  it("act: a safe change goes to its merge by itself, and waits for people where the merge is refused", () => {
    const story = startStory();
    bring(story, "tool.requested", FOUND);
    bring(story, "plan.requested", planned({ mode: "act", tier: "safe" }));
    bring(story, "proposal.requested open", PROPOSED);
    expect(owed(story)).toEqual(["notification.requested merging-myself", "merge.requested merge"]);
    bring(story, "merge.requested merge", { result: "not-approved", words: "the hour is full" });
    expect(changeIn(story).state).toBe("proposed");
  });

  it("act: a risky change waits as ever", () => {
    const story = startStory();
    bring(story, "tool.requested", FOUND);
    bring(story, "plan.requested", planned({ mode: "act", tier: "risky" }));
    bring(story, "proposal.requested open", PROPOSED);
    expect(changeIn(story).state).toBe("proposed");
  });
});
