/** The definitions by which an API server reads objects, of its own version and with its custom kinds. */

export interface Definition {
  /** An OpenAPI 3 schema; `$ref` points into `others`. */
  readonly root: unknown;
  /** By the name that stands at the end of a `$ref`. */
  readonly others: Readonly<Record<string, unknown>>;
}

export interface Schemas {
  /** @returns undefined for a kind that the server does not know @throws Unavailable, Refused */
  definitionOf(apiVersion: string, kind: string): Promise<Definition | undefined>;
}
