/** Line by line differences of two texts; a line keeps its own end, so CRLF and a missing last newline survive. */
import { diffArrays } from "diff";

/** A run of lines of the first text, and the lines that stand there in the second. */
export interface LineChange {
  /** First line that is replaced, zero-based; where lines are only added, the line before which they stand. */
  readonly start: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Edits after which two texts are simply different; bounds the time that a comparison takes. */
const MAX_EDITS = 4_000;

/** Splits a text into lines that keep their line ends; an empty text has none. */
export function splitLines(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/** Compares two texts. @returns undefined when they differ in more than some thousand lines */
export function changedLines(from: string, to: string): readonly LineChange[] | undefined {
  const parts = diffArrays(splitLines(from), splitLines(to), { maxEditLength: MAX_EDITS });
  if (parts === undefined) return undefined;
  const changes: { start: number; removed: string[]; added: string[] }[] = [];
  let line = 0;
  let open = false;
  for (const part of parts) {
    if (!part.added && !part.removed) {
      line += part.value.length;
      open = false;
      continue;
    }
    if (!open) changes.push({ start: line, removed: [], added: [] });
    open = true;
    if (part.added) changes.at(-1)?.added.push(...part.value);
    else changes.at(-1)?.removed.push(...part.value);
    if (part.removed) line += part.value.length;
  }
  return changes;
}
