/** Failures, retries, crashes, deadlines and pauses: every way to go wrong is tried again or ends, and time stands still while paused. */
import { describe, expect, it } from "vitest";
import { RunWoken } from "../../../functions/core/events/catalog.ts";
import { compiled, withSteps } from "../workflow/workflow-file.ts";
import {
  appliedStory,
  approvedStory,
  bring,
  changeIn,
  CLAIM_MS,
  fail,
  failHeld,
  FOUND,
  hold,
  later,
  MERGED,
  MINUTE_MS,
  NEW_HEAD,
  observed,
  owed,
  planned,
  PROPOSED,
  proposedStory,
  SAID,
  seen,
  settle,
  START,
  startStory,
  type Story,
  tell,
  REPOSITORY,
} from "./a-story.ts";

const entryOf = (story: Story, noun: string): Story["run"]["outbox"][number] | undefined => story.run.outbox.find(({ type }) => type.endsWith(noun));
const RETRY = { failure: "retry", error: "no answer" } as const;
const DAY_MS = 24 * 60 * MINUTE_MS;
const CRASH = { failure: "crash", error: "out of memory" } as const;

/** Minutes until an entry is due. */
const dueIn = (story: Story, noun: string): number => ((entryOf(story, noun)?.at ?? Number.NaN) - story.now) / MINUTE_MS;

describe("trying again", () => {
  it("waits 1, 2, 4, 8, then 15 minutes, gives the attempt back each time, and warns", () => {
    const story = proposedStory();
    const waits = [1, 2, 3, 4, 5, 6].map(() => {
      fail(story, "verification.requested", RETRY);
      return dueIn(story, "verification.requested");
    });
    expect(waits).toEqual([1, 2, 4, 8, 15, 15]);
    expect(entryOf(story, "verification.requested")).toMatchObject({ attempt: 0, tries: 6 });
    expect(story.run.warnings).toContain("dev.anchorwatch.verification.requested: no answer");
  });

  it("waits as long as the function asks", () => {
    const story = approvedStory();
    fail(story, "merge.requested", { ...RETRY, afterMinutes: 0.1 });
    expect(dueIn(story, "merge.requested")).toBeCloseTo(0.1);
  });

  it("counts a crash as an attempt; after the fifth the change fails, and a person is told", () => {
    const story = approvedStory();
    const attempts = [1, 2, 3, 4].map(() => {
      fail(story, "merge.requested", CRASH);
      return entryOf(story, "merge.requested")?.attempt;
    });
    expect(attempts).toEqual([1, 2, 3, 4]);
    fail(story, "merge.requested", CRASH);
    expect(changeIn(story)).toMatchObject({ state: "failed", reason: "gave up after 5 attempts that ended without a result; the last: out of memory" });
    expect([story.run.phase, owed(story)]).toEqual(["failed", ["proposal.requested close failed", "notification.requested failed"]]);
  });

  it("keeps the last twenty warnings, each cut to what a record holds", () => {
    const story = proposedStory();
    for (let count = 0; count < 25; count += 1) fail(story, "verification.requested", { ...RETRY, error: `${count} ${"x".repeat(600)}` });
    expect(story.run.warnings).toHaveLength(20);
    expect(story.run.warnings.map((warning) => warning.length)).toEqual(Array.from({ length: 20 }, () => 512));
  });

  it("gives up a look that is doubled by the next one: a change has one look of a kind", () => {
    const story = proposedStory();
    bring(story, "merge.requested look", seen({ head: NEW_HEAD }));
    const { id } = hold(story, "verification.requested");
    bring(story, "plan.requested", planned({ plan: "plan-2" }, NEW_HEAD));
    failHeld(story, id, RETRY);
    expect(owed(story).filter((words) => words.startsWith("verification"))).toHaveLength(1);
  });
});

describe("a final failure", () => {
  it("fails a tool's step, skips what needs it, ends the run, and tells a person", () => {
    const story = startStory();
    fail(story, "tool.requested", { failure: "terminal", error: "no such tool" });
    expect(story.run.steps.map(({ state }) => state)).toEqual(["failed", "skipped"]);
    expect([story.run.phase, story.run.outcome, owed(story)]).toEqual(["failed", "no such tool", ["notification.requested failed"]]);
  });

  it("after the merge is not proven, urgently", () => {
    const story = appliedStory();
    fail(story, "verification.requested", { failure: "terminal", error: "may not look" });
    expect(changeIn(story).state).toBe("not-proven");
    expect(entryOf(story, "notification.requested")?.data).toMatchObject({ say: "not-proven", urgent: true });
  });

  it("of something to be said ends nothing; of a judgement is answered", () => {
    const story = proposedStory();
    tell(story, { fact: "statement", approval: "approval-1" });
    fail(story, "judgement.requested", { failure: "terminal", error: "the statement is gone" });
    expect([changeIn(story).state, owed(story).includes("notification.requested refused")]).toEqual(["proposed", true]);
    fail(story, "notification.requested", { failure: "terminal", error: "the thread is locked" });
    expect(changeIn(story).state).toBe("proposed");
    expect(story.run.warnings.at(-1)).toBe('could not say "refused": the thread is locked');
  });
});

