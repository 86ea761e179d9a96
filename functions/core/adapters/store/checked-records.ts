/** What every store checks alike: names, schemas on the way in and out, sizes, and which indexes a record is in (design 5.5). */
import type * as z from "zod";
import { type Page, type Stored, StoreError } from "../../ports/store.ts";
import { jsonBytes } from "../../records/canonical.ts";
import { recordName } from "../../records/fields.ts";
import { type Kind, type KindDefinition, KINDS, type Records } from "../../records/kinds.ts";

/** A record ready to be written. */
export interface Checked {
  readonly json: string;
  readonly indexes: Readonly<Record<string, string>>;
}

/** A record as a store keeps it. */
export interface Row {
  readonly name: string;
  readonly version: string;
  readonly json: string;
}

function definitionOf<K extends Kind>(kind: K): KindDefinition<K> {
  return KINDS[kind];
}

/** Where a record does not fit, in words; cut, because a key may be anybody's text. */
function misfit(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join(".").slice(0, 200) ?? ""}: ${issue?.message ?? "does not fit its schema"}`;
}

/** Checks a record before it is written. @throws StoreError `invalid` naming the field, `too-large` */
export function checkRecord<K extends Kind>(kind: K, name: string, record: Records[K]): Checked {
  if (!recordName.safeParse(name).success) throw new StoreError("invalid", `${kind} ${JSON.stringify(name.slice(0, 80))}: not a record's name`);
  const { schema, maxBytes, indexes } = definitionOf(kind);
  const parsed = schema.safeParse(record);
  if (!parsed.success) throw new StoreError("invalid", `${kind} ${name}: ${misfit(parsed.error)}`);
  const { json, bytes } = toJson(kind, name, record);
  if (bytes > maxBytes) throw new StoreError("too-large", `${kind} ${name}: ${bytes} bytes, allowed are ${maxBytes}`);
  return { json, indexes: indexes(parsed.data) };
}

function toJson(kind: Kind, name: string, record: unknown): { json: string; bytes: number } {
  try {
    return { json: JSON.stringify(record), bytes: jsonBytes(record) };
  } catch (error) {
    throw new StoreError("invalid", `${kind} ${name}: cannot be written as JSON`, { cause: error });
  }
}

/** Refuses to replace what may only be created. @throws StoreError `immutable` */
export function checkReplaceable(kind: Kind, name: string): void {
  if (definitionOf(kind).createOnly) throw new StoreError("immutable", `${kind} ${name}: records of this kind are never changed`);
}

export function exists(kind: Kind, name: string): StoreError {
  return new StoreError("exists", `${kind} ${name} is there already`);
}

export function conflict(kind: Kind, name: string): StoreError {
  return new StoreError("conflict", `${kind} ${name} is another version by now, or gone`);
}

/** Reads what was written, by this version of the code or its neighbours. @throws StoreError `corrupt`: nothing is guessed */
export function parseRecord<K extends Kind>(kind: K, name: string, json: string): Records[K] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new StoreError("corrupt", `${kind} ${name}: is not JSON any more`, { cause: error });
  }
  const parsed = definitionOf(kind).schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new StoreError("corrupt", `${kind} ${name}: ${misfit(parsed.error)}`);
}

const DEFAULT_PAGE = 50;
const MAX_PAGE = 500;

/** The page size that is meant by a list's options. */
export function pageSize(limit = DEFAULT_PAGE): number {
  return Math.max(1, Math.min(limit, MAX_PAGE));
}

/** Makes a page of `size` from rows in the order of names; one row more than that tells that there is a next page. */
export function pageOf<K extends Kind>(kind: K, size: number, rows: readonly Row[]): Page<K> {
  const items: Stored<K>[] = [];
  const corrupt: string[] = [];
  const page = rows.slice(0, size);
  for (const { name, version, json } of page) {
    try {
      items.push({ name, version, record: parseRecord(kind, name, json) });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      corrupt.push(name);
    }
  }
  const last = page.at(-1);
  return { items, corrupt, ...(rows.length > size && last && { next: last.name }) };
}
