/** What comes from outside: alerts and statements are noted once, whatever they hold; runs that begin, stand, and are made again. */
import { describe, expect, it } from "vitest";
import { adoptedRun, type Orphan } from "../../../functions/core/engine/adopt.ts";
import { decideStart } from "../../../functions/core/engine/decide.ts";
import { incidentKey, incidentRunId, incidentTitle, workloadOfPod } from "../../../functions/core/engine/incident.ts";
import { repositoryRun, repositoryRunId } from "../../../functions/core/engine/start.ts";
import { approvalName } from "../../../functions/core/records/approval.ts";
import { jsonBytes } from "../../../functions/core/records/canonical.ts";
import { RunSchema } from "../../../functions/core/records/run.ts";
import {
  anAlert,
  appliedStory,
  approvedStory,
  bring,
  changeIn,
  contextOf,
  CRASH_LOOP,
  fail,
  FOUND,
  HEAD,
  later,
  MINUTE_MS,
  observed,
  owed,
  planned,
  proposedStory,
  REPOSITORY,
  SAID,
  seen,
  START,
  startStory,
  type Story,
  tell,
  yes,
} from "./a-story.ts";

const NOT_YET = observed({ finding: "present" });

describe("alerts", () => {
  it("are noted once: an alert that is known gives the very same run, so that nothing is written", () => {
    const story = startStory();
    const before = story.run;
    expect(tell(story, { fact: "alerts", alerts: [anAlert()] }).run).toBe(before);
    tell(story, { fact: "alerts", alerts: [anAlert({ fingerprint: "f2" }), anAlert({ startsAt: START })] });
    expect(story.run.incident?.alerts.map(({ fingerprint, startsAt }) => [fingerprint, startsAt])).toEqual([
      ["f1", START],
      ["f2", START - 60_000],
    ]);
    const newest = story.run;
    expect(tell(story, { fact: "alerts", alerts: [anAlert({ status: "resolved" })] }).run).toBe(newest);
  });

  it("make the look at an applied change due now when all are resolved, and end nothing", () => {
    const story = appliedStory();
    tell(story, { fact: "alerts", alerts: [anAlert({ fingerprint: "f2" })] });
    tell(story, { fact: "alerts", alerts: [anAlert({ status: "resolved" })] });
    expect(owed(story)).toEqual(["verification.requested +1"]);
    const { events } = tell(story, { fact: "alerts", alerts: [anAlert({ fingerprint: "f2", status: "resolved" })] });
    expect([owed(story), events.length, story.run.phase]).toEqual([["verification.requested"], 1, "running"]);
  });

  it("that are resolved and unknown change nothing", () => {
    const story = startStory();
    const before = story.run;
    expect(tell(story, { fact: "alerts", alerts: [anAlert({ fingerprint: "f9", status: "resolved" })] }).run).toBe(before);
  });

  it("cannot make a run too large: long and many labels are cut, alerts without room are counted", () => {
    const huge = Object.fromEntries(Array.from({ length: 300 }, (_none, index) => [`label${index}`, "x".repeat(1_024)]));
    const hostile = { labels: { ...huge, ["n".repeat(200)]: "name" }, annotations: huge };
    const story = startStory();
    for (let index = 0; index < 100; index += 1) tell(story, { fact: "alerts", alerts: [anAlert({ fingerprint: `h${index}`, ...hostile })] });
    for (let index = 0; index < 100; index += 1) tell(story, { fact: "alerts", alerts: [anAlert({ fingerprint: `n${index}` })] });
    expect(jsonBytes(story.run.incident)).toBeLessThan(20 * 1024);
    expect(story.run.incident?.more).toBeGreaterThan(0);
    expect((story.run.incident?.more ?? 0) + (story.run.incident?.alerts.length ?? 0)).toBe(201);
  });
});

