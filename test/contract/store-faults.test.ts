/** The store in memory goes wrong on demand as a real one would: believable conflicts, lost answers, crashes, all from one seed. */
import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../../functions/core/adapters/memory/memory-store.ts";
import { Unavailable } from "../../functions/core/ports/errors.ts";
import { aLock, aRun } from "./store-records.ts";

/** Draws in turn; 1 (nothing happens) when they are used up. */
const drawing =
  (...draws: number[]): (() => number) =>
  () =>
    draws.shift() ?? 1;

/** A small seeded generator (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe("another writer is first", () => {
  it("conflicts a replace, and the version that is read again can be replaced", async () => {
    const store = createMemoryStore({ random: drawing(0), conflictRate: 0.5 });
    store.putRaw("Run", "run-a", JSON.stringify(aRun()));
    const before = await store.read("Run", "run-a");
    await expect(store.replace("Run", "run-a", aRun({ ordinal: 1 }), before?.version ?? "")).rejects.toMatchObject({ kind: "conflict" });
    const after = await store.read("Run", "run-a");
    expect(after).toMatchObject({ record: before?.record });
    expect(after?.version).not.toBe(before?.version);
    await expect(store.replace("Run", "run-a", aRun({ ordinal: 1 }), after?.version ?? "")).resolves.toMatchObject({ record: { ordinal: 1 } });
  });

  it("makes a create meet its name, with a record there to read", async () => {
    const store = createMemoryStore({ random: drawing(0), conflictRate: 0.5 });
    await expect(store.create("Lock", "l", aLock())).rejects.toMatchObject({ kind: "exists" });
    expect((await store.read("Lock", "l"))?.record).toEqual(aLock());
  });

  it("never breaks the promise that one of two replaces of a version wins", async () => {
    const store = createMemoryStore({ random: seeded(3), conflictRate: 0.3 });
    store.putRaw("Run", "run-a", JSON.stringify(aRun()));
    let done = 0;
    for (let round = 0; round < 200; round += 1) {
      const read = await store.read("Run", "run-a");
      const next = aRun({ ordinal: (read?.record.ordinal ?? 0) + 1 });
      const ends = await Promise.allSettled([0, 1].map(() => store.replace("Run", "run-a", next, read?.version ?? "")));
      const won = ends.filter(({ status }) => status === "fulfilled").length;
      expect(won).toBeLessThanOrEqual(1);
      done += won;
    }
    expect((await store.read("Run", "run-a"))?.record.ordinal).toBe(done);
    expect(done).toBeGreaterThan(100);
    expect(done).toBeLessThan(200);
  });
});

describe("a call is lost", () => {
  it("leaves a write undone, or done without an answer", async () => {
    const store = createMemoryStore({ random: drawing(0, 0.2, 0, 0.8), unavailableRate: 0.1 });
    await expect(store.create("Lock", "lost", aLock())).rejects.toBeInstanceOf(Unavailable);
    await expect(store.create("Lock", "unanswered", aLock())).rejects.toBeInstanceOf(Unavailable);
    expect(await store.read("Lock", "lost")).toBeUndefined();
    expect((await store.read("Lock", "unanswered"))?.record).toEqual(aLock());
  });

  it("fails reads and lists too", async () => {
    const store = createMemoryStore({ random: drawing(0, 0), unavailableRate: 0.1 });
    await expect(store.read("Lock", "l")).rejects.toBeInstanceOf(Unavailable);
    await expect(store.list("Lock")).rejects.toBeInstanceOf(Unavailable);
    expect((await store.list("Lock")).items).toEqual([]);
  });
});

describe("the process dies at a write", () => {
  it.each([
    ["before", undefined],
    ["after", aLock()],
  ] as const)("dies right %s it: what was written is there, nothing else", async (moment, left) => {
    const seen: string[] = [];
    const store = createMemoryStore({
      onWrite(when, operation, kind, name) {
        seen.push(`${when} ${operation} ${kind} ${name}`);
        if (when === moment) throw new Error("killed");
      },
    });
    await expect(store.create("Lock", "l", aLock())).rejects.toThrow("killed");
    expect((await store.read("Lock", "l"))?.record).toEqual(left);
    expect(seen.at(-1)).toBe(`${moment} create Lock l`);
  });
});

it("goes wrong in the same places from the same seed", async () => {
  const story = async (): Promise<readonly string[]> => {
    const store = createMemoryStore({ random: seeded(11), conflictRate: 0.3, unavailableRate: 0.3 });
    const ends: string[] = [];
    for (let at = 0; at < 60; at += 1) ends.push(await store.create("Lock", `l-${at % 7}`, aLock()).then(({ version }) => version, String));
    return ends;
  };
  const first = await story();
  expect(await story()).toEqual(first);
  expect(first.some((end) => end.startsWith("Unavailable"))).toBe(true);
});
