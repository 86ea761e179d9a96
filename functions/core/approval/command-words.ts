/** What stands behind `/ignore` and `/pause`: a length of time within bounds, and a reason. */
import { parseDuration } from "../records/duration.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What is ignored for less than an hour needs no file, and what is for more than a year is forgotten. */
const IGNORE_MS = { min: HOUR_MS, max: 365 * DAY_MS } as const;
const PAUSE_MS = { min: 60_000, max: DAY_MS } as const;

function within(text: string, units: string, { min, max }: { readonly min: number; readonly max: number }): number | undefined {
  const ms = parseDuration(text, units);
  return ms !== undefined && ms >= min && ms <= max ? ms : undefined;
}

/** `30d it is a playground`: how long and why, both of which have to be said. @returns undefined for anything else */
export function parseIgnoreWords(argument: string): { readonly forMs: number; readonly reason: string } | undefined {
  const [, length = "", reason = ""] = /^(\S+)\s+(\S.*)$/s.exec(argument) ?? [];
  const forMs = within(length, "hd", IGNORE_MS);
  return forMs === undefined || reason === "" ? undefined : { forMs, reason };
}

/** `2h`, or nothing for a pause without an end. @returns undefined for anything else */
export function parsePauseWords(argument: string): { readonly forMs?: number } | undefined {
  if (argument === "") return {};
  const forMs = within(argument, "mh", PAUSE_MS);
  return forMs === undefined ? undefined : { forMs };
}
