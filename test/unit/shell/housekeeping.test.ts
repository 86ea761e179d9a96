/** Locks, the sweep and pruning: what is owed is found again, what has served its time goes, nothing else does. */
import { describe, expect, it } from "vitest";
import { decideStart } from "../../../functions/core/engine/decide.ts";
import { incidentRun, repositoryRunId } from "../../../functions/core/engine/start.ts";
import type { Approval } from "../../../functions/core/records/approval.ts";
import type { Run } from "../../../functions/core/records/run.ts";
import { takeLocks } from "../../../functions/core/shell/locks.ts";
import { prune } from "../../../functions/core/shell/prune.ts";
import { contextOf, createRun } from "../../../functions/core/shell/runs.ts";
import { sweep } from "../../../functions/core/shell/sweep.ts";
import { anAlert, CRASH_LOOP, proposedStory } from "../engine/a-story.ts";
import { aShell, all, type Bench, DAY_MS, NOW } from "./a-shell.ts";

const REPOSITORY = { id: 7, name: "home/gitops", defaultBranch: "main" };

async function aRun(bench: Bench, name: string, overrides: Partial<Run> = {}): Promise<void> {
  const context = await contextOf(bench.shell, name);
  const start = { pipeline: CRASH_LOOP, pipelineCommit: "e".repeat(40), repository: { id: 7, name: "home/gitops" }, baseRef: "main" };
  const { run, events } = decideStart(incidentRun({ ...start, incidentKey: name, alerts: [anAlert()] }, context), context);
  await createRun(bench.shell, name, { run: { ...run, ...overrides }, events });
}

const ended = (daysAgo: number): Partial<Run> => ({ phase: "succeeded", endedAt: NOW - daysAgo * DAY_MS, outbox: [] });

function anApproval(run: string): Approval {
  return {
    schema: 1,
    run,
    repository: { id: 7, name: "home/gitops" },
    number: 12,
    isPull: true,
    source: "comment",
    sourceId: 5,
    author: { id: 3, login: "ada" },
    verb: "approve",
    argument: "",
    saidAt: NOW,
    recordedAt: NOW,
  };
}

describe("locks", () => {
  it("are held by one run of twenty at once, and every other is told which", async () => {
    const bench = aShell();
    const runs = Array.from({ length: 20 }, (_none, index) => `run-${index}`);
    for (const run of runs) await aRun(bench, run);
    const taken = await Promise.all(runs.map((run) => takeLocks(bench.shell, run, ["file a", "file b"])));
    const winners = runs.filter((_run, index) => taken[index] === "held");
    expect(winners).toHaveLength(1);
    expect(taken.filter((answer) => answer !== "held")).toEqual(Array.from({ length: 19 }, () => ({ by: winners[0] })));
  });

  it("are taken again by the run that holds them, and by another once that has ended and owes nothing", async () => {
    const bench = aShell();
    await aRun(bench, "one", { phase: "succeeded", endedAt: NOW });
    expect(await takeLocks(bench.shell, "one", ["x"])).toBe("held");
    expect(await takeLocks(bench.shell, "one", ["x"])).toBe("held");
    expect(await takeLocks(bench.shell, "two", ["x"])).toEqual({ by: "one" });
    const run = await bench.store.read("Run", "one");
    if (run) await bench.store.replace("Run", "one", { ...run.record, outbox: [] }, run.version);
    expect(await takeLocks(bench.shell, "two", ["x"])).toBe("held");
  });

  it("of a run that is missing are nobody's to take: it may be about to be made again", async () => {
    const bench = aShell();
    await takeLocks(bench.shell, "missing", ["x"]);
    expect(await takeLocks(bench.shell, "two", ["x"])).toEqual({ by: "missing" });
  });
});

