/** What every store promises (design 5.5): the suite that each adapter passes, and that a new one must. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Page, type Store, StoreError } from "../../functions/core/ports/store.ts";
import type { Kind } from "../../functions/core/records/kinds.ts";
import { RUN_MAX_BYTES } from "../../functions/core/records/limits.ts";
import { aLock, aRun, aRunWithThread, aToolResult } from "./store-records.ts";

export interface StoreUnderTest {
  readonly store: Store;
  /** Puts a text where a record belongs, past all checks: a broken disk, or another version of the code. */
  readonly putRaw: (kind: Kind, name: string, json: string, indexes?: Readonly<Record<string, string>>) => void | Promise<void>;
  readonly close: () => void | Promise<void>;
}

const kindOf = (error: unknown): unknown => (error instanceof StoreError ? error.kind : error);
const namesOf = (page: Page<Kind>): readonly string[] => page.items.map(({ name }) => name);

/** The StoreError's kind that a call ends with; "done" where it succeeds. */
async function endOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(() => "done", kindOf);
}

async function allNames(store: Store, kind: Kind, limit: number): Promise<readonly string[]> {
  const names: string[] = [];
  for (let after: string | undefined = ""; after !== undefined;) {
    const page: Page<Kind> = await store.list(kind, { limit, after });
    names.push(...namesOf(page));
    after = page.next;
  }
  return names;
}

