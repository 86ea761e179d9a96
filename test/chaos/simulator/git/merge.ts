/** Merging three versions as git does: file by file, and within a file line by line, where changes that touch are a conflict. */
import { diffArrays } from "diff";
import type { File, Files, Objects } from "./objects.ts";

interface Hunk {
  /** Lines of the base that it replaces. */
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
  readonly side: 0 | 1;
}

/** @returns undefined on a conflict */
export function mergeFiles(objects: Objects, base: Files, sides: readonly [Files, Files]): Files | undefined {
  const [ours, theirs] = sides;
  const merged = new Map<string, File>();
  for (const path of new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])) {
    const file = mergeFile(objects, base.get(path), [ours.get(path), theirs.get(path)]);
    if (file === "conflict") return undefined;
    if (file) merged.set(path, file);
  }
  return merged;
}

function isSame(one: File | undefined, other: File | undefined): boolean {
  return one?.blob === other?.blob && one?.mode === other?.mode;
}

function mergeFile(objects: Objects, base: File | undefined, [ours, theirs]: readonly [File | undefined, File | undefined]): File | "conflict" | undefined {
  if (isSame(ours, theirs) || isSame(base, theirs)) return ours;
  if (isSame(base, ours)) return theirs;
  if (!base || !ours || !theirs) return "conflict";
  const text = (file: File): string => objects.blobs.get(file.blob)?.toString() ?? "";
  const merged = mergeText(text(base), [text(ours), text(theirs)]);
  if (merged === undefined) return "conflict";
  return { mode: ours.mode === base.mode ? theirs.mode : ours.mode, blob: objects.putBlob(Buffer.from(merged)) };
}

/** @returns undefined on a conflict */
export function mergeText(base: string, sides: readonly [string, string]): string | undefined {
  const lines = linesOf(base);
  const hunks = sides
    .flatMap((text, side) => hunksOf(lines, linesOf(text), side === 0 ? 0 : 1))
    .toSorted((one, other) => one.from - other.from || one.to - other.to);
  const merged: string[] = [];
  let at = 0;
  while (hunks.length > 0) {
    const group = takeGroup(hunks);
    const from = Math.min(...group.map((hunk) => hunk.from));
    const to = Math.max(...group.map((hunk) => hunk.to));
    const results = ([0, 1] as const)
      .filter((side) => group.some((hunk) => hunk.side === side))
      .map((side) =>
        applied(
          lines,
          group.filter((hunk) => hunk.side === side),
          { from, to },
        ),
      );
    const [result = [], other] = results;
    if (other && other.join("") !== result.join("")) return undefined;
    merged.push(...lines.slice(at, from), ...result);
    at = to;
  }
  return [...merged, ...lines.slice(at)].join("");
}

/** Each with its end; the last one may have none. */
export function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}

function hunksOf(base: readonly string[], text: readonly string[], side: Hunk["side"]): Hunk[] {
  const hunks: Hunk[] = [];
  let at = 0;
  let open: { from: number; to: number; lines: string[] } | undefined;
  const close = (): void => {
    if (open) hunks.push({ ...open, side });
    open = undefined;
  };
  for (const part of diffArrays([...base], [...text])) {
    if (!part.added && !part.removed) {
      close();
      at += part.value.length;
      continue;
    }
    open ??= { from: at, to: at, lines: [] };
    if (part.added) open.lines.push(...part.value);
    else {
      at += part.value.length;
      open.to = at;
    }
  }
  close();
  return hunks;
}

/** The first hunk and all that touch it, or touch those. */
function takeGroup(hunks: Hunk[]): readonly Hunk[] {
  const group = hunks.splice(0, 1);
  let end = group[0]?.to ?? 0;
  while (hunks[0] && hunks[0].from <= end) {
    const [next] = hunks.splice(0, 1);
    if (next) group.push(next);
    end = Math.max(end, next?.to ?? end);
  }
  return group;
}

function applied(base: readonly string[], hunks: readonly Hunk[], { from, to }: { from: number; to: number }): string[] {
  const result: string[] = [];
  let at = from;
  for (const hunk of hunks) {
    result.push(...base.slice(at, hunk.from), ...hunk.lines);
    at = hunk.to;
  }
  return [...result, ...base.slice(at, to)];
}
