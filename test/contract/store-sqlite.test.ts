/** What only the SQLite store has to keep: one owner, group commit, a full disk, damage said aloud. */
import { closeSync, copyFileSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase, type SqliteDatabase } from "../../functions/core/adapters/sqlite/database.ts";
import { createSqliteStore } from "../../functions/core/adapters/sqlite/sqlite-store.ts";
import { Refused, Unavailable } from "../../functions/core/ports/errors.ts";
import { aLock, aRun } from "./store-records.ts";
import { temporaryDirectory } from "./store-setup.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let file: string;
const opened: SqliteDatabase[] = [];

function open(...[path, options]: Parameters<typeof openDatabase>): SqliteDatabase {
  const database = openDatabase(path, options);
  opened.push(database);
  return database;
}

function damage(path: string, { from, bytes }: { from: number; bytes: number }): void {
  const handle = openSync(path, "r+");
  writeSync(handle, Buffer.alloc(bytes, 0xff), 0, bytes, from);
  closeSync(handle);
}

beforeEach(() => {
  directory = temporaryDirectory();
  file = join(directory.path, "data", "store.db");
});
afterEach(() => {
  for (const database of opened.splice(0)) database.close();
  directory.remove();
});

describe("one owner", () => {
  it("refuses a second owner, naming the file and the process that holds it", () => {
    open(file);
    expect(() => openDatabase(file)).toThrow(Refused);
    expect(() => openDatabase(file)).toThrow(new RegExp(`${file} is in use by process ${process.pid} on `));
  });

  it("is free again after close", () => {
    openDatabase(file).close();
    expect(() => open(file)).not.toThrow();
  });

  it("lets a command beside it read and write, each seeing the other's writes", async () => {
    const owner = createSqliteStore(open(file));
    const beside = createSqliteStore(open(file, { owner: false }));
    const made = await owner.create("Lock", "l", aLock());
    await beside.replace("Lock", "l", aLock({ run: "run-b" }), made.version);
    expect((await owner.read("Lock", "l"))?.record.run).toBe("run-b");
    await expect(owner.replace("Lock", "l", aLock(), made.version)).rejects.toMatchObject({ kind: "conflict" });
  });

  it("does not make a store for a command beside it", () => {
    expect(() => openDatabase(file, { owner: false })).toThrow(`no store at ${file}`);
    expect(readdirSync(directory.path)).toEqual([]);
  });

  it("waits for the other's write only so long, and says that it is unavailable", async () => {
    const store = createSqliteStore(open(file));
    const beside = open(file, { owner: false });
    beside.sql.exec("BEGIN IMMEDIATE");
    await expect(store.create("Lock", "l", aLock())).rejects.toBeInstanceOf(Unavailable);
    beside.sql.exec("ROLLBACK");
    await expect(store.create("Lock", "l", aLock())).resolves.toBeDefined();
  });
});

describe("the file", () => {
  it("and all beside it can be read by our user only", async () => {
    await createSqliteStore(open(file)).create("Run", "run-a", aRun());
    const modes = readdirSync(join(directory.path, "data")).map((name) => [name, (statSync(join(directory.path, "data", name)).mode & 0o777).toString(8)]);
    expect(Object.fromEntries(modes)).toEqual({ "store.db": "600", "store.db-wal": "600", "store.db-shm": "600", "store.db.lock": "600" });
    expect((statSync(join(directory.path, "data")).mode & 0o777).toString(8)).toBe("700");
  });

  it("holds everything itself after close, and what comes later is refused", async () => {
    const database = openDatabase(file);
    const store = createSqliteStore(database);
    await store.create("Lock", "l", aLock());
    const late = store.create("Lock", "late", aLock());
    database.close();
    await expect(late).rejects.toBeInstanceOf(Unavailable);
    await expect(store.read("Lock", "l")).rejects.toBeInstanceOf(Unavailable);
    const copy = join(directory.path, "copy.db");
    copyFileSync(file, copy);
    expect((await createSqliteStore(open(copy)).list("Lock")).items.map(({ name }) => name)).toEqual(["l"]);
  });

  it("is written through to the disk at every commit", () => {
    const database = open(file);
    expect(database.sql.prepare("PRAGMA journal_mode").get()).toMatchObject({ journal_mode: "wal" });
    expect(database.sql.prepare("PRAGMA synchronous").get()).toMatchObject({ synchronous: 2 });
  });

  it("of a newer layout is refused, by an owner and by a command", () => {
    const database = openDatabase(file);
    database.sql.exec("PRAGMA user_version = 2");
    database.close();
    expect(() => openDatabase(file)).toThrow(/store\.db has table layout 2, and this version knows 1/);
    expect(() => openDatabase(file, { owner: false })).toThrow(Refused);
  });

  it("that is no database is refused and left as it is", () => {
    const other = join(directory.path, "notes.txt");
    writeFileSync(other, "not a database, ".repeat(100));
    expect(() => openDatabase(other)).toThrow(/notes\.txt is damaged \(file is not a database\)/);
    expect(statSync(other).size).toBe(1600);
  });

  it("with damaged pages is refused after a kill", async () => {
    const database = open(file);
    const store = createSqliteStore(database);
    await Promise.all(Array.from({ length: 100 }, (_none, at) => store.create("Lock", `l-${at}`, aLock({ what: "x".repeat(300) }))));
    database.sql.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    await store.create("Lock", "in-the-log", aLock());
    const copy = join(directory.path, "copy.db");
    for (const suffix of ["", "-wal"]) copyFileSync(file + suffix, copy + suffix);
    damage(copy, { from: 6 * 4096, bytes: 5 * 4096 });
    expect(() => openDatabase(copy)).toThrow(/copy\.db is damaged/);
    expect(() => openDatabase(copy)).toThrow(Refused);
  });

  it("that cannot be made is unavailable, naming the path", () => {
    writeFileSync(join(directory.path, "data"), "a file where the directory should be");
    expect(() => openDatabase(file)).toThrow(Unavailable);
    expect(() => openDatabase(file)).toThrow(file);
  });
});

