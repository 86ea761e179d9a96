/** Durations as workflow files write them. */
import { parseDuration } from "../records/duration.ts";

/** A day: a step that needs longer is no step. */
const MAX_MS = 24 * 3_600_000;

/** Reads `30s`, `5m`, `2h`. @returns ms, or undefined when it is none of these, or over a day */
export function parseTimeout(text: string): number | undefined {
  const ms = parseDuration(text, "smh");
  return ms !== undefined && ms <= MAX_MS ? ms : undefined;
}
