/** Conflicts, lost claims, limits and kills around an effect: it happens once, and its result is written once or not at all. */
import { describe, expect, it } from "vitest";
import { decideFact, decideStart } from "../../../functions/core/engine/decide.ts";
import type { Result } from "../../../functions/core/engine/results.ts";
import { incidentRun } from "../../../functions/core/engine/start.ts";
import { type ToolRequest, ToolRequested } from "../../../functions/core/events/catalog.ts";
import { encodeEvent } from "../../../functions/core/events/codec.ts";
import { Refused, Unavailable } from "../../../functions/core/ports/errors.ts";
import type { OutboxEntry } from "../../../functions/core/records/outbox.ts";
import type { Run } from "../../../functions/core/records/run.ts";
import { consume, type Consumed } from "../../../functions/core/shell/consume.ts";
import type { Effect, FunctionDefinition } from "../../../functions/core/shell/define-function.ts";
import { toCloudEvent } from "../../../functions/core/shell/post.ts";
import { contextOf, createRun, moveRun } from "../../../functions/core/shell/runs.ts";
import { serveEvents } from "../../../functions/core/shell/serve.ts";
import { anAlert, CRASH_LOOP, REFUSED } from "../engine/a-story.ts";
import { aShell, type Bench } from "./a-shell.ts";

const RUN = "r1";
type Handle = (effect: Effect<ToolRequest>) => Promise<Result>;

function calling(handle: Handle, limitMs = 1_000): FunctionDefinition<ToolRequest, object> {
  return { name: "tool-call", consumes: ToolRequested, limitMs, handle };
}

async function begin(options: Parameters<typeof aShell>[0] = {}): Promise<Bench> {
  const bench = aShell(options);
  const context = await contextOf(bench.shell, RUN);
  const start = { pipeline: CRASH_LOOP, pipelineCommit: "e".repeat(40), repository: { id: 7, name: "home/gitops" }, baseRef: "main" };
  await createRun(bench.shell, RUN, decideStart(incidentRun({ ...start, incidentKey: "k", alerts: [anAlert()] }, context), context));
  return bench;
}

async function runOf({ store }: Bench): Promise<Run> {
  const stored = await store.read("Run", RUN);
  if (!stored) throw new Error("the run is gone");
  return stored.record;
}

async function entryOf(bench: Bench): Promise<OutboxEntry> {
  const entry = (await runOf(bench)).outbox.find(({ type }) => type === ToolRequested.type);
  if (!entry) throw new Error("nothing is owed");
  return entry;
}

async function deliver(bench: Bench, handle: Handle, limitMs?: number): Promise<Consumed> {
  const { id } = await entryOf(bench);
  return await consume(calling(handle, limitMs), { id, runId: RUN }, { shell: bench.shell, connect: () => ({}) });
}

/** Changes a run's record as another version of the code, or another writer, would. */
async function rewrite({ store }: Bench, change: (run: Run) => Run): Promise<void> {
  const stored = await store.read("Run", RUN);
  if (stored) await store.replace("Run", RUN, change(stored.record), stored.version);
}

const alerted = (bench: Bench, fingerprint: string): Promise<unknown> =>
  moveRun(bench.shell, RUN, (run, context) => decideFact(run, { fact: "alerts", alerts: [anAlert({ fingerprint })] }, context));

describe("a conflict", () => {
  it("applies the result to what another wrote meanwhile, and does the effect once", async () => {
    const bench = await begin();
    let calls = 0;
    const answer = await deliver(bench, async () => {
      calls += 1;
      await alerted(bench, "f2");
      return REFUSED;
    });
    const run = await runOf(bench);
    expect([answer, calls, run.steps[0]?.state]).toEqual(["done", 1, "succeeded"]);
    expect(run.incident?.alerts.map(({ fingerprint }) => fingerprint)).toEqual(["f1", "f2"]);
  });

  it("is survived often, in claim and write, and the effect still happens once", async () => {
    let draw = 0;
    const bench = await begin({ random: () => ((draw += 1) % 4) / 4, conflictRate: 0.7 });
    let calls = 0;
    await deliver(bench, () => {
      calls += 1;
      return Promise.resolve(REFUSED);
    });
    expect([calls, (await runOf(bench)).steps[0]?.state]).toEqual([1, "succeeded"]);
  });

  it("that never ends is answered with Unavailable before the effect, so that the sender tries again", async () => {
    let isHostile = false;
    const bench = await begin({ random: () => (isHostile ? 0 : 1), conflictRate: 0.5 });
    const { id } = await entryOf(bench);
    isHostile = true;
    let calls = 0;
    const handle = (): Promise<Result> => {
      calls += 1;
      return Promise.resolve(REFUSED);
    };
    await expect(consume(calling(handle), { id, runId: RUN }, { shell: bench.shell, connect: () => ({}) })).rejects.toBeInstanceOf(Unavailable);
    expect(calls).toBe(0);
  });
});

