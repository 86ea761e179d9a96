/** Jobs that gave up. */
import { type Analyzer, findingOf } from "../finding-of.ts";
import { conditionOf, instantAt, refOf, textAt } from "../../records/read-object.ts";

/** Finds jobs that reached their back-off limit or their deadline. */
export const findFailedJobs: Analyzer = (snapshot) =>
  snapshot.ofKind("Job").flatMap((job) => {
    const condition = conditionOf(job, "Failed");
    if (textAt(condition, "status") !== "True") return [];
    const message = textAt(condition, "message") ?? textAt(condition, "reason");
    return [
      findingOf(refOf(job), {
        category: "failed-job",
        message: `the job has failed: ${message ?? "no reason given"}`,
        evidence: [["status.conditions[Failed].message", message]],
        since: instantAt(condition, "lastTransitionTime"),
      }),
    ];
  });
