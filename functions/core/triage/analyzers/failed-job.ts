/** Jobs that gave up, and those that are about to. */
import { endWords } from "../crashing.ts";
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import { type JobView, viewJob } from "../job-view.ts";
import { logsOf, tellingLine } from "../log-line.ts";
import { podsOf } from "../pods-of.ts";
import { numberAt, refOf } from "../../records/read-object.ts";
import type { Snapshot } from "../snapshot.ts";

/** One failed pod is what the back-off limit is for. */
const MIN_FAILURES = 2;

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ["BackoffLimitExceeded", "its pods failed more often than backoffLimit allows"],
  ["DeadlineExceeded", "it ran longer than activeDeadlineSeconds"],
  ["PodFailurePolicy", "a pod failed in a way that its podFailurePolicy gives up on"],
  ["FailedIndexes", "some of its indexes failed"],
  ["MaxFailedIndexesExceeded", "more of its indexes failed than it allows"],
]);

/** Finds jobs that failed or fail; of a cron job's only the last run counts, and what succeeded later is silent. */
export const findFailedJobs: Analyzer = (snapshot) => {
  const jobs = snapshot.ofKind("Job").map(viewJob);
  return jobs.flatMap((job) => {
    const seen = job.state === "failed" ? failed(snapshot, job, jobs) : failing(snapshot, job);
    return seen ? [findingOf(refOf(job.object), seen)] : [];
  });
};

function failed(snapshot: Snapshot, job: JobView, jobs: readonly JobView[]): Seen | undefined {
  if (job.cronJob !== undefined && isOvertaken(job, jobs)) return undefined;
  const { last, evidence } = lastFailure(snapshot, job);
  return {
    category: "failed-job",
    message: `${job.reason || "Failed"}: the job has failed: ${[MEANINGS.get(job.reason), job.message, last].filter(Boolean).join("; ") || "no reason given"}`,
    evidence: [["status.conditions[Failed].reason", job.reason], ["status.conditions[Failed].message", job.message], ...evidence],
    since: job.endedAt,
  };
}

/** A later run of the same cron job has ended, well or not: that one counts. */
function isOvertaken(job: JobView, jobs: readonly JobView[]): boolean {
  const sameJobs = jobs.filter((other) => other.cronJob === job.cronJob && other.object.metadata.namespace === job.object.metadata.namespace);
  return sameJobs.some((other) => (other.state === "complete" || other.state === "failed") && (other.endedAt ?? 0) > (job.endedAt ?? 0));
}

function failing(snapshot: Snapshot, job: JobView): Seen | undefined {
  const failures = numberAt(job.object, "status", "failed") ?? 0;
  if (job.state !== "running" || failures < MIN_FAILURES || (numberAt(job.object, "status", "succeeded") ?? 0) > 0) return undefined;
  const { last, evidence } = lastFailure(snapshot, job);
  const limit = numberAt(job.object, "spec", "backoffLimit") ?? 6;
  return {
    category: "failed-job",
    message: `the pods of the job fail: ${failures} failed so far, and after ${limit + 1} it gives up (BackoffLimitExceeded)${last === undefined ? "" : `; ${last}`}`,
    evidence: [["status.failed", failures], ...evidence],
    since: job.startedAt,
  };
}

/** How the last of the job's pods ended, and what its log says. */
function lastFailure(snapshot: Snapshot, job: JobView): { readonly last: string | undefined; readonly evidence: Seen["evidence"] } {
  const ends = podsOf(snapshot, job.object).flatMap((pod) =>
    pod.containers.flatMap((container) => {
      const end = container.terminated ?? container.lastTerminated;
      return end === undefined || end.exitCode === 0 ? [] : [{ pod, container, end }];
    }),
  );
  const found = ends.sort((a, b) => (a.end.finishedAt ?? 0) - (b.end.finishedAt ?? 0)).at(-1);
  if (!found) return { last: undefined, evidence: [] };
  const { pod, container, end } = found;
  const line = tellingLine(logsOf(snapshot, pod, container.name));
  const reason = end.reason === "OOMKilled" ? "OOMKilled: " : "";
  return {
    last: `${reason}${container.role} ${container.name} of pod ${pod.ref.name} ended with ${endWords(end)}${line === undefined ? "" : `; its log says: ${line}`}`,
    evidence: [
      [`Pod ${pod.ref.name} ${container.field}.terminated`, `${reason}${endWords(end)}`],
      ["log", line],
    ],
  };
}
