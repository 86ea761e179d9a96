/** Files that only our user may read, from their first moment; SQLite gives its log the same mode. */
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { column } from "./row.ts";

/** Creates an empty file and the directories above it, or leaves what is there: opening that here would drop SQLite's locks on it. */
export function createPrivateFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (column(error, "code") !== "EEXIST") throw error;
  }
}
