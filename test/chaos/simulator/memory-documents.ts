/** The local world's documents in memory: SQLite's promises without its time. */
import type { Documents } from "../../../functions/core/local/documents.ts";

/** Kept as JSON text, so that nobody shares an object with the store. */
export function createMemoryDocuments(): Documents {
  const collections = new Map<string, Map<string, string>>();
  const ledgers = new Map<string, string[]>();
  const counters = new Map<string, number>();
  let entries = 0;
  const collection = (name: string): Map<string, string> => {
    const known = collections.get(name) ?? new Map<string, string>();
    collections.set(name, known);
    return known;
  };
  const parse = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));
  return {
    get: (name, key) => parse(collection(name).get(key)),
    put: (name, key, value) => void collection(name).set(key, JSON.stringify(value)),
    list: (name) => [...collection(name)].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, text]) => parse(text)),
    remove: (name, key) => void collection(name).delete(key),
    append(ledger, entry) {
      ledgers.set(ledger, [...(ledgers.get(ledger) ?? []), JSON.stringify(entry)]);
      entries += 1;
      return entries;
    },
    readLedger: (ledger) => (ledgers.get(ledger) ?? []).map(parse),
    nextNumber(counter) {
      const next = (counters.get(counter) ?? 0) + 1;
      counters.set(counter, next);
      return next;
    },
    // A simulation never ends in the middle of a task, so work without a wait is whole anyway.
    transaction: (work) => work(),
    close: () => undefined,
  };
}
