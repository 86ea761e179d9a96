/** Group commit: writes that arrive together share one transaction and one fsync, each still judged alone (performance B5). */
import type { StoreError } from "../../ports/store.ts";
import type { SqliteDatabase } from "./database.ts";

/** Writes of one transaction at most. */
const MAX_GROUP = 256;

/** One write: judged against what the writes before it in the group left, and then made. */
export interface Write<T> {
  /** Why it must not be made; it changes nothing. */
  readonly refusal: () => StoreError | undefined;
  readonly apply: () => T;
}

export interface GroupCommit {
  /** Resolves when the write is on disk. @throws StoreError as its `refusal` says; Unavailable */
  write<T>(write: Write<T>): Promise<T>;
  /** Transactions so far. */
  readonly commits: () => number;
}

interface Waiting {
  /** Judges and makes the write; the answer tells its caller, once the group is on disk. */
  readonly make: () => () => void;
  readonly reject: (error: unknown) => void;
}

export function createGroupCommit(database: SqliteDatabase): GroupCommit {
  let queue: Waiting[] = [];
  let commits = 0;

  const flush = (): void => {
    const group = queue.slice(0, MAX_GROUP);
    queue = queue.slice(MAX_GROUP);
    if (queue.length > 0) setImmediate(flush);
    try {
      const answers = database.transaction("write", () => group.map(({ make }) => make()));
      commits += 1;
      for (const answer of answers) answer();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };

  return {
    write: ({ refusal, apply }) =>
      new Promise((resolve, reject) => {
        const make = (): (() => void) => {
          const refused = refusal();
          if (refused) return () => reject(refused);
          const value = apply();
          return () => resolve(value);
        };
        queue.push({ make, reject });
        if (queue.length === 1) setImmediate(flush);
      }),
    commits: () => commits,
  };
}
