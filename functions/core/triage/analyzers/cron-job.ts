/** Cron jobs that do not run when they should: a schedule that is never due, runs that were missed, a run that blocks the next. */
import { type Due, dueBefore, scheduleProblem } from "../cron-schedule.ts";
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { type JobView, viewJob } from "../job-view.ts";
import { booleanAt, instantAt, refOf, textAt } from "../../records/read-object.ts";
import type { EventView, Snapshot } from "../snapshot.ts";

/** The controller says these again at each look, so an older one has been overcome. */
const STILL_MS = 60 * 60_000;

const SCHEDULE_EVENTS = new Set(["UnparseableSchedule", "InvalidSchedule", "UnknownTimeZone"]);
const MISSED_EVENTS = new Set(["TooManyMissedTimes", "FailedNeedsStart"]);

/** Runs of one cron job at once from which on they pile up. */
const PILE = 5;

/** Finds cron jobs in trouble; a suspended one is meant so, and a failed last run is told as a failed job. */
export const findCronJobTrouble: Analyzer = (snapshot) =>
  snapshot.ofKind("CronJob").flatMap((cronJob) => {
    if (booleanAt(cronJob, "spec", "suspend") === true) return [];
    const seen = describe(snapshot, cronJob);
    return seen ? [findingOf(refOf(cronJob), seen)] : [];
  });

function describe(snapshot: Snapshot, cronJob: KubernetesObject): Seen | undefined {
  const schedule = textAt(cronJob, "spec", "schedule") ?? "";
  const zone = textAt(cronJob, "spec", "timeZone");
  const events = snapshot.eventsOf(refOf(cronJob)).filter((event) => snapshot.now - (event.lastAt ?? snapshot.now) < STILL_MS);
  const broken = neverDue({ problem: scheduleProblem(schedule, zone, snapshot.now), events, schedule, zone });
  if (broken) return broken;
  const due = dueBefore(schedule, zone, snapshot.now);
  const jobs = snapshot
    .ofKind("Job")
    .map(viewJob)
    .filter((job) => job.cronJob === cronJob.metadata.name && job.object.metadata.namespace === cronJob.metadata.namespace);
  return (
    blocked({ cronJob, due, jobs, now: snapshot.now }) ?? missed({ cronJob, due, events, jobs }) ?? unsuccessful({ cronJob, due, jobs, now: snapshot.now })
  );
}

interface NeverDue {
  readonly problem: string | undefined;
  readonly events: readonly EventView[];
  readonly schedule: string;
  readonly zone: string | undefined;
}

function neverDue({ problem, events, schedule, zone }: NeverDue): Seen | undefined {
  const event = events.findLast((one) => SCHEDULE_EVENTS.has(one.reason));
  if (problem === undefined && event === undefined) return undefined;
  return {
    category: "cron-schedule",
    message: `the cron job never runs: ${problem ?? `${event?.reason ?? ""}: ${event?.message ?? ""}`}`,
    evidence: [
      ["spec.schedule", schedule],
      ["spec.timeZone", zone],
      [`Event ${event?.reason ?? ""}`, event?.message],
    ],
  };
}

interface Runs {
  readonly cronJob: KubernetesObject;
  readonly due: Due | undefined;
  readonly jobs: readonly JobView[];
}

/** With Forbid a run that does not end keeps every later one from starting; with Allow they pile up. */
function blocked({ cronJob, due, jobs, now }: Runs & { now: number }): Seen | undefined {
  const running = jobs.filter((job) => job.state === "running");
  const policy = textAt(cronJob, "spec", "concurrencyPolicy") ?? "Allow";
  const oldest = running.sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0))[0];
  const isHeld = policy === "Forbid" && isBefore(oldest?.startedAt, due);
  if (!oldest || !(isHeld || running.length >= PILE)) return undefined;
  const minutes = Math.floor((now - (oldest.startedAt ?? now)) / 60_000);
  return {
    category: "cron-job-blocked",
    message: isHeld
      ? `Job ${oldest.object.metadata.name} has run for ${minutes} minutes without ending, and with concurrencyPolicy Forbid no later run starts (JobAlreadyActive)`
      : `${running.length} runs of the cron job are active at once, the oldest for ${minutes} minutes: they do not end before the next starts`,
    evidence: [
      ["spec.concurrencyPolicy", policy],
      [`Job ${oldest.object.metadata.name} status.startTime`, oldest.startedAt === undefined ? undefined : new Date(oldest.startedAt).toISOString()],
    ],
    since: oldest.startedAt,
  };
}

function missed({ cronJob, due, events, jobs }: Runs & { events: readonly EventView[] }): Seen | undefined {
  const event = events.findLast((one) => MISSED_EVENTS.has(one.reason));
  const lastRun = instantAt(cronJob, "status", "lastScheduleTime");
  const reference = lastRun ?? instantAt(cronJob, "metadata", "creationTimestamp");
  if (!event && !isLate(due, reference, jobs)) return undefined;
  const at = lastRun === undefined ? "(never)" : new Date(lastRun).toISOString();
  const schedule = textAt(cronJob, "spec", "schedule") ?? "";
  return {
    category: "cron-missed",
    message: `the cron job misses its schedule ${schedule}: it last ran at ${at}${event ? `; ${event.reason}: ${event.message}` : ""}`,
    evidence: [
      ["status.lastScheduleTime", at],
      ["spec.schedule", schedule],
      [`Event ${event?.reason ?? ""}`, event?.message],
    ],
    since: reference,
  };
}

/** Tells whether two runs were due since then, by any clock that the controller may go by. */
function isBefore(time: number | undefined, due: Due | undefined): boolean {
  const second = due?.last[1];
  return time !== undefined && due !== undefined && second !== undefined && time < second - due.toleranceMs;
}

/** Two runs that were due did not come, and none is under way that they might wait for. */
function isLate(due: Due | undefined, reference: number | undefined, jobs: readonly JobView[]): boolean {
  return isBefore(reference, due) && !jobs.some((job) => job.state === "running");
}

/** Its failed jobs may be cleared away; that none succeeded stands in its status. */
function unsuccessful({ cronJob, due, jobs, now }: Runs & { now: number }): Seen | undefined {
  const [ran, succeeded] = ["lastScheduleTime", "lastSuccessfulTime"].map((field) => instantAt(cronJob, "status", field));
  if (!due || ran === undefined || succeeded === undefined || jobs.some((job) => job.state !== "suspended")) return undefined;
  const isOld = ran - succeeded > 2 * due.intervalMs && now - succeeded > 2 * due.intervalMs;
  if (!isOld) return undefined;
  return {
    category: "failed-job",
    message: `the cron job runs and does not succeed: it last ran at ${new Date(ran).toISOString()} and last succeeded at ${new Date(succeeded).toISOString()}; its failed jobs are cleared away`,
    evidence: [
      ["status.lastScheduleTime", new Date(ran).toISOString()],
      ["status.lastSuccessfulTime", new Date(succeeded).toISOString()],
    ],
    since: succeeded,
  };
}
