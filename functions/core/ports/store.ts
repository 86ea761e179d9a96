/**
 * Where records live: exactly what an API server can promise, so no transactions (design 5.5). Each write is atomic and
 * durable when its promise resolves; a rejected write may have happened only if the error is `Unavailable`.
 */
import type { Kind, Records } from "../records/kinds.ts";

export interface Stored<K extends Kind> {
  readonly name: string;
  /** Changes with every write; opaque. */
  readonly version: string;
  readonly record: Records[K];
}

export interface Page<K extends Kind> {
  /** Ordered by name. */
  readonly items: readonly Stored<K>[];
  /** Names of records on this page that do not parse or fit their schema: said, never guessed at, never in the way of the others. */
  readonly corrupt: readonly string[];
  /** Pass it as `after` for the next page; absent = that was the last one. */
  readonly next?: string;
}

export interface ListOptions {
  /** Index values that must all be equal; none = every record of the kind. */
  readonly where?: Readonly<Record<string, string>>;
  /** 1 to 500; default 50. */
  readonly limit?: number;
  readonly after?: string;
}

/** What a write or a read can answer beside the record. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly kind: "exists" | "conflict" | "invalid" | "too-large" | "immutable" | "corrupt";

  constructor(kind: StoreError["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

export interface Store {
  /** @throws StoreError `exists`, `invalid`, `too-large`; Unavailable */
  create<K extends Kind>(kind: K, name: string, record: Records[K]): Promise<Stored<K>>;
  /** @throws StoreError `corrupt` when what is there does not parse or fit its schema; Unavailable */
  read<K extends Kind>(kind: K, name: string): Promise<Stored<K> | undefined>;
  /** Replaces the record whose version is `version`. @throws StoreError `conflict` (also when it is gone), `invalid`, `too-large`, `immutable`; Unavailable */
  replace<K extends Kind>(kind: K, name: string, record: Records[K], version: string): Promise<Stored<K>>;
  /** Removes the record whose version is `version`; one that is gone already is no error. @throws StoreError `conflict`; Unavailable */
  remove<K extends Kind>(kind: K, name: string, version: string): Promise<void>;
  /** @throws Unavailable */
  list<K extends Kind>(kind: K, options?: ListOptions): Promise<Page<K>>;
}