describe("the sweep", () => {
  it("makes the standing run, and posts again what is due and free until it is taken", async () => {
    const bench = aShell();
    bench.cutBroker();
    await aRun(bench, "one");
    expect(bench.posted).toEqual([]);
    expect(bench.logged.join("\n")).toContain("event not posted");
    const open = aShell();
    for (const { name, record } of (await bench.store.list("Run")).items) await open.store.create("Run", name, record);
    expect(await sweep(open.shell, [REPOSITORY])).toEqual({ open: 2, posted: 3, adopted: 0, corrupt: [] });
    expect(
      open.posted
        .slice(-3)
        .map(({ type }) => type)
        .toSorted(),
    ).toEqual(["catalog.requested", "merge.requested", "tool.requested"]);
    expect(await all(open.store, "Run")).toContain(repositoryRunId(REPOSITORY));
    expect(await sweep(open.shell, [REPOSITORY])).toMatchObject({ posted: 3 });
  });

  it("posts nothing that is held or not due yet, and writes nothing for it", async () => {
    const bench = aShell();
    await aRun(bench, "one");
    const stored = await bench.store.read("Run", "one");
    if (!stored) throw new Error("the run is gone");
    const outbox = stored.record.outbox.map((entry) => ({ ...entry, claim: { until: NOW + 80_000, holder: "there" } }));
    const { version } = await bench.store.replace("Run", "one", { ...stored.record, outbox, wakeAt: NOW }, stored.version);
    expect(await sweep(bench.shell, [])).toMatchObject({ open: 1, posted: 0 });
    bench.later(2);
    expect(await sweep(bench.shell, [])).toMatchObject({ open: 1, posted: 1 });
    expect((await bench.store.read("Run", "one"))?.version).toBe(version);
  });

  it("stands still while paused", async () => {
    const bench = aShell();
    await aRun(bench, "one");
    await bench.control.pause({ reason: "moving house" });
    expect(await sweep(bench.shell, [REPOSITORY])).toBe("paused");
    expect(await all(bench.store, "Run")).toEqual(["one"]);
  });

  it("posts only what moves the kill switch while paused, and adopts it", async () => {
    const bench = aShell();
    await bench.store.create("Run", "one", proposedStory().run);
    await bench.store.create("Approval", "said-1", { ...anApproval("one"), verb: "resume" });
    await bench.store.create("Approval", "said-2", anApproval("one"));
    await bench.control.pause({ reason: "moving house" });
    await sweep(bench.shell, []);
    const owed = (await bench.store.read("Run", "one"))?.record.outbox.filter(({ data }) => data["of"] === "statement");
    expect(owed?.map(({ data, whilePaused }) => [data["approval"], whilePaused])).toEqual([
      ["said-1", true],
      ["said-2", undefined],
    ]);
    bench.posted.length = 0;
    bench.later(1);
    await sweep(bench.shell, []);
    expect(bench.posted.map(({ type }) => type)).toEqual(["judgement.requested"]);
  });

  it("adopts statements that were recorded and not noted, once", async () => {
    const bench = aShell();
    await bench.store.create("Run", "one", proposedStory().run);
    await bench.store.create("Approval", "said-1", anApproval("one"));
    expect(await sweep(bench.shell, [])).toMatchObject({ adopted: 1 });
    expect((await bench.store.read("Run", "one"))?.record.noted).toEqual(["said-1"]);
    expect(bench.posted.map(({ type }) => type)).toContain("judgement.requested");
    expect(await sweep(bench.shell, [])).toMatchObject({ adopted: 0 });
  });

  it("names what it cannot read, the standing run too, and goes on with the others, over all pages", async () => {
    const bench = aShell();
    const standing = repositoryRunId(REPOSITORY);
    for (const name of ["broken", standing]) bench.store.putRaw("Run", name, "{", { open: "yes" });
    for (let index = 0; index < 60; index += 1) await aRun(bench, `run-${index}`);
    expect(await sweep(bench.shell, [REPOSITORY])).toEqual({ open: 60, posted: 60, adopted: 0, corrupt: ["broken", standing] });
    expect(bench.logged.join("\n")).toContain("broken");
  });
});

describe("pruning", () => {
  it("removes a run fourteen days after its end with all that belongs to it, and nothing younger or unfinished", async () => {
    const bench = aShell();
    await aRun(bench, "old", ended(15));
    await aRun(bench, "young", ended(13));
    await aRun(bench, "owing", { phase: "succeeded", endedAt: NOW - 15 * DAY_MS });
    await bench.store.create("Approval", "said-old", anApproval("old"));
    await bench.store.create("Approval", "said-young", anApproval("young"));
    await prune(bench.shell);
    expect([await all(bench.store, "Run"), await all(bench.store, "Approval")]).toEqual([["owing", "young"], ["said-young"]]);
  });

  it("finds runs that ended long ago, as after a long holiday, within a few hours of sweeps", async () => {
    const bench = aShell();
    await aRun(bench, "ancient", ended(200));
    for (let minutes = 0; minutes < 400; minutes += 1) {
      await prune(bench.shell);
      bench.later(1);
    }
    expect(await all(bench.store, "Run")).toEqual([]);
  });

  it("removes locks seven days after their run's end, however many there are, and leaves none behind without its run", async () => {
    const bench = aShell();
    const lock = { schema: 1, what: "x", takenAt: NOW - 20 * DAY_MS };
    await aRun(bench, "live");
    await aRun(bench, "done", ended(8));
    await aRun(bench, "fresh", ended(6));
    await aRun(bench, "old", ended(15));
    for (let index = 10; index < 40; index += 1) await bench.store.create("Lock", `a-live-${index}`, { ...lock, run: "live" });
    await bench.store.create("Lock", "b-done", { ...lock, run: "done" });
    await bench.store.create("Lock", "b-fresh", { ...lock, run: "fresh" });
    await bench.store.create("Lock", "b-missing", { ...lock, run: "missing" });
    for (let index = 10; index < 40; index += 1) await bench.store.create("Lock", `c-old-${index}`, { ...lock, run: "old" });
    for (let sweeps = 0; sweeps < 5; sweeps += 1) await prune(bench.shell);
    const left = await all(bench.store, "Lock");
    expect(left.filter((name) => !name.startsWith("a-live"))).toEqual(["b-fresh", "b-missing"]);
    expect([left.length, await all(bench.store, "Run")]).toEqual([32, ["done", "fresh", "live"]]);
  });

  it("goes on where a lock has been taken by another meanwhile", async () => {
    const bench = aShell();
    await aRun(bench, "done", ended(8));
    await takeLocks(bench.shell, "done", ["x"]);
    bench.later(8 * 24 * 60);
    await takeLocks(bench.shell, "two", ["x"]);
    await prune(bench.shell);
    expect((await bench.store.list("Lock")).items.map(({ record }) => record.run)).toEqual(["two"]);
  });
});
