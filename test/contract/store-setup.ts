/** Stores and store files for the tests, each in a directory of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SqliteDatabase } from "../../functions/core/adapters/sqlite/database.ts";
import { createSqliteStore } from "../../functions/core/adapters/sqlite/sqlite-store.ts";
import type { StoreUnderTest } from "./store.suite.ts";

/** A fresh directory; `remove` deletes it with all that is in it. */
export function temporaryDirectory(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "anchorwatch-store-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function sqliteUnderTest(database: SqliteDatabase, afterClose: () => void = () => undefined): StoreUnderTest {
  return {
    store: createSqliteStore(database),
    putRaw(kind, name, json, indexes = {}) {
      database.sql.prepare("INSERT INTO records (kind, name, json) VALUES (?, ?, ?)").run(kind, name, json);
      for (const [key, value] of Object.entries(indexes))
        database.sql.prepare("INSERT INTO record_indexes (kind, name, key, value) VALUES (?, ?, ?, ?)").run(kind, name, key, value);
    },
    close() {
      database.close();
      afterClose();
    },
  };
}
