/** The unified diff of planned files: the same lines for the pull request and the terminal. */
import { structuredPatch } from "diff";
import type { PlannedFile } from "../records/plan.ts";

const CONTEXT_LINES = 3;

/** Over this many edits a file is not diffed but named; a plan has at most 400 changed lines. */
const MAX_EDITS = 2000;

function nameOf(side: "a" | "b", file: PlannedFile): string {
  const isThere = side === "a" ? file.operation !== "create" : file.operation !== "delete";
  return isThere ? `${side}/${file.path}` : "/dev/null";
}

function diffLines(file: PlannedFile): string[] {
  const header = [`--- ${nameOf("a", file)}`, `+++ ${nameOf("b", file)}`];
  const options = { context: CONTEXT_LINES, maxEditLength: MAX_EDITS };
  const patch = structuredPatch("", "", file.before ?? "", file.after ?? "", "", "", options);
  if (patch === undefined) return [...header, "(too many changes to show here)"];
  const hunks = patch.hunks.flatMap((hunk) => [`@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`, ...hunk.lines]);
  return [...header, ...hunks];
}

/** The lines of the unified diff of all files, without line ends. */
export function unifiedDiff(files: readonly PlannedFile[]): string[] {
  return files.flatMap((file) => diffLines(file));
}
