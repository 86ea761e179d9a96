/** Making findings that fit their record, whatever a cluster's messages hold. */
import type { Evidence, Finding } from "../records/finding.ts";
import type { ObjectRef } from "../records/fields.ts";
import { ERROR_MAX_LENGTH } from "../records/limits.ts";
import type { Snapshot } from "./snapshot.ts";

/** Looks at a snapshot for one kind of trouble; silent on healthy objects. */
export type Analyzer = (snapshot: Snapshot) => readonly Finding[];

/** What an analyzer has to say about one object. */
export interface Seen {
  readonly category: string;
  /** One sentence: what it means. */
  readonly message: string;
  /** Field and value of the object itself; a value that is not there is left out. */
  readonly evidence: readonly (readonly [field: string, value: string | number | undefined])[];
  readonly since?: number | undefined;
  /** The object to blame where that is not the controller of this one: the node, the claim, the quota. Only one that stands in the snapshot becomes a cause. */
  readonly blames?: ObjectRef | undefined;
}

/** Cuts a text to a length and shows that it was cut. */
export function cutText(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Shortens what a controller said and keeps its end: errors are wrapped from the outside in, and the last words say what happened. */
export function quote(text: string, length = 190): string {
  const plain = text
    .replace(/rpc error: code = \w+ desc = |one or more objects failed to apply, reason: /g, "")
    .replace(/\s+/g, " ")
    .trim();
  if (plain.length <= length) return plain;
  const head = Math.floor(length * 0.45);
  return `${plain.slice(0, head).trimEnd()} … ${plain.slice(plain.length - (length - head - 3)).trimStart()}`;
}

/** Writes down what was seen at an object as a finding. */
export function findingOf(object: ObjectRef, seen: Seen): Finding {
  const since = seen.since === undefined ? {} : { since: seen.since };
  const evidence = seen.evidence.flatMap(([field, value]): Evidence[] =>
    value === undefined || value === "" ? [] : [{ object, field, value: cutText(String(value), 1024), ...since }],
  );
  return {
    object,
    category: seen.category,
    message: cutText(seen.message, ERROR_MAX_LENGTH),
    evidence: evidence.slice(0, 20),
    ...since,
    ...(seen.blames && { blames: seen.blames }),
  };
}