describe("a webhook while a look is under way", () => {
  it("makes the look after it due at once, once", () => {
    const story = proposedStory();
    const { id } = hold(story, "merge.requested look");
    tell(story, { fact: "pull-request-news", repository: REPOSITORY, pullRequest: 12 });
    expect(entryOf(story, "merge.requested")?.again).toBe(true);
    settle(story, id, seen());
    expect(dueIn(story, "merge.requested")).toBe(0);
    bring(story, "merge.requested look", seen());
    expect(dueIn(story, "merge.requested")).toBe(1);
  });

  it("writes nothing where the look is due already, or the pull request is nobody's", () => {
    const story = proposedStory();
    tell(story, { fact: "pull-request-news", repository: REPOSITORY, pullRequest: 12 });
    const before = story.run;
    expect(tell(story, { fact: "pull-request-news", repository: REPOSITORY, pullRequest: 12 }).run).toBe(before);
    expect(tell(story, { fact: "pull-request-news", repository: REPOSITORY, pullRequest: 99 }).run).toBe(before);
    expect(tell(story, { fact: "push" }).run).toBe(before);
  });

  it("never takes the merge away: a late look's result leaves what the yes has owed", () => {
    const story = proposedStory();
    const { id } = hold(story, "merge.requested look");
    tell(story, { fact: "statement", approval: "approval-1" });
    bring(story, "judgement.requested", {
      result: "judged",
      verdict: { verdict: "counts", approval: "approval-1", head: "a".repeat(40), keep: false },
      change: 1,
    });
    settle(story, id, seen());
    expect([changeIn(story).state, owed(story)]).toEqual(["approved", ["merge.requested merge", "notification.requested approved"]]);
  });
});

describe("what waits to be said or judged", () => {
  it("is owed once, however many looks find it", () => {
    const story = proposedStory();
    for (let looks = 0; looks < 4; looks += 1) bring(story, "merge.requested look", seen({ reviews: [5], lostComments: [7] }));
    expect(owed(story).filter((words) => /judgement|lost/.test(words))).toEqual(["judgement.requested review", "notification.requested lost-comment"]);
  });

  it("stays a bounded number where nothing can be said", () => {
    const story = proposedStory();
    for (let looks = 0; looks < 40; looks += 1) bring(story, "merge.requested look", seen({ reviews: [], lostComments: [looks + 1] }));
    expect(owed(story).filter((words) => words.startsWith("notification"))).toHaveLength(16);
    expect(story.run.warnings).toEqual(["16 notices wait to be said: more are left out"]);
  });
});

