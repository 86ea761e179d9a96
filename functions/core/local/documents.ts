/** The local world's memory: JSON documents, ledgers and counters in one SQLite file, so that the outside survives a kill of the process. */
import Database from "libsql";
import { createPrivateFile } from "../adapters/sqlite/private-file.ts";
import { column } from "../adapters/sqlite/row.ts";
import { transact } from "../adapters/sqlite/transact.ts";

/** Synchronous JSON documents; what is read was written by this very code, and readers check its shape. */
export interface Documents {
  get(collection: string, key: string): unknown;
  put(collection: string, key: string, value: unknown): void;
  /** All documents of a collection, ordered by key. */
  list(collection: string): readonly unknown[];
  remove(collection: string, key: string): void;
  /** @returns its number: higher than that of every entry before it */
  append(ledger: string, entry: unknown): number;
  /** Entries in the order in which they were appended. */
  readLedger(ledger: string): readonly unknown[];
  /** 1, 2, 3, ... for ever. */
  nextNumber(counter: string): number;
  /** All writes of `work`, which is synchronous, or none; within another transaction it is part of that. */
  transaction<T>(work: () => T): T;
  close(): void;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS documents (collection TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (collection, key));
  CREATE TABLE IF NOT EXISTS ledgers (seq INTEGER PRIMARY KEY AUTOINCREMENT, ledger TEXT NOT NULL, json TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS ledgers_by_name ON ledgers (ledger, seq);
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
`;

function parse(row: unknown): unknown {
  return row === undefined ? undefined : JSON.parse(String(column(row, "json")));
}

/** @param file a path, or `:memory:` */
export function createDocuments(file: string): Documents {
  if (file !== ":memory:") createPrivateFile(file);
  const database = new Database(file, { timeout: 5_000 });
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${TABLES}`);
  const select = database.prepare("SELECT json FROM documents WHERE collection = ? AND key = ?");
  const selectAll = database.prepare("SELECT json FROM documents WHERE collection = ? ORDER BY key");
  const upsert = database.prepare("INSERT OR REPLACE INTO documents (collection, key, json) VALUES (?, ?, ?)");
  const remove = database.prepare("DELETE FROM documents WHERE collection = ? AND key = ?");
  const append = database.prepare("INSERT INTO ledgers (ledger, json) VALUES (?, ?)");
  const selectLedger = database.prepare("SELECT json FROM ledgers WHERE ledger = ? ORDER BY seq");
  const count = database.prepare("INSERT INTO counters (name, last) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last");
  return {
    get: (collection, key) => parse(select.get(collection, key)),
    put: (collection, key, value) => void upsert.run(collection, key, JSON.stringify(value)),
    list: (collection) => selectAll.all(collection).map(parse),
    remove: (collection, key) => void remove.run(collection, key),
    append: (ledger, entry) => Number(append.run(ledger, JSON.stringify(entry)).lastInsertRowid),
    readLedger: (ledger) => selectLedger.all(ledger).map(parse),
    nextNumber: (counter) => Number(column(count.get(counter), "last")),
    transaction: (work) => (database.inTransaction ? work() : transact(database, work)),
    close: () => void database.close(),
  };
}
