/** The store in memory: exactly the port's promises, and on demand the conflicts and crashes that a real one has. */
import type { Store } from "../../ports/store.ts";
import type { Kind } from "../../records/kinds.ts";
import { type Checked, checkRecord, checkReplaceable, conflict, exists, pageOf, pageSize, parseRecord } from "../store/checked-records.ts";
import { createFaults, type FaultOptions, type Operation } from "./faults.ts";

/** Records are kept as JSON text, so that nobody shares an object with the store. */
interface Kept extends Checked {
  readonly version: string;
}

export interface MemoryStore extends Store {
  /** Puts a text as it is, as a broken disk or another version would: for tests of what cannot be read. */
  putRaw(kind: Kind, name: string, json: string, indexes?: Readonly<Record<string, string>>): void;
  /** Forgets everything. */
  clear(): void;
}

export function createMemoryStore(options: FaultOptions = {}): MemoryStore {
  const faults = createFaults(options);
  const tables = new Map<Kind, Map<string, Kept>>();
  let lastVersion = 0;

  const tableOf = (kind: Kind): Map<string, Kept> => {
    const known = tables.get(kind) ?? new Map<string, Kept>();
    tables.set(kind, known);
    return known;
  };
  const put = (kind: Kind, name: string, { json, indexes }: Checked): string => {
    lastVersion += 1;
    tableOf(kind).set(name, { json, indexes, version: String(lastVersion) });
    return String(lastVersion);
  };
  /** Another writer is first: with what is there, or, where nothing is, with what we were about to create. */
  const rival = (kind: Kind, name: string, ours?: Checked): void => {
    const theirs = tableOf(kind).get(name) ?? ours;
    if (theirs && faults.conflicts()) put(kind, name, theirs);
  };
  const write = async <T>(operation: Operation, kind: Kind, name: string, apply: () => T): Promise<T> => {
    await Promise.resolve();
    return faults.around(operation, kind, name, apply);
  };

  return {
    async create(kind, name, record) {
      const checked = checkRecord(kind, name, record);
      const version = await write("create", kind, name, () => {
        rival(kind, name, checked);
        if (tableOf(kind).has(name)) throw exists(kind, name);
        return put(kind, name, checked);
      });
      return { name, version, record: parseRecord(kind, name, checked.json) };
    },
    async read(kind, name) {
      await Promise.resolve();
      faults.mayFail(`reading ${kind} ${name}`);
      const kept = tableOf(kind).get(name);
      return kept && { name, version: kept.version, record: parseRecord(kind, name, kept.json) };
    },
    async replace(kind, name, record, expected) {
      checkReplaceable(kind, name);
      const checked = checkRecord(kind, name, record);
      const version = await write("replace", kind, name, () => {
        rival(kind, name);
        if (tableOf(kind).get(name)?.version !== expected) throw conflict(kind, name);
        return put(kind, name, checked);
      });
      return { name, version, record: parseRecord(kind, name, checked.json) };
    },
    remove: (kind, name, expected) =>
      write("remove", kind, name, () => {
        rival(kind, name);
        const kept = tableOf(kind).get(name);
        if (kept && kept.version !== expected) throw conflict(kind, name);
        tableOf(kind).delete(name);
      }),
    async list(kind, { where = {}, limit, after = "" } = {}) {
      await Promise.resolve();
      faults.mayFail(`listing ${kind}`);
      const wanted = Object.entries(where);
      const matches = [...tableOf(kind)].filter(([name, { indexes }]) => name > after && wanted.every(([key, value]) => indexes[key] === value));
      const rows = matches.map(([name, { version, json }]) => ({ name, version, json })).sort((a, b) => (a.name < b.name ? -1 : 1));
      return pageOf(kind, pageSize(limit), rows);
    },
    putRaw: (kind, name, json, indexes = {}) => void put(kind, name, { json, indexes }),
    clear: () => tables.clear(),
  };
}