describe("deadlines", () => {
  it("fail a step after thirty minutes, or after its own timeout", () => {
    const story = startStory();
    expect(entryOf(story, RunWoken.type)?.at).toBe(START + 30 * MINUTE_MS);
    bring(story, "run.woken", { result: "woken" });
    expect(story.run.steps[0]).toMatchObject({ state: "failed", error: "timed out" });
    expect(owed(story)).toEqual(["notification.requested failed"]);
    const short = startStory(compiled(withSteps('- { id: find, tool: find_problems, with: { alert: "${{ alert }}" }, timeout: 5m }')));
    expect(entryOf(short, RunWoken.type)?.at).toBe(START + 5 * MINUTE_MS);
  });

  it("ignore the result of a step that has timed out meanwhile", () => {
    const story = startStory();
    const { id } = hold(story, "tool.requested");
    later(story, 1);
    story.run = {
      ...story.run,
      outbox: story.run.outbox.map((entry) => (entry.id === id ? { ...entry, claim: { holder: "here", until: story.now + 60 * MINUTE_MS } } : entry)),
    };
    bring(story, "run.woken", { result: "woken" });
    settle(story, id, FOUND);
    expect([story.run.phase, story.run.steps[0]?.state, story.run.changes]).toEqual(["failed", "failed", []]);
  });

  it("expire a change that nobody answers after fourteen days, and close its pull request", () => {
    const story = proposedStory();
    for (const day of [1, 3, 14]) {
      expect(entryOf(story, RunWoken.type)?.at).toBe(START + day * DAY_MS);
      bring(story, "run.woken", { result: "woken" });
      if (day < 14) bring(story, "notification.requested", SAID);
    }
    expect([changeIn(story).state, story.run.phase]).toEqual(["expired", "failed"]);
    expect(owed(story)).toEqual(["proposal.requested close expired", "notification.requested expired"]);
  });

  it("close what is proposed after it had expired", () => {
    const story = startStory();
    bring(story, "tool.requested", FOUND);
    bring(story, "plan.requested", planned());
    const { id } = hold(story, "proposal.requested open");
    story.run = { ...story.run, changes: story.run.changes.map((change) => ({ ...change, deadline: story.now })) };
    tell(story, { fact: "statement", approval: "approval-1" });
    expect(changeIn(story).state).toBe("expired");
    settle(story, id, PROPOSED);
    expect(changeIn(story)).toMatchObject({ state: "expired", pullRequest: 12 });
    expect(owed(story).filter((words) => words.startsWith("proposal"))).toContain("proposal.requested close stopped");
  });

  it("stand still while paused", () => {
    const story = proposedStory();
    const before = changeIn(story).deadline;
    story.stoodStillMs = 120 * MINUTE_MS;
    later(story, 120);
    bring(story, "verification.requested", observed({ finding: "present" }));
    expect(changeIn(story).deadline).toBe(before + 120 * MINUTE_MS);
    expect(entryOf(story, RunWoken.type)?.at).toBe(START + DAY_MS + 120 * MINUTE_MS);
    bring(story, "verification.requested", observed({ finding: "present" }));
    expect(changeIn(story).deadline).toBe(before + 120 * MINUTE_MS);
  });
});

describe("stopping a run", () => {
  it("ends it at once where nothing is under way: the pull request is closed, steps that ran fail, nothing else is owed", () => {
    const story = proposedStory();
    tell(story, { fact: "stop", by: "ada" });
    expect([story.run.phase, story.run.outcome, changeIn(story).state]).toEqual(["stopped", "stopped by ada", "closed"]);
    expect(story.run.steps.map(({ state, error }) => [state, error])).toEqual([
      ["succeeded", undefined],
      ["failed", "stopped"],
    ]);
    expect(owed(story)).toEqual(["proposal.requested close stopped", "notification.requested stopped"]);
    const before = story.run;
    expect(tell(story, { fact: "stop", by: "ben" }).run).toBe(before);
  });

  it("waits in `ending` for what is under way, without waking itself again and again, then undoes it", () => {
    const story = startStory();
    bring(story, "tool.requested", FOUND);
    bring(story, "plan.requested", planned());
    const { id } = hold(story, "proposal.requested open");
    tell(story, { fact: "stop", by: "ada" });
    expect([story.run.phase, owed(story)]).toEqual(["ending", ["proposal.requested open held"]]);
    expect(entryOf(story, RunWoken.type)?.at).toBe(story.now + CLAIM_MS);
    settle(story, id, PROPOSED);
    expect([story.run.phase, changeIn(story)]).toMatchObject(["stopped", { state: "closed", pullRequest: 12 }]);
    expect(owed(story).slice(-2)).toEqual(["proposal.requested close stopped", "notification.requested stopped"]);
  });

  it("does not wake itself for a deadline that passes while it ends", () => {
    const story = approvedStory();
    const { id } = hold(story, "merge.requested merge");
    story.run = { ...story.run, changes: story.run.changes.map((change) => ({ ...change, deadline: story.now - 1 })) };
    tell(story, { fact: "stop", by: "ada" });
    expect(entryOf(story, RunWoken.type)?.at).toBe(story.now + CLAIM_MS);
    settle(story, id, MERGED);
    expect([story.run.phase, changeIn(story).state]).toEqual(["stopped", "not-proven"]);
  });

  it.each([RETRY, CRASH, { failure: "terminal", error: "no" }] as const)("undoes as well where what was under way has no result: %o", (failure) => {
    const story = approvedStory();
    const { id } = hold(story, "merge.requested merge");
    tell(story, { fact: "stop", by: "ada" });
    failHeld(story, id, failure);
    expect([story.run.phase, changeIn(story).state]).toEqual(["stopped", "closed"]);
    expect(owed(story)).toContain("proposal.requested close stopped");
  });

  it("ends when the hold of a dead process runs out", () => {
    const story = approvedStory();
    hold(story, "merge.requested merge");
    tell(story, { fact: "stop", by: "ada" });
    bring(story, "run.woken", { result: "woken" });
    expect([story.run.phase, changeIn(story).state]).toEqual(["stopped", "closed"]);
    bring(story, "notification.requested", SAID);
  });
});
