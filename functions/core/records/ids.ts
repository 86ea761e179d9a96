/** Deterministic ids: the same cause always names the same record, event, branch (design 3). */
import { createHash } from "node:crypto";

/** Length of an id in hex digits: 128 bits, short enough for a label value and a branch name. */
const ID_LENGTH = 32;

/**
 * Hashes parts to an id of 32 hex digits. The parts are framed by JSON, so that ("a", "bc") and ("ab", "c") differ.
 */
export function hashId(...parts: readonly (string | number)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, ID_LENGTH);
}

/** The whole sha256 of a text in hex: for digests that people compare and approvals bind. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
