/** One story, write by write: after each write the run owes exactly what engine.md 2 says. */
import { describe, expect, it } from "vitest";
import {
  appliedStory,
  approvedStory,
  bring,
  changeIn,
  FOUND,
  HEAD,
  later,
  MERGE_COMMIT,
  MERGED,
  observed,
  owed,
  planned,
  PROPOSED,
  proposedStory,
  REFUSED,
  SAID,
  seen,
  START,
  startStory,
  tell,
  yes,
  REPOSITORY,
} from "./a-story.ts";

const steps = (story: ReturnType<typeof startStory>): string[] => story.run.steps.map(({ id, state }) => `${id} ${state}`);

describe("the story of engine.md 2", () => {
  it("owes after each write what its table says", () => {
    const story = startStory();
    expect([steps(story), owed(story)]).toEqual([["find running", "fix pending"], ["tool.requested"]]);

    bring(story, "tool.requested", FOUND);
    expect([steps(story), owed(story)]).toEqual([["find succeeded", "fix running"], ["plan.requested remedy"]]);

    bring(story, "plan.requested", planned());
    expect([changeIn(story).state, owed(story)]).toEqual(["planned", ["proposal.requested open"]]);

    bring(story, "proposal.requested", PROPOSED);
    const looks = ["merge.requested look +1", "verification.requested +1"];
    expect([changeIn(story).state, owed(story).toSorted()]).toEqual(["proposed", [...looks, "notification.requested opened"].toSorted()]);

    bring(story, "notification.requested", SAID);
    expect(owed(story)).toEqual(looks);

    tell(story, { fact: "statement", approval: "approval-1" });
    expect([story.run.noted, owed(story)]).toEqual([["approval-1"], [...looks, "judgement.requested statement"]]);

    bring(story, "judgement.requested", yes());
    expect([changeIn(story).state, owed(story)]).toEqual(["approved", ["merge.requested merge", "notification.requested approved"]]);

    bring(story, "notification.requested", SAID);
    bring(story, "merge.requested", MERGED);
    expect([changeIn(story).state, owed(story).toSorted()]).toEqual(["merged", ["notification.requested merged", "verification.requested"]]);

    bring(story, "notification.requested", SAID);
    bring(story, "verification.requested", observed({ finding: "present", settled: false }));
    expect([changeIn(story).state, owed(story)]).toEqual(["applied", ["verification.requested +1"]]);

    bring(story, "verification.requested", observed());
    expect([changeIn(story).state, owed(story)]).toEqual(["applied", ["verification.requested +1"]]);

    bring(story, "verification.requested", observed());
    expect([changeIn(story).state, story.run.phase, owed(story)]).toEqual(["verified", "succeeded", ["notification.requested verified"]]);

    bring(story, "notification.requested", SAID);
    expect([story.run.outbox, story.run.wakeAt]).toEqual([[], undefined]);
    expect(steps(story)).toEqual(["find succeeded", "fix succeeded"]);
  });

  it("posts what is new and due, and nothing that waits", () => {
    const story = startStory();
    bring(story, "tool.requested", FOUND);
    bring(story, "plan.requested", planned());
    const { events } = bring(story, "proposal.requested", PROPOSED);
    expect(events.map(({ type }) => type)).toEqual(["dev.anchorwatch.notification.requested"]);
  });

  it("carries on after a merge by hand: a webhook makes the look due, the look finds it merged, no yes is needed", () => {
    const story = proposedStory();
    const { events } = tell(story, { fact: "pull-request-news", repository: REPOSITORY, pullRequest: 12 });
    expect(events.map(({ type }) => type)).toEqual(["dev.anchorwatch.merge.requested"]);
    bring(story, "merge.requested look", seen({ state: "merged", mergeCommit: MERGE_COMMIT, mergedBy: "ada", mergedAt: START }));
    expect(changeIn(story)).toMatchObject({ state: "merged", mergeCommit: MERGE_COMMIT, mergedBy: "ada", mergedAt: START });
    expect(owed(story)).toContain("verification.requested");
  });

  it("tells a person, and proposes nothing, where there is no remedy", () => {
    const story = startStory();
    bring(story, "tool.requested", REFUSED);
    expect([steps(story), story.run.phase, owed(story)]).toEqual([["find succeeded", "fix skipped"], "succeeded", ["notification.requested no-fix"]]);
    expect(story.run.outcome).toBe("no single commit broke it");
  });

  it("gives every event an id of its own, the same for the same decision", () => {
    const ids = (): string[] => {
      const story = approvedStory();
      return story.run.outbox.map(({ id }) => id);
    };
    expect(ids()).toEqual(ids());
    expect(new Set([...ids(), ...appliedStory().run.outbox.map(({ id }) => id)]).size).toBe(ids().length + appliedStory().run.outbox.length);
  });
});

