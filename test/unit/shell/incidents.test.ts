/** One run per incident and firing, however many bodies come at once, and whatever died half way (engine.md 4). */
import { describe, expect, it } from "vitest";
import { decideFact } from "../../../functions/core/engine/decide.ts";
import { incidentKey, incidentRunId } from "../../../functions/core/engine/incident.ts";
import type { Alert } from "../../../functions/core/records/alert.ts";
import type { Run } from "../../../functions/core/records/run.ts";
import { type Incident, lockName, receiveIncident } from "../../../functions/core/shell/incidents.ts";
import { contextOf, moveRun } from "../../../functions/core/shell/runs.ts";
import { CRASH_LOOP } from "../engine/a-story.ts";
import { aShell, all, type Bench, NOW } from "./a-shell.ts";

const LABELS = { alertname: "KubePodCrashLooping", namespace: "web", pod: "shop-5d9c7b8f6-x2x9k" };
const KEY = incidentKey(LABELS);
const START = { pipeline: CRASH_LOOP, pipelineCommit: "e".repeat(40), repository: { id: 7, name: "home/gitops" }, baseRef: "main" };

function alert(overrides: Partial<Alert> = {}): Alert {
  return { fingerprint: "f1", status: "firing", startsAt: NOW, labels: LABELS, annotations: {}, ...overrides };
}

function incident(alerts: readonly Alert[], start: Incident["start"] = START): Incident {
  return { key: KEY, alerts, start };
}

const receive = (bench: Bench, ...alerts: readonly Alert[]): ReturnType<typeof receiveIncident> =>
  receiveIncident(bench.shell, incident(alerts), { causeId: "c" });
const FIRST = incidentRunId(KEY, [alert()]);

async function runOf({ store }: Bench, name: string): Promise<Run> {
  const stored = await store.read("Run", name);
  if (!stored) throw new Error(`there is no run ${name}`);
  return stored.record;
}

async function stop({ shell }: Bench, run: string): Promise<void> {
  await moveRun(shell, run, (record, context) => decideFact(record, { fact: "stop", by: "ada" }, context));
}

describe("receiving an incident", () => {
  it("makes its lock and its run, and posts what the run owes", async () => {
    const bench = aShell();
    expect(await receive(bench, alert())).toBe("stored");
    expect((await bench.store.read("Lock", lockName(KEY)))?.record).toMatchObject({ run: FIRST, what: "incident KubePodCrashLooping web/shop" });
    expect([await all(bench.store, "Run"), bench.posted.map(({ type, runid }) => [type, runid])]).toEqual([[FIRST], [["tool.requested", FIRST]]]);
  });

  it("makes one run of twenty bodies at once, that has noted every alert once", async () => {
    const bench = aShell();
    const bodies = Array.from({ length: 20 }, (_none, index) => receive(bench, alert({ fingerprint: `f${index % 10}` })));
    expect(new Set(await Promise.all(bodies))).toEqual(new Set(["stored"]));
    expect(await all(bench.store, "Run")).toEqual([FIRST]);
    expect((await runOf(bench, FIRST)).incident?.alerts.map(({ fingerprint }) => fingerprint).toSorted()).toEqual(
      Array.from({ length: 10 }, (_none, index) => `f${index}`),
    );
    expect(bench.posted.filter(({ type }) => type === "tool.requested")).toHaveLength(1);
  });

  it("makes exactly the run that the lock names, where its maker died in between", async () => {
    const bench = aShell();
    await bench.store.create("Lock", lockName(KEY), { schema: 1, run: FIRST, what: "incident", takenAt: NOW });
    expect(await receive(bench, alert({ startsAt: NOW + 60_000, fingerprint: "f2" }))).toBe("stored");
    expect(await all(bench.store, "Run")).toEqual([FIRST]);
  });

  it("writes nothing for a body that it knows", async () => {
    const bench = aShell();
    await receive(bench, alert());
    const before = await bench.store.read("Run", FIRST);
    expect(await receive(bench, alert())).toBe("stored");
    expect((await bench.store.read("Run", FIRST))?.version).toBe(before?.version);
  });

  it("starts nothing for what is resolved, or for what no workflow wants", async () => {
    const bench = aShell();
    expect(await receive(bench, alert({ status: "resolved" }))).toEqual({ ignored: "resolved, and no run works on it" });
    const unwanted = await receiveIncident(bench.shell, { key: KEY, alerts: [alert()], start: undefined }, {});
    expect(unwanted).toEqual({ ignored: "no workflow has a trigger for it" });
    expect([await all(bench.store, "Lock"), await all(bench.store, "Run")]).toEqual([[], []]);
  });

  it("makes a run for an incident whose labels nobody could store whole", async () => {
    const bench = aShell();
    const labels = {
      ...LABELS,
      ...Object.fromEntries(Array.from({ length: 300 }, (_none, index) => [`l${index}`, "x".repeat(1_000)])),
      ["n".repeat(300)]: "long",
    };
    expect(await receive(bench, alert({ labels }))).toBe("stored");
    expect(await all(bench.store, "Run")).toEqual([FIRST]);
  });
});

describe("an incident whose run has ended", () => {
  it("has had its run for this firing, and gets a new one for the next", async () => {
    const bench = aShell();
    await receive(bench, alert());
    await stop(bench, FIRST);
    expect(await receive(bench, alert())).toEqual({ ignored: "this firing has had its run" });
    expect(await receive(bench, alert({ status: "resolved" }))).toEqual({ ignored: "resolved, and its run has ended" });
    const again = alert({ startsAt: NOW + 3_600_000 });
    const next = incidentRunId(KEY, [again]);
    expect(new Set(await Promise.all([receive(bench, again), receive(bench, again), receive(bench, again)]))).toEqual(new Set(["stored"]));
    expect((await all(bench.store, "Run")).toSorted()).toEqual([FIRST, next].toSorted());
    expect((await bench.store.read("Lock", lockName(KEY)))?.record.run).toBe(next);
  });

  it("loses no firing that comes in the very moment in which the run ends", async () => {
    const bench = aShell();
    await receive(bench, alert());
    const again = alert({ startsAt: NOW + 3_600_000 });
    const store: Bench["store"] = {
      ...bench.store,
      async create(kind, name, record) {
        if (kind === "Run") await stop(bench, FIRST); // The run was live when it was looked at, and ends before this is written.
        return await bench.store.create(kind, name, record);
      },
    };
    expect(await receiveIncident({ ...bench.shell, store }, incident([again]), {})).toBe("stored");
    expect((await all(bench.store, "Run")).toSorted()).toEqual([FIRST, incidentRunId(KEY, [again])].toSorted());
  });

  it("attaches to a run that is ending, and what is resolved to one that lives", async () => {
    const bench = aShell();
    await receive(bench, alert());
    expect(await receive(bench, alert({ status: "resolved" }))).toBe("stored");
    expect((await runOf(bench, FIRST)).incident?.alerts).toMatchObject([{ status: "resolved" }]);
    expect((await contextOf(bench.shell, FIRST)).now).toBe(NOW);
  });
});

describe("a store that is hard to reach", () => {
  it("stores the incident whatever conflicts there are, once", async () => {
    let draw = 0;
    const random = (): number => ((draw += 1) % 3) / 3;
    const bench = aShell({ random, conflictRate: 0.3 });
    await receive(bench, alert());
    for (let index = 0; index < 10; index += 1) expect(await receive(bench, alert({ fingerprint: `g${index}` }))).toBe("stored");
    expect((await runOf(bench, FIRST)).incident?.alerts).toHaveLength(11);
  });
});