describe("a claim that is lost", () => {
  it("makes its late result count for nothing: who took over decides", async () => {
    const bench = await begin();
    const { id } = await entryOf(bench);
    let second: Consumed | undefined;
    const first = await deliver(bench, async () => {
      bench.later(1);
      const taking = calling(() => Promise.resolve({ result: "tool", record: "second", output: { refusal: "second" } }));
      second = await consume(taking, { id, runId: RUN }, { shell: bench.shell, connect: () => ({}) });
      return { result: "tool", record: "first", output: { refusal: "first" } };
    });
    expect([first, second, (await runOf(bench)).steps[0]?.result]).toEqual(["done", "done", "second"]);
  });
});

describe("the limit", () => {
  it("ends a handler that is too slow as a crash, fires its signal, and stops its late effects", async () => {
    const bench = await begin();
    let late: Promise<unknown> = Promise.resolve();
    const answer = await deliver(
      bench,
      (effect) => {
        const aborted = new Promise<void>((resolve) => effect.signal.addEventListener("abort", () => resolve(), { once: true }));
        late = aborted.then(() => effect.guard());
        late.catch(() => undefined);
        return new Promise(() => undefined);
      },
      20,
    );
    await expect(late).rejects.toThrow("the function's limit is past");
    expect([answer, await entryOf(bench)]).toMatchObject(["done", { attempt: 1, tries: 0 }]);
    expect((await runOf(bench)).warnings).toEqual(["dev.anchorwatch.tool.requested: tool-call took longer than 20 ms"]);
  });
});

describe("the kill switch", () => {
  it("stops an effect that is under way before it changes anything, and has it tried again", async () => {
    const bench = await begin();
    let effects = 0;
    await deliver(bench, async (effect) => {
      await bench.control.pause({ reason: "moving house" });
      await effect.guard();
      effects += 1;
      return REFUSED;
    });
    expect([effects, await entryOf(bench)]).toMatchObject([0, { attempt: 0, tries: 1 }]);
  });
});

describe("an owed event that cannot be worked on", () => {
  it("with broken data fails its step, without calling the function", async () => {
    const bench = await begin();
    await rewrite(bench, (run) => ({
      ...run,
      outbox: run.outbox.map((entry) => (entry.type === ToolRequested.type ? { ...entry, data: { step: "find" } } : entry)),
    }));
    let calls = 0;
    await deliver(bench, () => {
      calls += 1;
      return Promise.resolve(REFUSED);
    });
    expect([calls, (await runOf(bench)).steps[0]]).toMatchObject([0, { state: "failed", error: expect.stringContaining("data of event") as string }]);
  });

  it("whose step is over is dropped, and never begun", async () => {
    const bench = await begin();
    const { id } = await entryOf(bench);
    await rewrite(bench, (run) => ({ ...run, steps: run.steps.map((step) => (step.id === "find" ? { ...step, state: "failed" as const } : step)) }));
    let calls = 0;
    await consume(
      calling(() => {
        calls += 1;
        return Promise.resolve(REFUSED);
      }),
      { id, runId: RUN },
      { shell: bench.shell, connect: () => ({}) },
    );
    expect([calls, (await runOf(bench)).outbox.some((entry) => entry.id === id)]).toEqual([0, false]);
  });

  it("that another function consumes, or that is not due, is left alone", async () => {
    const bench = await begin();
    const { id } = await entryOf(bench);
    const other = { ...calling(() => Promise.resolve(REFUSED)), consumes: { ...ToolRequested, type: "dev.anchorwatch.other" } };
    expect(await consume(other, { id, runId: RUN }, { shell: bench.shell, connect: () => ({}) })).toBe("not-owed");
    await rewrite(bench, (run) => ({ ...run, outbox: run.outbox.map((entry) => ({ ...entry, at: bench.now() + 1 })) }));
    expect(await deliver(bench, () => Promise.resolve(REFUSED))).toBe("not-owed");
  });
});

describe("a result that does not fit", () => {
  it("fails the step with the reason, and the run goes on", async () => {
    const bench = await begin();
    await deliver(bench, () => Promise.resolve({ result: "tool", record: "NOT A NAME", output: {} }));
    const run = await runOf(bench);
    expect(run.steps[0]).toMatchObject({ state: "failed", error: expect.stringContaining("its result does not fit the run") as string });
    expect(run.phase).toBe("failed");
  });
});