describe("a second story on the same pull request", () => {
  it("plans a new head again, asks again, and takes a yes for the new head only", () => {
    const story = proposedStory();
    const head = "b".repeat(40);
    bring(story, "merge.requested look", seen({ head }));
    expect([changeIn(story).state, owed(story)]).toEqual(["head-moved", ["verification.requested", "plan.requested head"]]);
    bring(story, "plan.requested", planned({ plan: "plan-2", digest: "e".repeat(64) }, head));
    expect(changeIn(story)).toMatchObject({ state: "proposed", head, planned: { plan: "plan-2" } });
    expect(owed(story)).toContain("notification.requested ask-again");
    tell(story, { fact: "statement", approval: "approval-1" });
    bring(story, "judgement.requested", yes({ head: HEAD }));
    expect(changeIn(story).state).toBe("proposed");
    expect(owed(story)).toContain("notification.requested refused");
    tell(story, { fact: "statement", approval: "approval-2" });
    bring(story, "judgement.requested", yes({ head }));
    expect(changeIn(story).state).toBe("approved");
  });

  it("merges on a base that moved without another yes where the plan's digest is the same, and asks again where it is not", () => {
    const same = approvedStory();
    bring(same, "merge.requested merge", { result: "base-moved", base: "3".repeat(40) });
    expect([changeIn(same).state, owed(same)]).toEqual(["approved", ["plan.requested head"]]);
    bring(same, "plan.requested", planned({ plan: "plan-2" }, HEAD));
    expect([changeIn(same).state, owed(same)]).toEqual(["approved", ["merge.requested merge"]]);
    const other = approvedStory();
    bring(other, "merge.requested merge", { result: "base-moved", base: "3".repeat(40) });
    bring(other, "plan.requested", planned({ plan: "plan-2", digest: "e".repeat(64) }, HEAD));
    expect(changeIn(other).state).toBe("proposed");
    expect(owed(other)).toContain("notification.requested ask-again");
  });

  it("waits where the branch asks for more, says so once per reason, and tries again at each look", () => {
    const story = approvedStory();
    const blocked = (words: string): string[] => {
      bring(story, "merge.requested", { result: "blocked", words });
      const said = owed(story).filter((entry) => entry.startsWith("notification"));
      if (said.length > 0) bring(story, "notification.requested", SAID);
      bring(story, "merge.requested look", seen());
      return said;
    };
    expect(blocked("one more review")).toEqual(["notification.requested waiting"]);
    expect(changeIn(story).state).toBe("waiting");
    expect([blocked("one more review"), blocked("a check fails"), blocked("a check fails")]).toEqual([[], ["notification.requested waiting"], []]);
    bring(story, "merge.requested merge", MERGED);
    expect(changeIn(story).state).toBe("merged");
  });

  it("goes on where the base moves while it waits: planned again, merged again", () => {
    const story = approvedStory();
    bring(story, "merge.requested", { result: "blocked", words: "one more review" });
    bring(story, "merge.requested look", seen());
    bring(story, "merge.requested merge", { result: "base-moved", base: "3".repeat(40) });
    expect(owed(story)).toContain("plan.requested head");
    bring(story, "plan.requested", planned({ plan: "plan-2" }, HEAD));
    expect(owed(story)).toContain("merge.requested merge");
  });

  it("looks every minute for ten, then every five, then every fifteen", () => {
    const story = proposedStory();
    const waits = [0, 9, 10, 50, 70].map((minutes) => {
      story.now = Math.max(story.now, START + minutes * 60_000);
      bring(story, "merge.requested look", seen());
      const entry = story.run.outbox.find(({ type }) => type.endsWith("merge.requested"));
      return ((entry?.at ?? 0) - story.now) / 60_000;
    });
    expect(waits).toEqual([1, 1, 5, 5, 15]);
    later(story, 1);
  });
});
