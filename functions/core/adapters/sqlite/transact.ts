/** One write transaction, taken at once, so that no other writer comes between a check and the write it allows. */
import type Database from "libsql";

/** Commits what `work` wrote, or nothing of it. @throws whatever `work` or SQLite throws */
export function transact<T>(sql: Database.Database, work: () => T): T {
  sql.exec("BEGIN IMMEDIATE");
  try {
    const done = work();
    sql.exec("COMMIT");
    return done;
  } catch (error) {
    // A full disk has ended the transaction already; another ROLLBACK would hide its error.
    if (sql.inTransaction) sql.exec("ROLLBACK");
    throw error;
  }
}
