/**
 * One running process to a store. The kernel keeps the lock (SQLite's own, on a file beside the store), so a kill -9 frees it,
 * and no pid has to be judged dead: pids repeat, and another container's look dead.
 */
import { hostname } from "node:os";
import Database from "libsql";
import { Refused } from "../../ports/errors.ts";
import { createPrivateFile } from "./private-file.ts";
import { column } from "./row.ts";
import { transact } from "./transact.ts";

const SETUP = `
  PRAGMA journal_mode = DELETE;
  CREATE TABLE IF NOT EXISTS holder (id INTEGER PRIMARY KEY CHECK (id = 1), pid INTEGER NOT NULL, host TEXT NOT NULL, since TEXT NOT NULL);
`;

/**
 * Takes the lock of a store until the answer is called or the process ends. The holder stays in an open write transaction: others
 * may read its row, and cannot begin one.
 * @throws Refused naming the file and its holder
 */
export function takeOwnerLock(storeFile: string): () => void {
  const file = `${storeFile}.lock`;
  createPrivateFile(file);
  const sql = new Database(file, { timeout: 0 });
  try {
    sql.exec(SETUP);
    const write = sql.prepare("INSERT OR REPLACE INTO holder (id, pid, host, since) VALUES (1, ?, ?, ?)");
    transact(sql, () => write.run(process.pid, hostname(), new Date().toISOString()));
    sql.exec("BEGIN IMMEDIATE");
  } catch (error) {
    const refusal = column(error, "code") === "SQLITE_BUSY" ? new Refused(inUse(sql, storeFile), { cause: error }) : error;
    sql.close();
    throw refusal;
  }
  return () => {
    sql.exec("ROLLBACK");
    sql.close();
  };
}

function inUse(sql: Database.Database, storeFile: string): string {
  const holder = sql.prepare("SELECT pid, host, since FROM holder").get();
  const who =
    holder === undefined
      ? "another process"
      : `process ${String(column(holder, "pid"))} on ${String(column(holder, "host"))} since ${String(column(holder, "since"))}`;
  return `the store ${storeFile} is in use by ${who}: only one process may run on it`;
}
