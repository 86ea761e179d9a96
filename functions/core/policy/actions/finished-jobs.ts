/** Which finished jobs may be cleared: old ones that succeeded, and that no running CronJob still counts (safety T36, C14). */
import type { Target } from "../../records/action.ts";
import { TARGETS_PER_ACTION } from "../../records/action.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { conditionOf, instantAt, listAt, numberAt, refOf, textAt } from "../../records/read-object.ts";
import { whyProtected } from "./protected-objects.ts";

export interface JobChoice {
  readonly namespace: string;
  /** Finished before this moment, ms. */
  readonly finishedBefore: number;
}

export interface ChosenJobs {
  /** The oldest, at most as many as one action may touch. */
  readonly targets: readonly Target[];
  /** How many more there are. */
  readonly left: number;
  /** Jobs of the namespace that stay, by reason. */
  readonly kept: ReadonlyMap<string, number>;
}

/** Chooses among the jobs and CronJobs of a snapshot. */
export function chooseJobs(objects: readonly KubernetesObject[], { namespace, finishedBefore }: JobChoice): ChosenJobs {
  const active = activeJobs(objects, namespace);
  const jobs = objects.filter((object) => object.kind === "Job" && object.apiVersion.startsWith("batch/") && object.metadata.namespace === namespace);
  const kept = new Map<string, number>();
  const free: KubernetesObject[] = [];
  for (const job of jobs) {
    const why = whyKept(job, { active, finishedBefore });
    if (why === undefined) free.push(job);
    else kept.set(why, (kept.get(why) ?? 0) + 1);
  }
  const oldest = free.toSorted((a, b) => (finishedAt(a) ?? 0) - (finishedAt(b) ?? 0));
  const targets = oldest.slice(0, TARGETS_PER_ACTION).map((job) => ({ object: refOf(job), uid: job.metadata.uid ?? "" }));
  return { targets, left: oldest.length - targets.length, kept };
}

/** The reasons with their numbers, as one phrase. */
export function keptWords(kept: ChosenJobs["kept"]): string {
  return [...kept].map(([why, count]) => `${count} ${why}`).join(", ");
}

function whyKept(job: KubernetesObject, given: { active: ReadonlySet<string>; finishedBefore: number }): string | undefined {
  if (job.metadata.uid === undefined || whyProtected(job) !== undefined) return "may not be touched";
  if (given.active.has(job.metadata.uid)) return "still counted as running by a CronJob";
  if (textAt(conditionOf(job, "Failed"), "status") === "True") return "failed, which is evidence";
  const at = finishedAt(job);
  if (at === undefined || (numberAt(job, "status", "succeeded") ?? 0) < 1 || (numberAt(job, "status", "active") ?? 0) > 0) return "still running";
  return at < given.finishedBefore ? undefined : "finished only a while ago";
}

function finishedAt(job: KubernetesObject): number | undefined {
  return textAt(conditionOf(job, "Complete"), "status") === "True" ? instantAt(job, "status", "completionTime") : undefined;
}

function activeJobs(objects: readonly KubernetesObject[], namespace: string): ReadonlySet<string> {
  const cronJobs = objects.filter((object) => object.kind === "CronJob" && object.metadata.namespace === namespace);
  return new Set(cronJobs.flatMap((cronJob) => listAt(cronJob, "status", "active").flatMap((job) => textAt(job, "uid") ?? [])));
}
