/** When a schedule is due: by the wall clock of its time zone, also on the two days a year whose clock jumps. */
import { Cron } from "croner";
import type { ScheduleTrigger } from "../records/pipeline.ts";

/** Croner also reads seconds and years; nothing here is due more often than the minute that the sweep ticks by. */
const FIVE_FIELDS = /^(?:@(?:hourly|daily|weekly|monthly|yearly|annually)|\S+(?:\s+\S+){4})$/;

/** What is wrong with a schedule, and which of its keys to mend; undefined for one that is due some day. */
export function scheduleFault({ cron, timezone }: ScheduleTrigger): { readonly key: "cron" | "timezone"; readonly message: string } | undefined {
  if (!isTimeZone(timezone)) return { key: "timezone", message: "is no time zone; write one like `Europe/Berlin`" };
  const parsed = FIVE_FIELDS.test(cron.trim()) ? read({ cron, timezone }) : undefined;
  if (!parsed) return { key: "cron", message: "has to be five fields (minute, hour, day, month, weekday) like `0 6 * * *`" };
  return parsed.nextRun(new Date(0)) === null ? { key: "cron", message: "is never due: there is no such day" } : undefined;
}

/** The last time, at most now, at which a schedule was due, in ms since the epoch; undefined where there was none. */
export function lastDue(schedule: ScheduleTrigger, now: number): number | undefined {
  // Runs lie strictly before the second that is asked about.
  const dates = read(schedule)?.previousRuns(2, new Date(now + 1_000)) ?? [];
  return dates.map((date) => date.getTime()).find((at) => at <= now);
}

function read({ cron, timezone }: ScheduleTrigger): Cron | undefined {
  try {
    return new Cron(cron.trim(), { paused: true, timezone });
  } catch {
    return undefined; // Croner says it in words about its own fields; the caller has words for the file's.
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false; // A RangeError is the platform's way to say that it knows no such zone.
  }
}
