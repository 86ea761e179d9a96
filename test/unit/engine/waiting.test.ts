/** A tool that waits: asked again until it is done, told once, ended by the step's deadline. */
import { expect, it } from "vitest";
import type { Result } from "../../../functions/core/engine/results.ts";
import { compiled, withSteps } from "../workflow/workflow-file.ts";
import { anAlert, bring, hold, later, owed, settle, SAID, startStory, tell } from "./a-story.ts";

const WATCH = compiled(withSteps("- { id: wait, tool: find_problems, with: {} }"));
const WAITS: Result = { result: "tool-waits", words: "the registry takes no more pulls" };

it("looks again after a minute, and tells people just once", () => {
  const story = startStory(WATCH);
  bring(story, "tool.requested", WAITS);
  expect(owed(story)).toEqual(["tool.requested +1", "notification.requested watching"]);
  bring(story, "notification.requested", SAID);
  bring(story, "tool.requested", WAITS);
  expect(owed(story)).toEqual(["tool.requested +1"]);
});

it("ends with its run succeeded, and says so, when the trouble is gone", () => {
  const story = startStory(WATCH);
  bring(story, "tool.requested", WAITS);
  bring(story, "tool.requested", { result: "tool", record: "looked", output: { recovered: true } });
  expect(story.run).toMatchObject({ phase: "succeeded", outcome: "the trouble went away by itself; nothing was changed" });
  expect(owed(story)).toEqual(["notification.requested watching", "notification.requested recovered"]);
});

it("looks at once when the alert is resolved", () => {
  const story = startStory(WATCH);
  bring(story, "tool.requested", WAITS);
  tell(story, { fact: "alerts", alerts: [anAlert({ status: "resolved" })] });
  expect(owed(story)).toContain("tool.requested");
});

it("fails when the time of its step is over, and a late look starts nothing", () => {
  const story = startStory(WATCH);
  bring(story, "tool.requested", WAITS);
  const { id } = hold(story, "tool.requested");
  later(story, 31);
  bring(story, "run.woken", { result: "woken" });
  settle(story, id, WAITS);
  expect(story.run).toMatchObject({ phase: "failed", steps: [{ id: "wait", error: "timed out" }] });
  expect(owed(story).filter((words) => words.startsWith("tool"))).toEqual([]);
});