describe("the key of an incident", () => {
  const key = (labels: Record<string, string>): string => incidentKey({ alertname: "A", namespace: "web", ...labels });

  it("is the same for every pod, instance and uid of one workload", () => {
    const one = key({ pod: "shop-5d9c7b8f6-x2x9k", instance: "10.0.0.1:80", uid: "1", pod_ip: "10.0.0.1" });
    expect(key({ pod: "shop-7f8d9c6b5-q7w8r", instance: "10.0.0.2:80", uid: "2" })).toBe(one);
    expect(key({ pod: "blog-5d9c7b8f6-x2x9k" })).not.toBe(one);
  });

  it.each([
    ["cluster", "b"],
    ["namespace", "other"],
    ["deployment", "shop"],
    ["statefulset", "db"],
    ["daemonset", "agent"],
    ["cronjob", "backup"],
    ["job_name", "backup-1"],
    ["persistentvolumeclaim", "data"],
    ["node", "pi-1"],
    ["container", "shop"],
    ["name", "shop"],
    ["alertname", "B"],
  ])("differs by %s", (label, value) => {
    expect(key({ [label]: value })).not.toBe(key({}));
  });

  it("does not take one label's value for another's", () => {
    expect(key({ deployment: "a" })).not.toBe(key({ statefulset: "a" }));
  });

  it.each([
    ["shop-5d9c7b8f6-x2x9k", "shop"],
    ["my-shop-api-5d9c7b8f6-x2x9k", "my-shop-api"],
    ["agent-x2x9k", "agent"],
    ["db-0", "db"],
    ["db-12", "db"],
    ["backup-28412345-x2x9k", "backup"],
    ["standalone", "standalone"],
    ["my-nginx", "my-nginx"],
  ])("knows the workload of the pod %s", (pod, workload) => {
    expect(workloadOfPod(pod)).toBe(workload);
  });

  it("names the run with the earliest start of its alerts, so that each firing has one run", () => {
    const early = anAlert({ startsAt: 1_000 });
    const late = anAlert({ startsAt: 2_000 });
    expect(incidentRunId("k", [late, early])).toBe(incidentRunId("k", [early]));
    expect(incidentRunId("k", [late])).not.toBe(incidentRunId("k", [early]));
    expect(incidentTitle({ alertname: "KubePodCrashLooping", namespace: "web", pod: "shop-5d9c7b8f6-x2x9k" })).toBe("KubePodCrashLooping web/shop");
    expect(incidentTitle({ alertname: "KubeNodeNotReady", namespace: "monitoring", node: "pi3" })).toBe("KubeNodeNotReady pi3");
  });
});

describe("statements", () => {
  it("are noted and judged once", () => {
    const story = proposedStory();
    tell(story, { fact: "statement", approval: "approval-1" });
    const before = story.run;
    expect(tell(story, { fact: "statement", approval: "approval-1" }).run).toBe(before);
    expect(owed(story).filter((words) => words.startsWith("judgement"))).toHaveLength(1);
  });

  it("of a review that is being judged are left to that judgement, whoever else finds its record", () => {
    const story = proposedStory();
    bring(story, "merge.requested look", seen({ reviews: [5] }));
    const before = story.run;
    expect(owed(story).filter((words) => words.startsWith("judgement"))).toHaveLength(1);
    expect(tell(story, { fact: "statement", approval: approvalName(REPOSITORY, "review", 5) }).run).toBe(before);
  });

  it("wait for the sweep while very much is owed, and are noted when there is room", () => {
    const story = proposedStory();
    for (let count = 0; count < 100; count += 1) tell(story, { fact: "statement", approval: `approval-${count}` });
    expect([story.run.outbox.length <= 40, story.run.noted.length < 40]).toEqual([true, true]);
    const next = `approval-${story.run.noted.length}`;
    bring(story, "judgement.requested", { result: "judged", verdict: { verdict: "ignored" } });
    tell(story, { fact: "statement", approval: next });
    expect(story.run.noted).toContain(next);
  });

  it("over two hundred are left out with one warning, and write nothing more", () => {
    const story = proposedStory();
    story.run = { ...story.run, noted: Array.from({ length: 200 }, (_none, index) => `old-${index}`) };
    tell(story, { fact: "statement", approval: "new-1" });
    const before = story.run;
    expect(before.warnings).toEqual(["too many statements: the newest are not noted"]);
    expect(tell(story, { fact: "statement", approval: "new-2" }).run).toBe(before);
  });

  it("are each answered, also those that count for nothing", () => {
    const story = proposedStory();
    const judge = (result: Parameters<typeof bring>[2]): string[] => {
      tell(story, { fact: "statement", approval: `approval-${story.run.noted.length}` });
      bring(story, "judgement.requested", result);
      const said = owed(story).filter((words) => words.startsWith("notification"));
      for (const words of said) bring(story, words, SAID);
      return said;
    };
    expect(judge({ result: "judged", verdict: { verdict: "refused", words: "you may not" }, change: 1, comment: 5 })).toEqual([
      "notification.requested refused",
    ]);
    expect(judge(yes({ head: "9".repeat(40) }))).toEqual(["notification.requested refused"]);
    expect(judge({ result: "judged", verdict: { verdict: "ignored" }, change: 1, comment: 5 })).toEqual([]);
    expect(judge({ result: "judged", verdict: { verdict: "waits", approval: "a", missing: "one more" }, change: 1, comment: 5 })).toEqual([
      "notification.requested waiting",
    ]);
    expect(judge({ result: "judged", verdict: { verdict: "waits", approval: "a", missing: "one more" }, change: 1, comment: 6 })).toEqual([
      "notification.requested waiting",
    ]);
    expect(judge({ result: "judged", verdict: { verdict: "rejected", by: "ada", words: "not now" }, change: 1, comment: 7 })).toEqual([
      "notification.requested rejected",
    ]);
    expect(changeIn(story)).toMatchObject({ state: "rejected", reason: "rejected by ada: not now" });
    expect(judge(yes())).toEqual(["notification.requested refused"]);
  });

  it("of a second yes on the way to the merge only get their reaction", () => {
    const story = approvedStory();
    tell(story, { fact: "statement", approval: "approval-2" });
    bring(story, "judgement.requested", yes({ comment: 100 }));
    expect(owed(story)).toEqual(["merge.requested merge", "notification.requested reaction"]);
  });

  it("that stop the run are obeyed", () => {
    const story = proposedStory();
    tell(story, { fact: "statement", approval: "approval-1" });
    bring(story, "judgement.requested", { result: "judged", verdict: { verdict: "stop", by: "ada" }, comment: 5 });
    expect([story.run.phase, owed(story)]).toEqual([
      "stopped",
      ["notification.requested reaction", "proposal.requested close stopped", "notification.requested stopped"],
    ]);
  });
});

