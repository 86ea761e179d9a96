/** Reading a row that libsql answers: columns by name, because it adds a key `_metadata` of its own (libraries 6). */

/** The value of one column; undefined where there is no row. */
export function column(row: unknown, name: string): unknown {
  return typeof row === "object" && row !== null ? Reflect.get(row, name) : undefined;
}

/** A column that may be NULL, as a number. */
export function numberOrNull(row: unknown, name: string): number | null {
  const value = column(row, name);
  return value === null || value === undefined ? null : Number(value);
}
