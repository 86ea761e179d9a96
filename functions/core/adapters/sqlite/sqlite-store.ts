/** The store in one SQLite file: durable when it answers, several writes to one fsync (design 5.5). */
import type { Store } from "../../ports/store.ts";
import type { Kind } from "../../records/kinds.ts";
import { checkRecord, checkReplaceable, conflict, exists, pageOf, pageSize, parseRecord } from "../store/checked-records.ts";
import type { SqliteDatabase } from "./database.ts";
import { createGroupCommit } from "./group-commit.ts";
import { prepareRecordTables, type RecordTables } from "./record-tables.ts";

export interface SqliteStore extends Store {
  /** Transactions so far: fewer than writes, when they come together. */
  readonly commits: () => number;
}

export function createSqliteStore(database: SqliteDatabase): SqliteStore {
  const tables: RecordTables = database.run("prepare", () => prepareRecordTables(database));
  const group = createGroupCommit(database);
  const versionOf = (kind: Kind, name: string): string | undefined => tables.read(kind, name)?.version;
  return {
    async create(kind, name, record) {
      const checked = checkRecord(kind, name, record);
      const version = await group.write({
        refusal: () => (versionOf(kind, name) === undefined ? undefined : exists(kind, name)),
        apply: () => tables.put(kind, name, checked),
      });
      return { name, version, record: parseRecord(kind, name, checked.json) };
    },
    async read(kind, name) {
      await Promise.resolve();
      const row = database.run(`read ${kind} ${name}`, () => tables.read(kind, name));
      return row && { name, version: row.version, record: parseRecord(kind, name, row.json) };
    },
    async replace(kind, name, record, expected) {
      checkReplaceable(kind, name);
      const checked = checkRecord(kind, name, record);
      const version = await group.write({
        refusal: () => (versionOf(kind, name) === expected ? undefined : conflict(kind, name)),
        apply: () => tables.put(kind, name, checked),
      });
      return { name, version, record: parseRecord(kind, name, checked.json) };
    },
    remove: (kind, name, expected) =>
      group.write({
        refusal: () => ([undefined, expected].includes(versionOf(kind, name)) ? undefined : conflict(kind, name)),
        apply: () => tables.remove(kind, name),
      }),
    async list(kind, { where = {}, limit, after = "" } = {}) {
      await Promise.resolve();
      const size = pageSize(limit);
      return pageOf(
        kind,
        size,
        database.run(`list ${kind}`, () => tables.page({ kind, where, after, size: size + 1 })),
      );
    },
    commits: group.commits,
  };
}
