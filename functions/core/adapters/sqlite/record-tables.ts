/** The SQL of the records and their indexes. */
import type { Kind } from "../../records/kinds.ts";
import type { Checked, Row } from "../store/checked-records.ts";
import type { SqliteDatabase } from "./database.ts";
import { column } from "./row.ts";

export interface PageQuery {
  readonly kind: Kind;
  readonly where: Readonly<Record<string, string>>;
  /** Names after this one; "" = from the first. */
  readonly after: string;
  readonly size: number;
}

export interface RecordTables {
  read(kind: Kind, name: string): Row | undefined;
  /** Writes a record over what is there, if anything. @returns its new version */
  put(kind: Kind, name: string, checked: Checked): string;
  remove(kind: Kind, name: string): void;
  page(query: PageQuery): readonly Row[];
}

function toRow(row: unknown): Row {
  return { name: String(column(row, "name")), version: String(column(row, "version")), json: String(column(row, "json")) };
}

export function prepareRecordTables({ sql }: SqliteDatabase): RecordTables {
  const select = sql.prepare("SELECT name, version, json FROM records WHERE kind = ? AND name = ?");
  const put = sql.prepare("INSERT OR REPLACE INTO records (kind, name, json) VALUES (?, ?, ?) RETURNING version");
  const addIndex = sql.prepare("INSERT INTO record_indexes (kind, key, value, name) VALUES (?, ?, ?, ?)");
  const dropIndexes = sql.prepare("DELETE FROM record_indexes WHERE kind = ? AND name = ?");
  const remove = sql.prepare("DELETE FROM records WHERE kind = ? AND name = ?");
  return {
    read(kind, name) {
      const row = select.get(kind, name);
      return row === undefined ? undefined : toRow(row);
    },
    put(kind, name, { json, indexes }) {
      dropIndexes.run(kind, name);
      for (const [key, value] of Object.entries(indexes)) addIndex.run(kind, key, value, name);
      return String(column(put.get(kind, name, json), "version"));
    },
    remove(kind, name) {
      dropIndexes.run(kind, name);
      remove.run(kind, name);
    },
    page({ kind, where, after, size }) {
      const pairs = Object.entries(where);
      const statement = sql.prepare(pairs.length === 0 ? PAGE : pageWhere(pairs.length));
      return statement.all(...pairs.flat(), kind, after, size).map(toRow);
    },
  };
}

const PAGE = "SELECT name, version, json FROM records WHERE kind = ? AND name > ? ORDER BY name LIMIT ?";

/**
 * A page by index values. CROSS JOIN keeps SQLite from walking all records of the kind: the first index leads, in the order of
 * names, the others filter, and only what is left is read.
 */
function pageWhere(pairs: number): string {
  const joins = Array.from({ length: pairs }, (_none, at) => `record_indexes i${at}`).join(" CROSS JOIN ");
  const conditions = Array.from({ length: pairs }, (_none, at) => `i${at}.key = ? AND i${at}.value = ? AND i${at}.kind = r.kind AND i${at}.name = r.name`);
  return `SELECT r.name AS name, r.version AS version, r.json AS json FROM ${joins} CROSS JOIN records r
    WHERE ${conditions.join(" AND ")} AND i0.kind = ? AND i0.name > ? ORDER BY i0.name LIMIT ?`;
}
