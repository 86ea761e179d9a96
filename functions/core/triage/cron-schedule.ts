/** When a CronJob was due, by its schedule; and what is wrong with one that is never due. */
import { Cron } from "croner";

const HOUR_MS = 60 * 60_000;

/** Without a time zone the controller's own counts, which is not known: today's run of UTC may have its turn only later, so the last was a day before. */
const UNKNOWN_ZONE_MS = 24 * HOUR_MS;

export interface Due {
  /** The last times before now at which a run was due, the latest first. */
  readonly last: readonly number[];
  /** Between two runs. */
  readonly intervalMs: number;
  /** By how much the times may be wrong. */
  readonly toleranceMs: number;
}

const EVERY_UNITS: Readonly<Record<string, number>> = { h: HOUR_MS, m: 60_000, s: 1000 };

/** The last runs that were due; undefined where the schedule cannot be read or is never due. */
export function dueBefore(schedule: string, timeZone: string | undefined, now: number): Due | undefined {
  const every = everyMs(schedule);
  if (every !== undefined) return { last: [now - every, now - 2 * every, now - 3 * every], intervalMs: every, toleranceMs: every };
  const cron = readCron(schedule, timeZone);
  const last = cron?.previousRuns(3, new Date(now)).map((date) => date.getTime()) ?? [];
  const [first, second] = last;
  if (first === undefined || second === undefined) return undefined;
  const intervalMs = first - second;
  const hasZone = timeZone !== undefined || zoneIn(schedule) !== undefined;
  return { last, intervalMs, toleranceMs: hasZone ? 0 : isSameInAllZones(schedule) ? intervalMs : UNKNOWN_ZONE_MS };
}

/** A schedule that leaves hours and days alone is due at the same time everywhere. */
function isSameInAllZones(schedule: string): boolean {
  const [, ...others] = schedule.trim().split(/\s+/);
  return schedule.trim() === "@hourly" || (others.length === 4 && others.every((field) => /^[*?]$/.test(field)));
}

/** Says why a schedule is never due; undefined for one that is. */
export function scheduleProblem(schedule: string, timeZone: string | undefined, now: number): string | undefined {
  if (everyMs(schedule) !== undefined) return undefined;
  if (timeZone !== undefined && !isTimeZone(timeZone)) return `the time zone ${timeZone} is not known`;
  const cron = readCron(schedule, timeZone);
  if (!cron) return `the schedule ${schedule} cannot be read`;
  return cron.nextRun(new Date(now)) === null ? `the schedule ${schedule} is never due: there is no such day` : undefined;
}

/** `@every 1h30m`, which only Kubernetes' parser has. */
function everyMs(schedule: string): number | undefined {
  const text = /^@every (.+)$/.exec(schedule.trim())?.[1];
  if (text === undefined) return undefined;
  const total = [...text.matchAll(/(\d{1,6})([hms])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (EVERY_UNITS[unit ?? ""] ?? 0), 0);
  return total > 0 ? total : undefined;
}

/** `CRON_TZ=Europe/Berlin 0 3 * * *`, the older way to name a zone. */
function zoneIn(schedule: string): string | undefined {
  return /^(?:CRON_)?TZ=(\S+) /.exec(schedule)?.[1];
}

function readCron(schedule: string, timeZone: string | undefined): Cron | undefined {
  const pattern = schedule.replace(/^(CRON_)?TZ=\S+ /, "").trim();
  const zone = timeZone ?? zoneIn(schedule) ?? "UTC";
  if (!isTimeZone(zone)) return undefined;
  try {
    return new Cron(pattern, { paused: true, timezone: zone });
  } catch {
    return undefined;
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