describe("a repository's standing run", () => {
  function standing(): Story {
    const story: Story = { ...startStory(), now: START };
    story.run = decideStart(repositoryRun(REPOSITORY, "main", contextOf(story)), contextOf(story)).run;
    return story;
  }

  it("has a name of its own, and owes the catalog and the looks at all again and again, for ever", () => {
    const story = standing();
    expect(repositoryRunId(REPOSITORY)).toMatch(/^repository-[0-9a-f]{32}$/);
    expect(owed(story)).toEqual(["catalog.requested", "merge.requested look-all", "verification.requested +5"]);
    bring(story, "catalog.requested", { result: "catalog-loaded" });
    bring(story, "merge.requested look-all", { result: "surveyed" });
    expect(owed(story)).toEqual(["verification.requested +5", "catalog.requested +15", "merge.requested look-all +5"]);
    bring(story, "verification.requested", { result: "looked" });
    expect(owed(story)).toContain("verification.requested +5");
    tell(story, { fact: "push" });
    expect(owed(story)).toContain("catalog.requested");
  });

  it("gives up none of them, whatever fails", () => {
    const story = standing();
    fail(story, "verification.requested", { failure: "terminal", error: "broken" });
    fail(story, "catalog.requested", { failure: "terminal", error: "broken" });
    for (let crashes = 0; crashes < 6; crashes += 1) fail(story, "merge.requested look-all", { failure: "crash", error: "out of memory" });
    expect(
      owed(story)
        .map((words) => words.replace(/ \+.*/, ""))
        .toSorted(),
    ).toEqual(["catalog.requested", "merge.requested look-all", "verification.requested"]);
    expect(story.run.phase).toBe("running");
  });
});

describe("a run that is made again from its pull request", () => {
  const orphan: Orphan = {
    pipeline: CRASH_LOOP,
    pipelineCommit: "e".repeat(40),
    repository: REPOSITORY,
    baseRef: "main",
    branch: "anchorwatch/5f0c2a-1",
    pullRequest: 12,
    head: HEAD,
    title: "revert",
    change: 1,
    incidentKey: "incident",
    cause: "cause-1",
  };

  function adopted(now = START): Story {
    const story: Story = { ...startStory(), now };
    story.run = decideStart(adoptedRun(orphan, contextOf(story)), contextOf(story)).run;
    return story;
  }

  it("fits its schema, plans its head again, and asks again", () => {
    const story = adopted();
    expect(RunSchema.safeParse(story.run).error).toBeUndefined();
    expect([changeIn(story).state, owed(story), story.run.steps.map(({ state }) => state)]).toEqual([
      "head-moved",
      ["plan.requested head"],
      ["succeeded", "running"],
    ]);
    bring(story, "plan.requested head", planned({}, HEAD));
    expect([changeIn(story).state, owed(story).includes("notification.requested ask-again")]).toEqual(["proposed", true]);
    bring(story, "verification.requested", NOT_YET);
    later(story, 1);
  });

  it("gives no event an id of its first life", () => {
    const first = new Set([startStory(), proposedStory(), appliedStory()].flatMap(({ run }) => run.outbox.map(({ id }) => id)));
    expect(adopted(START + MINUTE_MS).run.outbox.filter(({ id }) => first.has(id))).toEqual([]);
  });

  it("takes a merge that happened meanwhile as it is", () => {
    const story = adopted();
    bring(story, "plan.requested head", planned({}, HEAD));
    bring(story, "merge.requested look", seen({ state: "merged", mergeCommit: "c".repeat(40) }));
    expect(changeIn(story).state).toBe("merged");
  });
});

describe("a proposal", () => {
  it("is planned again when the base moves under it, three times, then fails", () => {
    const story = startStory();
    bring(story, "tool.requested", FOUND);
    for (let times = 0; times < 4; times += 1) {
      bring(story, "plan.requested remedy", planned());
      bring(story, "proposal.requested open", { result: "replan", words: "another commit" });
    }
    expect(changeIn(story)).toMatchObject({ state: "failed", reason: "planned 4 times, and the branch moved on each time: another commit" });
  });

  it("steps back behind another run's on the same lines", () => {
    const story = startStory();
    bring(story, "tool.requested", FOUND);
    bring(story, "plan.requested", planned());
    bring(story, "proposal.requested open", { result: "held", by: "other" });
    expect([changeIn(story).state, story.run.phase, owed(story)]).toEqual(["superseded", "failed", ["notification.requested superseded"]]);
  });
});
