/** What is done directly in the cluster, and what is left to a person: without a pull request either way. */
import { afterEach, describe, expect, it } from "vitest";
import { ACTUATOR_LEDGER } from "../../functions/core/local/cluster/actuator.ts";
import { activeJobs, finishedJobs, JOB_COUNT, proposedJobs } from "../../functions/core/local/scenarios/finished-jobs.ts";
import { nodeDown } from "../../functions/core/local/scenarios/node-down.ts";
import type { Scenario } from "../../functions/core/local/scenarios/scenario.ts";
import type { Run } from "../../functions/core/records/run.ts";
import { breakAndAlert, type Flow, openFlow, untilOver } from "./flow.ts";

let flow: Flow;

afterEach(() => flow.close());

/** The scenario, with jobs that finished long before the alert. */
async function play(scenario: Scenario): Promise<Run> {
  flow = await openFlow({ scenario });
  await breakAndAlert(flow, scenario);
  return await untilOver(flow);
}

function jobs(): number {
  return flow.local.world.cluster.now().filter((object) => object.kind === "Job").length;
}

function effects(): readonly unknown[] {
  return flow.local.world.documents.readLedger(ACTUATOR_LEDGER);
}

function issue(): string {
  return String(flow.ledger("POST /issues")[0]?.details["body"]);
}

describe("two troubles at once", () => {
  it("have a run and an issue each, and neither waits for the other", async () => {
    const [seed] = finishedJobs.healthy;
    const [other] = nodeDown.healthy;
    const push = { ...finishedJobs.breaking.push, files: { ...other?.push.files, ...seed?.push.files } };
    const both: Scenario = {
      ...finishedJobs,
      healthy: [{ by: "ada", push: { ...push, message: "Start the home cluster" } }],
      mishap: {
        words: "both",
        happen: (cluster) => {
          finishedJobs.mishap?.happen(cluster);
          nodeDown.mishap?.happen(cluster);
        },
      },
    };
    await play(both);
    await flow.until("two issues", () => flow.ledger("POST /issues").length === 2);
    const runs = (await flow.store.list("Run", { limit: 500 })).items.filter(({ record }) => record.incident !== undefined);
    expect(new Set(runs.map(({ record }) => record.spec.pipeline?.name))).toEqual(new Set(["finished-jobs", "node-down"]));
    expect(runs).toHaveLength(2);
    expect(effects()).toHaveLength(20);
  });
});

describe("finished jobs that pile up", () => {
  it("are cleared, twenty at a time, and a person is told in an issue", async () => {
    const run = await play(finishedJobs);
    expect(run.phase).toBe("succeeded");
    expect(jobs()).toBe(JOB_COUNT - 20);
    expect(effects()).toHaveLength(20);
    expect(issue()).toContain("I did this: delete 20 finished jobs in web, the oldest first (4 more are left for the next time).");
    expect(flow.ledger("POST /pulls")).toEqual([]);
    const actions = (await flow.store.list("Action")).items;
    expect(actions.map(({ record }) => [record.tool, record.targets.length])).toEqual([["clear_completed_jobs", 20]]);
  });

  it("stay where a CronJob still counts them as running, and the issue says so", async () => {
    const run = await play(activeJobs);
    expect([run.phase, jobs(), effects()]).toEqual(["succeeded", JOB_COUNT, []]);
    expect(issue()).toContain(`I clear none of the jobs in web: ${JOB_COUNT} still counted as running by a CronJob.`);
    expect(flow.ledger("POST /pulls")).toEqual([]);
  });

  it("stay where the policy allows no direct action, and the issue has the command", async () => {
    await play(proposedJobs);
    expect([jobs(), effects()]).toEqual([JOB_COUNT, []]);
    expect(issue()).toContain("    kubectl delete jobs --namespace web import-01 ");
    expect((await flow.store.list("Action")).items).toEqual([]);
  });
});