export function storeContract(name: string, setup: () => StoreUnderTest | Promise<StoreUnderTest>): void {
  describe(`store: ${name}`, () => {
    let tested: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      tested = await setup();
      store = tested.store;
    });
    afterEach(() => tested.close());

    describe("creating and reading", () => {
      it("reads what was created, and nothing where nothing was", async () => {
        const created = await store.create("Run", "run-a", aRun());
        expect(await store.read("Run", "run-a")).toEqual(created);
        expect(created).toMatchObject({ name: "run-a", record: aRun() });
        expect(await store.read("Run", "run-b")).toBeUndefined();
      });

      it("keeps kinds apart under one name", async () => {
        await store.create("Run", "same", aRun());
        expect(await endOf(store.create("Lock", "same", aLock()))).toBe("done");
        expect((await store.read("Lock", "same"))?.record).toEqual(aLock());
      });

      it("refuses to create what exists and leaves it alone", async () => {
        await store.create("Lock", "l", aLock());
        expect(await endOf(store.create("Lock", "l", aLock({ run: "run-b" })))).toBe("exists");
        expect((await store.read("Lock", "l"))?.record.run).toBe("run-a");
      });

      it("lets exactly one of many parallel creates win", async () => {
        const ends = await Promise.all(Array.from({ length: 50 }, (_none, at) => endOf(store.create("Lock", "l", aLock({ run: `run-${at}` })))));
        expect(ends.filter((end) => end === "done")).toHaveLength(1);
        expect(ends.filter((end) => end === "exists")).toHaveLength(49);
        expect((await store.read("Lock", "l"))?.record.run).toBe(`run-${ends.indexOf("done")}`);
      });

      it("shares no object with its callers", async () => {
        const run = aRun();
        const writing = store.create("Run", "run-a", run);
        run.noted.push("changed-after-the-call");
        const created = await writing;
        created.record.noted.push("changed-in-the-answer");
        const read = await store.read("Run", "run-a");
        read?.record.noted.push("changed-in-what-was-read");
        expect((await store.read("Run", "run-a"))?.record.noted).toEqual([]);
      });

      it("keeps any text: quotes, NUL, emoji, half of a surrogate pair", async () => {
        const what = "'\"\\ \u0000 \u{1F6A2} \uD83D ё";
        await store.create("Lock", "l", aLock({ what }));
        expect((await store.read("Lock", "l"))?.record.what).toBe(what);
      });
    });

    describe("replacing and removing", () => {
      it("replaces the version that was read, and only that", async () => {
        const first = await store.create("Run", "run-a", aRun());
        const second = await store.replace("Run", "run-a", aRun({ ordinal: 1 }), first.version);
        expect(await endOf(store.replace("Run", "run-a", aRun({ ordinal: 2 }), first.version))).toBe("conflict");
        expect(await store.read("Run", "run-a")).toEqual(second);
        expect(second.record.ordinal).toBe(1);
      });

      it("gives each write a version of its own, also after a removal", async () => {
        const versions: string[] = [];
        for (let round = 0; round < 3; round += 1) {
          const created = await store.create("Run", "run-a", aRun());
          const replaced = await store.replace("Run", "run-a", created.record, created.version);
          versions.push(created.version, replaced.version);
          await store.remove("Run", "run-a", replaced.version);
        }
        expect(new Set(versions).size).toBe(6);
      });

      it("lets exactly one of many parallel replaces of one version win", async () => {
        const { version } = await store.create("Run", "run-a", aRun());
        const ends = await Promise.all(Array.from({ length: 50 }, (_none, at) => endOf(store.replace("Run", "run-a", aRun({ ordinal: at + 1 }), version))));
        expect(ends.filter((end) => end === "done")).toHaveLength(1);
        expect(ends.filter((end) => end === "conflict")).toHaveLength(49);
        expect((await store.read("Run", "run-a"))?.record.ordinal).toBe(ends.indexOf("done") + 1);
      });

      it("answers a conflict where the record is gone or never was", async () => {
        const { version } = await store.create("Run", "run-a", aRun());
        await store.remove("Run", "run-a", version);
        expect(await endOf(store.replace("Run", "run-a", aRun(), version))).toBe("conflict");
        expect(await endOf(store.replace("Run", "run-b", aRun(), version))).toBe("conflict");
        expect(await store.read("Run", "run-a")).toBeUndefined();
      });

      it("removes the version that was read; again is no error, another version is a conflict", async () => {
        const first = await store.create("Run", "run-a", aRun());
        const second = await store.replace("Run", "run-a", aRun({ ordinal: 1 }), first.version);
        expect(await endOf(store.remove("Run", "run-a", first.version))).toBe("conflict");
        expect(await endOf(store.remove("Run", "run-a", second.version))).toBe("done");
        expect(await endOf(store.remove("Run", "run-a", second.version))).toBe("done");
        expect((await store.list("Run")).items).toEqual([]);
      });

      it("never replaces a record of a create-only kind", async () => {
        const { version } = await store.create("ToolResult", "r", aToolResult());
        expect(await endOf(store.replace("ToolResult", "r", aToolResult({ tool: "other" }), version))).toBe("immutable");
        expect((await store.read("ToolResult", "r"))?.record).toEqual(aToolResult());
      });
    });

    describe("what may be written", () => {
      it.each(["", "Upper", "a_b", "-a", "a/b", "a".repeat(254)])("refuses %j as a name", async (bad) => {
        expect(await endOf(store.create("Run", bad, aRun()))).toBe("invalid");
      });

      it("refuses a record that does not fit its schema, naming the field, and keeps what was there", async () => {
        const { version } = await store.create("Lock", "l", aLock());
        const bad = aLock({ takenAt: -1 });
        await expect(store.create("Lock", "m", bad)).rejects.toMatchObject({ kind: "invalid", message: expect.stringContaining("Lock m: takenAt") });
        expect(await endOf(store.replace("Lock", "l", bad, version))).toBe("invalid");
        expect(await store.read("Lock", "l")).toMatchObject({ version, record: aLock() });
        expect(await store.read("Lock", "m")).toBeUndefined();
      });

      it("measures a record in bytes of canonical JSON, to the byte", async () => {
        const sized = (bytes: number): ReturnType<typeof aRun> => {
          const empty = { ...aRun(), note: "" };
          return { ...empty, note: "é".repeat(Math.floor((bytes - size(empty)) / 2)) + ((bytes - size(empty)) % 2 === 1 ? "x" : "") };
        };
        expect(size(sized(RUN_MAX_BYTES))).toBe(RUN_MAX_BYTES);
        const { version } = await store.create("Run", "fits", sized(RUN_MAX_BYTES));
        expect(await endOf(store.create("Run", "large", sized(RUN_MAX_BYTES + 1)))).toBe("too-large");
        expect(await endOf(store.replace("Run", "fits", sized(RUN_MAX_BYTES + 1), version))).toBe("too-large");
      });

      it("refuses what JSON cannot say", async () => {
        const loop: Record<string, unknown> = {};
        loop["self"] = loop;
        expect(await endOf(store.create("Run", "run-a", { ...aRun(), loop }))).toBe("invalid");
        expect(await endOf(store.create("Run", "run-a", { ...aRun(), big: 1n }))).toBe("invalid");
      });
    });

    describe("records of other versions", () => {
      it("keeps fields that it does not know through read and replace, at every depth", async () => {
        const newer = { ...aRunWithThread(5), later: { a: [1] } };
        Object.assign(newer.thread ?? {}, { colour: "red" });
        await tested.putRaw("Run", "run-a", JSON.stringify(newer));
        const read = await store.read("Run", "run-a");
        await store.replace("Run", "run-a", { ...(read?.record ?? aRun()), ordinal: 9 }, read?.version ?? "");
        expect((await store.read("Run", "run-a"))?.record).toEqual({ ...newer, ordinal: 9 });
      });

      it("reads a record with a field fewer, and writes it back", async () => {
        const { stoodStillMs: _later, ...older } = aRun();
        await tested.putRaw("Run", "run-a", JSON.stringify(older));
        const read = await store.read("Run", "run-a");
        expect(read?.record).toEqual(aRun());
        expect(await endOf(store.replace("Run", "run-a", read?.record ?? aRun(), read?.version ?? ""))).toBe("done");
      });

      it("reads the schema before and after its own, and no further", async () => {
        for (const schema of [-1, 0, 1, 2, 3]) await tested.putRaw("Run", `schema-${schema + 1}`, JSON.stringify({ ...aRun(), schema }));
        const ends = await Promise.all([0, 1, 2, 3, 4].map((at) => endOf(store.read("Run", `schema-${at}`))));
        expect(ends).toEqual(["corrupt", "done", "done", "done", "corrupt"]);
      });

      it("says of a record that cannot be read which it is, and lists the others", async () => {
        await store.create("Run", "a", aRun());
        await store.create("Run", "d", aRun());
        await tested.putRaw("Run", "b", "{ not json", { open: "yes" });
        await tested.putRaw("Run", "c", JSON.stringify({ ...aRun(), phase: "asleep" }), { open: "yes" });
        await expect(store.read("Run", "b")).rejects.toMatchObject({ kind: "corrupt", message: expect.stringContaining("Run b") });
        await expect(store.read("Run", "c")).rejects.toMatchObject({ kind: "corrupt", message: expect.stringContaining("phase") });
        const page = await store.list("Run", { where: { open: "yes" } });
        expect(namesOf(page)).toEqual(["a", "d"]);
        expect(page.corrupt).toEqual(["b", "c"]);
        expect(await endOf(store.create("Run", "b", aRun()))).toBe("exists");
      });
    });

    describe("listing", () => {
      it("lists by index values that must all be equal", async () => {
        await store.create("Run", "open-5", aRunWithThread(5));
        await store.create("Run", "open-6", aRunWithThread(6));
        await store.create("Run", "ended-5", aRunWithThread(5, { phase: "succeeded", endedAt: 86_400_000 }));
        expect(namesOf(await store.list("Run", { where: { open: "yes" } }))).toEqual(["open-5", "open-6"]);
        expect(namesOf(await store.list("Run", { where: { thread: "7#5" } }))).toEqual(["ended-5", "open-5"]);
        expect(namesOf(await store.list("Run", { where: { open: "yes", thread: "7#5" } }))).toEqual(["open-5"]);
        expect(namesOf(await store.list("Run", { where: { open: "no", endedDay: "1" } }))).toEqual(["ended-5"]);
        expect(namesOf(await store.list("Run", { where: { open: "yes", endedDay: "1" } }))).toEqual([]);
        expect(namesOf(await store.list("Run", { where: { unheard: "of" } }))).toEqual([]);
        expect(namesOf(await store.list("Run"))).toEqual(["ended-5", "open-5", "open-6"]);
        expect(namesOf(await store.list("Lock", { where: { run: "run-a" } }))).toEqual([]);
      });

      it("follows a record from index to index as it is replaced and removed", async () => {
        const open = await store.create("Run", "run-a", aRunWithThread(5));
        const ended = await store.replace("Run", "run-a", aRun({ phase: "stopped", endedAt: 0 }), open.version);
        expect(namesOf(await store.list("Run", { where: { open: "yes" } }))).toEqual([]);
        expect(namesOf(await store.list("Run", { where: { thread: "7#5" } }))).toEqual([]);
        expect(namesOf(await store.list("Run", { where: { open: "no", endedDay: "0" } }))).toEqual(["run-a"]);
        await store.remove("Run", "run-a", ended.version);
        expect(namesOf(await store.list("Run", { where: { open: "no" } }))).toEqual([]);
      });

      it("pages by name; the last page has no next", async () => {
        for (const at of [4, 0, 3, 1, 2]) await store.create("Lock", `l-${at}`, aLock());
        const first = await store.list("Lock", { where: { run: "run-a" }, limit: 2 });
        const last = await store.list("Lock", { where: { run: "run-a" }, limit: 3, ...(first.next !== undefined && { after: first.next }) });
        expect([namesOf(first), namesOf(last)]).toEqual([
          ["l-0", "l-1"],
          ["l-2", "l-3", "l-4"],
        ]);
        expect(first.next).toBeDefined();
        expect(last.next).toBeUndefined();
        expect(await allNames(store, "Lock", 1)).toEqual(["l-0", "l-1", "l-2", "l-3", "l-4"]);
      });

      it("skips and repeats nothing while records come and go before the page", async () => {
        for (const at of [2, 4, 6, 8]) await store.create("Lock", `l-${at}`, aLock());
        const first = await store.list("Lock", { limit: 2 });
        await store.create("Lock", "l-1", aLock());
        await store.create("Lock", "l-5", aLock());
        await store.remove("Lock", "l-2", first.items[0]?.version ?? "");
        const second = await store.list("Lock", { limit: 10, ...(first.next !== undefined && { after: first.next }) });
        expect(namesOf(second)).toEqual(["l-5", "l-6", "l-8"]);
      });

      it("goes on over a page on which nothing can be read", async () => {
        await tested.putRaw("Lock", "a", "?");
        await store.create("Lock", "b", aLock());
        const first = await store.list("Lock", { limit: 1 });
        expect(first).toMatchObject({ items: [], corrupt: ["a"] });
        expect(await allNames(store, "Lock", 1)).toEqual(["b"]);
      });

      it("lists 50 records where no limit is given, and at most 500", async () => {
        await Promise.all(Array.from({ length: 501 }, (_none, at) => store.create("Lock", `l-${at}`, aLock())));
        expect((await store.list("Lock")).items).toHaveLength(50);
        expect((await store.list("Lock", { limit: 9_999 })).items).toHaveLength(500);
      });
    });
  });
}

function size(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
