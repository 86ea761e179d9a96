/** Claim, act, decide, write: one owed event is worked on once, and every way to fail ends somewhere. */
import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../../../functions/core/adapters/memory/memory-store.ts";
import { createMemorySwitch } from "../../../functions/core/adapters/memory/memory-switch.ts";
import { decideStart } from "../../../functions/core/engine/decide.ts";
import type { Result } from "../../../functions/core/engine/results.ts";
import { incidentRun } from "../../../functions/core/engine/start.ts";
import { type ToolRequest, ToolRequested } from "../../../functions/core/events/catalog.ts";
import type { Run } from "../../../functions/core/records/run.ts";
import { consume, type Consumed } from "../../../functions/core/shell/consume.ts";
import type { Effect, FunctionDefinition } from "../../../functions/core/shell/define-function.ts";
import { Retryable, Terminal } from "../../../functions/core/shell/outcome.ts";
import type { Shell } from "../../../functions/core/shell/shell.ts";

const MINUTE_MS = 60_000;
const RUN = "r1";
const DONE: Result = { result: "tool", output: { refusal: "nothing to do" }, record: "t1" };

/** A function as a value, not declared: the one that is stands in functions/. */
function calling(handle: (effect: Effect<ToolRequest>) => Promise<Result>): FunctionDefinition<ToolRequest, object> {
  return { name: "tool-call", consumes: ToolRequested, limitMs: 1_000, handle };
}

interface Bench {
  readonly shell: Shell;
  /** Delivers the tool request that the run owes now; undefined when it owes none. */
  deliver(handle: () => Promise<Result>): Promise<Consumed | undefined>;
  run(): Promise<Run>;
  later(minutes: number): void;
  readonly store: ReturnType<typeof createMemoryStore>;
}

async function bench(): Promise<Bench> {
  let now = 1_800_000_000_000;
  const clock = { now: () => now, after: () => () => undefined };
  const store = createMemoryStore();
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const shell: Shell = {
    store,
    clock,
    switch: createMemorySwitch(clock),
    events: { post: () => Promise.resolve() },
    log: quiet,
    minuteMs: MINUTE_MS,
    holder: "test",
  };
  const context = { runId: RUN, now, minuteMs: MINUTE_MS, stoodStillMs: 0 };
  const alert = { fingerprint: "f", status: "firing" as const, startsAt: now, labels: { alertname: "A" }, annotations: {} };
  const pipeline = { name: "p", on: {}, steps: [{ id: "find", needs: [], tool: "find_problems", with: {} }] };
  const start = { pipeline, pipelineCommit: "0", repository: { id: 1, name: "home/gitops" }, baseRef: "main", incidentKey: "k", alerts: [alert] };
  await store.create("Run", RUN, decideStart(incidentRun(start, context), context).run);
  const run = async (): Promise<Run> => {
    const stored = await store.read("Run", RUN);
    if (!stored) throw new Error("the run is gone");
    return stored.record;
  };
  return {
    shell,
    store,
    run,
    later: (minutes) => {
      now += minutes * MINUTE_MS;
    },
    async deliver(handle) {
      const entry = (await run()).outbox.find((owed) => owed.type === ToolRequested.type);
      const definition = calling(handle);
      return entry && (await consume(definition, { id: entry.id, runId: RUN }, { shell, connect: () => ({}) }));
    },
  };
}

