/** Opening the one file: WAL, every commit on disk before it is answered, its failures as the port's errors (libraries 6). */
import { existsSync, realpathSync, statSync } from "node:fs";
import Database from "libsql";
import { Refused, Unavailable } from "../../ports/errors.ts";
import { StoreError } from "../../ports/store.ts";
import { takeOwnerLock } from "./owner-lock.ts";
import { createPrivateFile } from "./private-file.ts";
import { column } from "./row.ts";
import { transact } from "./transact.ts";

/** How long a call waits for another process's write; it blocks this one, and Gitea waits 5 s for an answer. */
const BUSY_TIMEOUT_MS = 2_000;

/** What the write-ahead log is cut to after a checkpoint, in bytes. */
const LOG_MAX_BYTES = 4 * 1024 * 1024;

/** The layout of tables that this code knows; a newer one is refused. */
const LAYOUT = 1;

/** `version` is a row id that AUTOINCREMENT never gives twice, so a record that was removed and made again has another. */
const TABLES = `
  CREATE TABLE records (version INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, name TEXT NOT NULL, json TEXT NOT NULL, UNIQUE (kind, name));
  CREATE TABLE record_indexes (kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (kind, key, value, name)) WITHOUT ROWID;
  CREATE INDEX record_indexes_by_name ON record_indexes (kind, name);
  CREATE TABLE switch (id INTEGER PRIMARY KEY CHECK (id = 1), reason TEXT, since INTEGER, until INTEGER, stood_still_ms INTEGER NOT NULL);
  INSERT INTO switch VALUES (1, NULL, NULL, NULL, 0);
`;

export interface OpenOptions {
  /**
   * True (the default) for the process that runs Anchorwatch: it creates the store, holds its lock and may do anything.
   * False for a command beside it (`status`, `pause`, `resume`, `stop`): the store must be there; it may read everything and make
   * single small writes, and never starts what only one process may do (claims, the sweep).
   */
  readonly owner?: boolean;
}

/** An open store file; adapters prepare their statements on `sql` and run them through `run` and `transaction`. */
export interface SqliteDatabase {
  readonly sql: Database.Database;
  /** @throws Unavailable when SQLite fails (disk full, read-only, I/O) or the database is closed; StoreError as `work` threw it */
  run<T>(what: string, work: () => T): T;
  /** Like `run`, and all of it is on disk when it returns, or nothing is. */
  transaction<T>(what: string, work: () => T): T;
  /** Writes the log into the file and frees the lock; what comes later is refused. */
  close(): void;
}

/**
 * Opens or creates the database.
 * @param file a path, or `:memory:`
 * @throws Refused naming the file: in use, of newer code, damaged, not there; Unavailable where it cannot be opened
 */
export function openDatabase(file: string, { owner = true }: OpenOptions = {}): SqliteDatabase {
  const inMemory = file === ":memory:";
  if (!owner && !inMemory && !existsSync(file)) throw new Refused(`there is no store at ${file}: start Anchorwatch first`);
  return translate(`open ${file}`, () => {
    if (inMemory || !owner) return wrap(file, connect(file, { create: inMemory, check: false }), () => undefined);
    createPrivateFile(file);
    return openAsOwner(realpathSync(file));
  });
}

function openAsOwner(file: string): SqliteDatabase {
  const release = takeOwnerLock(file);
  try {
    // A log with content means that the last owner did not close: only then is reading every page worth its time.
    const killed = (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
    const sql = connect(file, { create: true, check: killed });
    return wrap(file, sql, () => {
      try {
        sql.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      } finally {
        release();
      }
    });
  } catch (error) {
    release();
    throw error;
  }
}

function wrap(file: string, sql: Database.Database, beforeClose: () => void): SqliteDatabase {
  let open = true;
  const run = <T>(what: string, work: () => T): T => {
    // libsql goes on answering prepared statements of a closed database: without the lock they must not.
    if (!open) throw new Unavailable(`sqlite: ${what}: ${file} is closed`);
    return translate(`${what} in ${file}`, work);
  };
  return {
    sql,
    run,
    transaction: (what, work) => run(what, () => transact(sql, work)),
    close() {
      if (!open) return;
      open = false;
      translate(`close ${file}`, beforeClose);
      sql.close();
    },
  };
}

function connect(file: string, { create, check }: { create: boolean; check: boolean }): Database.Database {
  const sql = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    sql.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${LOG_MAX_BYTES};`);
    if (check) checkIntegrity(sql, file);
    const layout = Number(column(sql.prepare("PRAGMA user_version").get(), "user_version"));
    if (layout > LAYOUT) throw new Refused(`the store ${file} has table layout ${layout}, and this version knows ${LAYOUT}: use a newer version`);
    if (layout < LAYOUT && !create) throw new Refused(`${file} is not a store of this version: start Anchorwatch first`);
    if (layout < LAYOUT) transact(sql, () => sql.exec(`${TABLES} PRAGMA user_version = ${LAYOUT};`));
    return sql;
  } catch (error) {
    sql.close();
    const damaged = ["SQLITE_NOTADB", "SQLITE_CORRUPT"].includes(String(column(error, "code")));
    throw damaged ? new Refused(damage(file, error), { cause: error }) : error;
  }
}

function checkIntegrity(sql: Database.Database, file: string): void {
  const found = String(column(sql.prepare("PRAGMA quick_check(1)").get(), "quick_check"));
  if (found !== "ok") throw new Refused(damage(file, found));
}

function damage(file: string, found: unknown): string {
  const reason = found instanceof Error ? found.message : String(found);
  return `the store ${file} is damaged (${reason}): restore a copy, or move it away and start with an empty one`;
}

/** Errors of ours pass; whatever else fails is `Unavailable`. */
function translate<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreError || error instanceof Unavailable || error instanceof Refused) throw error;
    throw new Unavailable(`sqlite: ${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
