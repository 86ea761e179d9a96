/** Stories on a disk that is full at every tenth write, or read-only for a while: nothing lost, nothing done twice, and they go on without help. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase, type SqliteDatabase } from "../../functions/core/adapters/sqlite/database.ts";
import { createSqliteStore } from "../../functions/core/adapters/sqlite/sqlite-store.ts";
import { crashLoop } from "../../functions/core/local/scenarios/crash-loop.ts";
import { Unavailable } from "../../functions/core/ports/errors.ts";
import type { Store } from "../../functions/core/ports/store.ts";
import { simulate } from "./simulator/simulate.ts";

let database: SqliteDatabase;

beforeEach(() => {
  database = openDatabase(":memory:");
});
afterEach(() => database.close());

interface Trouble {
  /** Whether this write meets it; they are counted from 1. */
  readonly meets: (write: number) => boolean;
  readonly begin: (sql: SqliteDatabase["sql"]) => void;
  readonly end: (sql: SqliteDatabase["sql"]) => void;
}

/**
 * The write fails in SQLite, in the middle of its transaction. A limit on pages would seldom be met, because SQLite uses freed ones
 * again; what the kernel answers when a file may not grow is in the store's own tests (`test/contract/store-process.test.ts`).
 */
const full: Trouble = {
  meets: (write) => write % 10 === 0,
  begin: (sql) => sql.exec("CREATE TEMP TRIGGER full_disk AFTER INSERT ON records BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"),
  end: (sql) => sql.exec("DROP TRIGGER IF EXISTS full_disk"),
};

/** As a file system that was mounted again read-only: SQLITE_READONLY for eight writes of thirty. */
const readOnly: Trouble = {
  meets: (write) => write % 30 >= 22,
  begin: (sql) => sql.exec("PRAGMA query_only = ON"),
  end: (sql) => sql.exec("PRAGMA query_only = OFF"),
};

/** The real store, with its disk in trouble around some writes. */
function troubled(store: Store, sql: SqliteDatabase["sql"], trouble: Trouble): { store: Store; refused: () => number } {
  let writes = 0;
  let refused = 0;
  const around = async <T>(write: () => Promise<T>): Promise<T> => {
    writes += 1;
    if (!trouble.meets(writes)) return await write();
    trouble.end(sql); // Because another write in trouble may still be under way.
    trouble.begin(sql);
    try {
      return await write();
    } catch (error) {
      if (error instanceof Unavailable) refused += 1;
      throw error;
    } finally {
      trouble.end(sql);
    }
  };
  return {
    refused: () => refused,
    store: {
      read: (kind, name) => store.read(kind, name),
      list: (kind, options) => store.list(kind, options),
      create: (...args) => around(() => store.create(...args)),
      replace: (...args) => around(() => store.replace(...args)),
      remove: (...args) => around(() => store.remove(...args)),
    },
  };
}

const TROUBLES = [
  { what: "full at every tenth write", trouble: full },
  { what: "read-only for a while, again and again", trouble: readOnly },
];

describe("a disk in trouble", { timeout: 180_000 }, () => {
  it.each(TROUBLES.flatMap((given) => [501, 502, 503].map((seed) => ({ ...given, seed }))))(
    "that is $what costs time, and nothing else (seed $seed)",
    async ({ trouble, seed }) => {
      const { store, refused } = troubled(createSqliteStore(database), database.sql, trouble);
      const { broken, ends } = await simulate(crashLoop, seed, { store });
      expect(broken).toEqual([]);
      expect(ends.length).toBeGreaterThan(0);
      expect(refused()).toBeGreaterThan(3);
    },
  );
});