describe("consuming an owed event", () => {
  it("does the work once for two deliveries at once", async () => {
    const { deliver, run } = await bench();
    let calls = 0;
    const handle = async (): Promise<Result> => {
      calls += 1;
      await Promise.resolve();
      return DONE;
    };
    const answers = await Promise.all([deliver(handle), deliver(handle)]);
    expect(calls).toBe(1);
    expect(new Set(answers)).toEqual(new Set(["done", "held"]));
    expect((await run()).steps[0]?.state).toBe("succeeded");
  });

  it("fails the step after five attempts without a result, without a sixth call, and says so", async () => {
    const { deliver, run, later } = await bench();
    let calls = 0;
    const handle = (): Promise<Result> => {
      calls += 1;
      return Promise.reject(new Error("out of memory"));
    };
    for (let attempt = 0; attempt < 7; attempt += 1) {
      await deliver(handle);
      later(attempt < 3 ? 4 : 8);
    }
    expect(calls).toBe(5);
    expect((await run()).steps[0]).toMatchObject({ state: "failed", error: expect.stringContaining("gave up after 5 attempts") as string });
  });

  it("gives a claim whose holder died to the next delivery, when its time is over", async () => {
    const { deliver, run, shell, later } = await bench();
    const dying: Shell = { ...shell, checkpoint: (place) => (place === "after-claim" ? fail() : undefined) };
    const entry = (await run()).outbox.find((owed) => owed.type === ToolRequested.type);
    const definition = calling(() => Promise.resolve(DONE));
    await expect(consume(definition, { id: entry?.id ?? "", runId: RUN }, { shell: dying, connect: () => ({}) })).rejects.toThrow("killed");
    expect(await deliver(() => Promise.resolve(DONE))).toBe("held");
    later(1);
    expect(await deliver(() => Promise.resolve(DONE))).toBe("done");
    expect((await run()).steps[0]?.state).toBe("succeeded");
  });

  it("ends the step at once on a terminal failure, and tries again later on one that may pass", async () => {
    const first = await bench();
    await first.deliver(() => Promise.reject(new Terminal("no such tool")));
    expect((await first.run()).steps[0]).toMatchObject({ state: "failed", error: "no such tool" });
    const second = await bench();
    await second.deliver(() => Promise.reject(new Retryable("not now")));
    expect((await second.run()).outbox.find((owed) => owed.type === ToolRequested.type)).toMatchObject({ attempt: 0, tries: 1 });
    expect(await second.deliver(() => Promise.resolve(DONE))).toBe("not-owed");
    second.later(1);
    expect(await second.deliver(() => Promise.resolve(DONE))).toBe("done");
  });

  it("does nothing while it is paused, and knows no event that is not owed", async () => {
    const { deliver, shell, run } = await bench();
    const control = createMemorySwitch(shell.clock);
    await control.pause({ reason: "by hand" });
    const entry = (await run()).outbox.find((owed) => owed.type === ToolRequested.type);
    const definition = calling(() => Promise.resolve(DONE));
    const bound = { shell, connect: () => ({}) };
    expect(await consume(definition, { id: entry?.id ?? "", runId: RUN }, { ...bound, shell: { ...shell, switch: control } })).toBe("paused");
    expect(await consume(definition, { id: "0".repeat(32), runId: RUN }, bound)).toBe("not-owed");
    expect(await consume(definition, { id: "0".repeat(32), runId: "another" }, bound)).toBe("unknown-run");
    expect(await deliver(() => Promise.resolve(DONE))).toBe("done");
  });

  it("hears what moves the kill switch while that stands on, by what the run owes and not by the delivery", async () => {
    const { shell, run, store } = await bench();
    const control = createMemorySwitch(shell.clock);
    await control.pause({ reason: "by hand" });
    const before = await run();
    const entry = before.outbox.find((owed) => owed.type === ToolRequested.type);
    const stored = await store.read("Run", RUN);
    const outbox = before.outbox.map((owed) => (owed.id === entry?.id ? { ...owed, whilePaused: true } : owed));
    await store.replace("Run", RUN, { ...before, outbox }, stored?.version ?? "");
    let guarded = false;
    const definition = calling(async (effect) => {
      await effect.guard();
      guarded = true;
      return DONE;
    });
    const bound = { shell: { ...shell, switch: control }, connect: () => ({}) };
    expect(await consume(definition, { id: entry?.id ?? "", runId: RUN }, bound)).toBe("done");
    expect(guarded).toBe(true);
    expect(await consume(definition, { id: entry?.id ?? "", runId: RUN }, bound)).toBe("paused");
  });

  it("keeps what newer code wrote, and reads what older code left out", async () => {
    const { deliver, run, store } = await bench();
    const { warnings: _warnings, stoodStillMs: _stoodStill, ...older } = await run();
    store.putRaw("Run", RUN, JSON.stringify({ ...older, schema: 2, newField: { kept: true } }), { open: "yes" });
    expect(await deliver(() => Promise.resolve(DONE))).toBe("done");
    expect(await run()).toMatchObject({ newField: { kept: true }, warnings: [] });
  });
});

function fail(): never {
  throw new Error("killed");
}
