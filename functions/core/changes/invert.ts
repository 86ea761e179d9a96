/** Taking a commit's changes to files back, on the files as they are today: a three-way merge that never guesses. */
import type { FileDiff, FileEdit } from "../records/source.ts";
import { changedLines, type LineChange, splitLines } from "./line-changes.ts";

/** Edits that undo, or in words why they cannot be made. */
export type Inverted = { readonly edits: readonly FileEdit[] } | { readonly conflict: string };

/**
 * Inverts what a commit did to each file. Text is spliced and never written anew, so comments, order, quoting and line ends
 * stay; where nothing else changed since, the result is byte for byte what was there before.
 */
export function invertFiles(currentTexts: ReadonlyMap<string, string | undefined>, diffs: readonly FileDiff[]): Inverted {
  const edits: FileEdit[] = [];
  for (const diff of diffs) {
    if (diff.before === diff.after) continue;
    const inverted = invertFile(currentTexts.get(diff.path), diff);
    if ("conflict" in inverted) return inverted;
    if (inverted.content !== currentTexts.get(diff.path)) edits.push({ path: diff.path, content: inverted.content });
  }
  return edits.length === 0 ? { conflict: "everything is taken back already" } : { edits };
}

function invertFile(current: string | undefined, { path, before, after }: FileDiff): { readonly content: string | undefined } | { readonly conflict: string } {
  if (current === after) return { content: before };
  if (current === before) return { content: current };
  if (current === undefined) return { conflict: `${path} was deleted since` };
  if (after === undefined) return { conflict: `${path} was created again since` };
  if (before === undefined) return { conflict: `${path} was changed since it was created` };
  return mergeInverse(path, { base: after, theirs: before, current });
}

/** Applies (base → theirs) to today's text, which is base with other changes: refused where both touch the same or adjoining lines. */
function mergeInverse(
  path: string,
  texts: { readonly base: string; readonly theirs: string; readonly current: string },
): { readonly content: string } | { readonly conflict: string } {
  const undo = changedLines(texts.base, texts.theirs);
  const since = changedLines(texts.base, texts.current);
  if (!undo || !since) return { conflict: `${path} changed in too many lines since` };
  const clash = undo.flatMap((change) => since.filter((other) => touches(change, other)))[0];
  if (clash) return { conflict: `line ${clash.start + 1} of ${path} was changed again since` };
  return { content: splice(splitLines(texts.base), [...undo, ...since]) };
}

function touches(a: LineChange, b: LineChange): boolean {
  return a.start <= b.start + b.removed.length && b.start <= a.start + a.removed.length;
}

function splice(lines: readonly string[], changes: readonly LineChange[]): string {
  const ordered = [...changes].sort((a, b) => a.start - b.start);
  const result: string[] = [];
  let next = 0;
  for (const { start, removed, added } of ordered) {
    result.push(...lines.slice(next, start), ...added);
    next = start + removed.length;
  }
  return [...result, ...lines.slice(next)].join("");
}
