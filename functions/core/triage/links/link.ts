/** A link from a finding to the object that it comes from: what the rules beside this file look for, each with evidence of its own kind. */
import type { Finding } from "../../records/finding.ts";
import type { ObjectRef } from "../../records/fields.ts";
import type { Scene } from "../scene.ts";

export interface Link {
  /** The object to blame; it stands in the snapshot. */
  readonly target: ObjectRef;
  /** What is wrong with it, for the case that no analyzer found anything at it. */
  readonly shows: Shown;
}

export interface Shown {
  readonly category: string;
  readonly message: string;
  readonly field: string;
  readonly value: string;
}

/** Finds what a finding comes from. Time alone is no evidence: the objects, or a message, have to name the connection. */
export type LinkRule = (finding: Finding, scene: Scene) => Link | undefined;

/** Everything that a finding says: its message, and the values that it was seen by. */
export function wordsOf(finding: Finding): string {
  return [finding.message, ...finding.evidence.map(({ value }) => value)].join("\n");
}
