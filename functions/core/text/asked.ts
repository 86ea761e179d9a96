/** Who asked for a run, where and in which words: the first line of its pull request or issue. */
import type { RunSpec } from "../records/run.ts";
import { inlineCode, prose } from "./harmless.ts";

/** Markdown; the empty text for a run that nobody asked for. The number makes the forge link both threads. */
export function askedText({ kind, by, said, number }: RunSpec["trigger"]): string {
  if (kind !== "comment" || by === undefined || said === undefined) return "";
  const where = number === undefined ? "" : ` in #${number}`;
  return `${prose(by.login, 80)} asked for this${where}: ${inlineCode(said, { maxLength: 300 })}`;
}
