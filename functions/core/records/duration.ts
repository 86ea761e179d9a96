/** Lengths of time as people write them: `30s`, `5m`, `2h`, `30d`. */

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads one whole number and one of the units that are allowed. @returns ms, or undefined when it is none of these */
export function parseDuration(text: string, units: string): number | undefined {
  const match = /^([1-9]\d{0,5})([smhd])$/.exec(text);
  const [unit, number] = [match?.[2], match?.[1]];
  return unit !== undefined && units.includes(unit) ? Number(number) * (UNIT_MS[unit] ?? Number.NaN) : undefined;
}