describe("group commit", () => {
  it("puts writes that arrive together into one transaction", async () => {
    const store = createSqliteStore(open(file));
    await Promise.all(Array.from({ length: 100 }, (_none, at) => store.create("Lock", `l-${at}`, aLock())));
    expect(store.commits()).toBe(1);
    await Promise.all(Array.from({ length: 1_000 }, (_none, at) => store.create("Lock", `m-${at}`, aLock())));
    expect(store.commits()).toBe(5);
  });

  it("judges each write alone: a refused one leaves the others of its group", async () => {
    const store = createSqliteStore(open(file));
    const { version } = await store.create("Lock", "old", aLock());
    const ends = await Promise.allSettled([
      store.create("Lock", "a", aLock()),
      store.create("Lock", "a", aLock()),
      store.replace("Lock", "old", aLock({ run: "run-b" }), version),
      store.replace("Lock", "old", aLock({ run: "run-c" }), version),
      store.create("Lock", "b", aLock()),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected", "fulfilled"]);
    expect(store.commits()).toBe(2);
    expect((await store.list("Lock")).items.map(({ name, record }) => `${name} ${record.run}`)).toEqual(["a run-a", "b run-a", "old run-b"]);
  });
});

describe("when writing fails", () => {
  it("is unavailable on a full disk, keeps what was there, and goes on by itself when there is space", async () => {
    const database = open(file);
    const store = createSqliteStore(database);
    const before = await store.create("Run", "run-a", aRun());
    const pages = Number(Reflect.get(Object(database.sql.prepare("PRAGMA page_count").get()), "page_count"));
    database.sql.exec(`PRAGMA max_page_count = ${pages + 4}`);
    const large = { ...aRun({ ordinal: 1 }), note: "x".repeat(60_000) };
    await expect(store.create("Run", "run-b", large)).rejects.toBeInstanceOf(Unavailable);
    await expect(store.replace("Run", "run-a", large, before.version)).rejects.toThrow(/full/);
    expect(await store.read("Run", "run-a")).toEqual(before);
    expect(await store.read("Run", "run-b")).toBeUndefined();
    expect((await store.list("Run", { where: { open: "yes" } })).items).toEqual([before]);
    database.sql.exec("PRAGMA max_page_count = 1000000");
    await expect(store.create("Run", "run-b", large)).resolves.toBeDefined();
    await expect(store.replace("Run", "run-a", large, before.version)).resolves.toBeDefined();
  });

  it("is unavailable while the file is read-only, and reads on", async () => {
    const database = open(file);
    const store = createSqliteStore(database);
    const before = await store.create("Lock", "l", aLock());
    database.sql.exec("PRAGMA query_only = ON");
    await expect(store.remove("Lock", "l", before.version)).rejects.toBeInstanceOf(Unavailable);
    expect(await store.read("Lock", "l")).toEqual(before);
    database.sql.exec("PRAGMA query_only = OFF");
    await expect(store.remove("Lock", "l", before.version)).resolves.toBeUndefined();
  });
});
