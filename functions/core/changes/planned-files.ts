/** The files of a plan, and the limits that keep a change readable (safety T18, F15). */
import { formatObject } from "../records/fields.ts";
import { FILES_PER_CHANGE, LINES_PER_CHANGE } from "../records/limits.ts";
import type { Effect, PlannedFile } from "../records/plan.ts";
import type { FileDiff } from "../records/source.ts";
import { changedLines } from "./line-changes.ts";
import { refusePath, refuseText } from "./path-rules.ts";

export interface PlanningFiles {
  readonly diffs: readonly FileDiff[];
  /** The blob of each file that is there at the base commit. */
  readonly blobs: ReadonlyMap<string, string>;
  /** What the change comes to, so that a refusal can name the real change among noise. */
  readonly effects: readonly Effect[];
}

/** The planned files, or in words why there is no plan. */
export type FilesPlanned = { readonly files: readonly PlannedFile[] } | { readonly refusal: string };

/** Describes each changed file whole and by its changed lines, within the limits; sorted by path. */
export function planFiles({ diffs, blobs, effects }: PlanningFiles): FilesPlanned {
  const changed = diffs.filter((diff) => diff.before !== diff.after).sort((a, b) => (a.path < b.path ? -1 : 1));
  if (changed.length === 0) return { refusal: "the change changes no file" };
  if (changed.length > FILES_PER_CHANGE) return { refusal: `the change touches ${changed.length} files, more than ${FILES_PER_CHANGE}${realChange(effects)}` };
  const refusal = changed.map(refuseFile).find((words) => words !== undefined);
  if (refusal !== undefined) return { refusal };
  const files = changed.map((diff) => plannedFile(diff, blobs.get(diff.path)));
  const lines = files.reduce((sum, file) => sum + (file ? file.removed.length + file.added.length : Infinity), 0);
  if (lines > LINES_PER_CHANGE)
    return { refusal: `the change touches ${Number.isFinite(lines) ? lines : "thousands of"} lines, more than ${LINES_PER_CHANGE}${realChange(effects)}` };
  return { files: files.filter((file) => file !== undefined) };
}

function refuseFile({ path, before, after }: FileDiff): string | undefined {
  return refusePath(path) ?? [before, after].map((text) => (text === undefined ? undefined : refuseText(path, text))).find((words) => words !== undefined);
}

function plannedFile({ path, before, after }: FileDiff, blob: string | undefined): PlannedFile | undefined {
  const changes = changedLines(before ?? "", after ?? "");
  if (!changes) return undefined;
  return {
    path,
    operation: before === undefined ? "create" : after === undefined ? "delete" : "update",
    ...(blob !== undefined && { baseBlob: blob }),
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    removed: changes.flatMap((change) => change.removed),
    added: changes.flatMap((change) => change.added),
  };
}

function realChange(effects: readonly Effect[]): string {
  if (effects.length === 0) return "; no object changes by it";
  const named = effects.slice(0, 3).map((effect) => `${formatObject(effect.object)} ${effect.field}`.trim());
  return `; what changes by it: ${named.join(", ")}${effects.length > 3 ? ` and ${effects.length - 3} more fields` : ""}`;
}
