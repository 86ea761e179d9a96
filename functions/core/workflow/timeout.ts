/** Durations as workflow files write them. */

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** A day: a step that needs longer is no step. */
const MAX_MS = 24 * 3_600_000;

/** Reads `30s`, `5m`, `2h`. @returns ms, or undefined when it is none of these, or over a day */
export function parseTimeout(text: string): number | undefined {
  const match = /^([1-9]\d{0,5})([smh])$/.exec(text);
  const ms = Number(match?.[1]) * (UNIT_MS[match?.[2] ?? ""] ?? Number.NaN);
  return ms <= MAX_MS ? ms : undefined;
}
