/** The diff of planned files for a terminal: in colour where that is asked for, the same text without it. */
import type { PlannedFile } from "../records/plan.ts";
import { unifiedDiff } from "./file-diff.ts";
import { forTerminal } from "./harmless.ts";

const RESET = "\u001b[0m";
const COLOURS = [
  ["---", "\u001b[1m"],
  ["+++", "\u001b[1m"],
  ["@@", "\u001b[36m"],
  ["+", "\u001b[32m"],
  ["-", "\u001b[31m"],
] as const;

function paint(line: string): string {
  const colour = COLOURS.find(([start]) => line.startsWith(start))?.[1];
  return colour === undefined ? line : `${colour}${line}${RESET}`;
}

/** Renders the diff; file contents are made harmless first, so that the colours are the only sequences in it. */
export function terminalDiff(files: readonly PlannedFile[], options: { readonly colour: boolean }): string {
  const lines = forTerminal(unifiedDiff(files).join("\n")).split("\n");
  return lines.map((line) => (options.colour ? paint(line) : line)).join("\n");
}