describe("what a handler throws", () => {
  it.each([
    ["Refused ends the step", new Refused("403: no"), { state: "failed", error: "403: no" }],
    ["Unavailable is tried again", new Unavailable("no answer"), { state: "running" }],
    ["anything else is a crash", new TypeError("x is not a function"), { state: "running" }],
  ])("%s", async (_name, error, step) => {
    const bench = await begin();
    await deliver(bench, () => Promise.reject(error));
    expect((await runOf(bench)).steps[0]).toMatchObject(step);
  });
});

describe("records of other versions", () => {
  it("alternate on one run: what newer code wrote is kept at every level, what older code left out is filled in", async () => {
    const bench = await begin();
    const { warnings: _warnings, stoodStillMs: _stood, ...older } = await runOf(bench);
    const newer = {
      ...older,
      schema: 2,
      future: { a: 1 },
      outbox: older.outbox.map((entry) => ({ ...entry, priority: 1 })),
      incident: { ...older.incident, severity: "high" },
    };
    bench.store.putRaw("Run", RUN, JSON.stringify(newer), { open: "yes" });
    await deliver(bench, () => Promise.reject(new Unavailable("later")));
    bench.later(1);
    await deliver(bench, () => Promise.resolve(REFUSED));
    expect(await runOf(bench)).toMatchObject({
      schema: 2,
      future: { a: 1 },
      incident: { severity: "high" },
      steps: [{ state: "succeeded" }, { state: "skipped" }],
    });
    bench.store.putRaw("Run", RUN, JSON.stringify({ ...(await runOf(bench)), schema: 0 }), { open: "yes" });
    await alerted(bench, "f2");
    expect((await runOf(bench)).incident?.alerts).toHaveLength(2);
  });

  it("two versions away are not guessed at", async () => {
    const bench = await begin();
    const { id } = await entryOf(bench);
    bench.store.putRaw("Run", RUN, JSON.stringify({ ...(await runOf(bench)), schema: 3 }), { open: "yes" });
    const delivery = consume(
      calling(() => Promise.resolve(REFUSED)),
      { id, runId: RUN },
      { shell: bench.shell, connect: () => ({}) },
    );
    await expect(delivery).rejects.toMatchObject({ kind: "corrupt" });
  });
});

describe("over HTTP", () => {
  async function post(bench: Bench, headers: Record<string, string>, body: string): Promise<[number, string]> {
    const app = serveEvents(
      calling(() => Promise.resolve(REFUSED)),
      { shell: bench.shell, connect: () => ({}) },
    );
    const response = await app.request("/events", { method: "POST", headers, body });
    return [response.status, await response.text()];
  }

  async function message(bench: Bench, overrides: Partial<OutboxEntry> = {}, runId = RUN): Promise<[Record<string, string>, string]> {
    const { headers, body } = encodeEvent(toCloudEvent(runId, { ...(await entryOf(bench)), ...overrides }));
    return [headers, String(body)];
  }

  it("answers 202 without a body to what is owed, and to what is not", async () => {
    const bench = await begin();
    const sent = await message(bench);
    expect([await post(bench, ...sent), await post(bench, ...sent)]).toEqual([
      [202, ""],
      [202, ""],
    ]);
    expect((await runOf(bench)).steps[0]?.state).toBe("succeeded");
  });

  it("reads only the run and the id: what else a delivery says does not count", async () => {
    const bench = await begin();
    const forged = await message(bench, { type: "dev.anchorwatch.merge.requested", data: { mode: "merge", change: 1 } });
    expect(await post(bench, ...forged)).toEqual([202, ""]);
    expect((await runOf(bench)).steps[0]?.state).toBe("succeeded");
  });

  it("answers 422 to what belongs to no run, and 503 where nothing could be written", async () => {
    const bench = await begin();
    expect(await post(bench, ...(await message(bench, {}, "unknown")))).toEqual([422, ""]);
    expect(await post(bench, { "content-type": "application/json" }, "{}")).toEqual([422, ""]);
    const sent = await message(bench);
    const away = { ...bench, shell: { ...bench.shell, store: { ...bench.store, read: () => Promise.reject(new Unavailable("the disk is gone")) } } };
    expect(await post(away, ...sent)).toEqual([503, ""]);
    bench.store.putRaw("Run", RUN, "{", { open: "yes" });
    expect(await post(bench, ...sent)).toEqual([503, ""]);
  });
});
