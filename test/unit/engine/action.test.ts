/** Steps that act directly: where they go, what is told, and what a late or failed action means. */
import { describe, expect, it } from "vitest";
import { compiled, withSteps } from "../workflow/workflow-file.ts";
import { bring, fail, hold, later, owed, settle, startStory } from "./a-story.ts";

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
