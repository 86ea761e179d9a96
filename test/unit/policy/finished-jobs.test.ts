/** Which jobs may be cleared, and why the others stay. */
import { describe, expect, it } from "vitest";
import { chooseJobs, keptWords } from "../../../functions/core/policy/actions/finished-jobs.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const HOUR_MS = 3_600_000;

function job(name: string, status: object, uid: string | undefined = `uid-${name}`): KubernetesObject {
  return { apiVersion: "batch/v1", kind: "Job", metadata: { name, namespace: "web", ...(uid !== undefined && { uid }) }, status };
}

function finished(hoursAgo: number): object {
  return { succeeded: 1, completionTime: new Date(NOW - hoursAgo * HOUR_MS).toISOString(), conditions: [{ type: "Complete", status: "True" }] };
}

const choose = (objects: readonly KubernetesObject[]): ReturnType<typeof chooseJobs> =>
  chooseJobs(objects, { namespace: "web", finishedBefore: NOW - HOUR_MS });

describe("finished jobs", () => {
  it("are cleared oldest first, twenty at a time", () => {
    const jobs = Array.from({ length: 30 }, (_item, index) => job(`job-${index}`, finished(index + 2)));
    const chosen = choose(jobs);
    expect([chosen.targets.length, chosen.left]).toEqual([20, 10]);
    expect(chosen.targets[0]?.object.name).toBe("job-29");
  });

  it("stay while they run, when they failed, when they are young, and where a CronJob counts them as running", () => {
    const cronJob: KubernetesObject = {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "backup", namespace: "web" },
      status: { active: [{ uid: "uid-counted" }] },
    };
    const chosen = choose([
      cronJob,
      job("counted", finished(5)),
      job("young", finished(0.5)),
      job("runs", { active: 1 }),
      job("odd", { ...finished(5), succeeded: 0 }),
      job("failed", { conditions: [{ type: "Failed", status: "True" }] }),
      { ...job("elsewhere", finished(5)), metadata: { name: "elsewhere", namespace: "other", uid: "u" } },
      job("good", finished(5)),
    ]);
    expect(chosen.targets.map(({ object }) => object.name)).toEqual(["good"]);
    expect(keptWords(chosen.kept)).toBe("1 still counted as running by a CronJob, 1 finished only a while ago, 2 still running, 1 failed, which is evidence");
  });
});
