/** Incidents that come back, and alerts that our own changes raise: linked, held back, and at last left to a person (safety T27, E6, E7). */
import { describe, expect, it } from "vitest";
import { decideFact, decideStart } from "../../../functions/core/engine/decide.ts";
import { incidentKey, incidentRunId } from "../../../functions/core/engine/incident.ts";
import { repositoryRun, repositoryRunId } from "../../../functions/core/engine/start.ts";
import type { Alert } from "../../../functions/core/records/alert.ts";
import type { Run } from "../../../functions/core/records/run.ts";
import { lockName, receiveIncident } from "../../../functions/core/shell/incidents.ts";
import { contextOf, createRun, moveRun } from "../../../functions/core/shell/runs.ts";
import { noteTouched } from "../../../functions/core/shell/touched.ts";
import { CRASH_LOOP, proposedStory, REPOSITORY } from "../engine/a-story.ts";
import { aShell, all, type Bench, MINUTE_MS } from "./a-shell.ts";

const LABELS = { alertname: "KubePodCrashLooping", namespace: "web", pod: "shop-5d9c7b8f6-x2x9k" };
const KEY = incidentKey(LABELS);
const START = { pipeline: CRASH_LOOP, pipelineCommit: "e".repeat(40), repository: REPOSITORY, baseRef: "main" };
const OBJECT = "Deployment web/shop";

function alertNow(bench: Bench, overrides: Partial<Alert> = {}): Alert {
  return { fingerprint: "f1", status: "firing", startsAt: bench.now(), labels: LABELS, annotations: {}, ...overrides };
}

function receive(bench: Bench, alert: Alert, key = KEY): ReturnType<typeof receiveIncident> {
  return receiveIncident(bench.shell, { key, alerts: [alert], objects: [OBJECT], start: START }, {});
}

/** Ends the run of the incident's lock. */
async function end(bench: Bench): Promise<string> {
  const name = (await bench.store.read("Lock", lockName(KEY)))?.record.run ?? "";
  await moveRun(bench.shell, name, (run, context) => decideFact(run, { fact: "stop", by: "a test" }, context));
  return name;
}

async function fire(bench: Bench): Promise<Run> {
  const alert = alertNow(bench);
  expect(await receive(bench, alert)).toBe("stored");
  const run = (await bench.store.read("Lock", lockName(KEY)))?.record.run ?? "";
  const stored = await bench.store.read("Run", run);
  if (!stored) throw new Error(`there is no run ${run}`);
  return stored.record;
}

describe("an incident that comes back", () => {
  it("waits ten minutes, then twenty, then a person has it for a day", async () => {
    const bench = aShell();
    const first = await fire(bench);
    expect([first.link, first.heldUntil]).toEqual([undefined, undefined]);
    await end(bench);
    bench.later(1);
    const second = await fire(bench);
    expect([second.link, second.heldUntil, second.steps[0]?.state]).toEqual([2, bench.now() + 9 * MINUTE_MS, "pending"]);
    await end(bench);
    bench.later(30);
    const third = await fire(bench);
    expect([third.link, third.steps[0]?.state]).toEqual([3, "running"]);
    await end(bench);
    for (let index = 0; index < 50; index += 1) {
      bench.later(20);
      await fire(bench);
    }
    expect(await all(bench.store, "Run")).toHaveLength(3);
    bench.later(24 * 60);
    expect((await fire(bench)).link).toBeUndefined();
    expect(await all(bench.store, "Run")).toHaveLength(4);
  });

  it("begins nothing that was over before its pause was", async () => {
    const bench = aShell();
    await fire(bench);
    await end(bench);
    bench.later(1);
    const alert = alertNow(bench);
    await receive(bench, alert);
    const name = incidentRunId(KEY, [alert]);
    await receive(bench, { ...alert, status: "resolved" });
    bench.later(10);
    await moveRun(bench.shell, name, decideStart);
    const run = (await bench.store.read("Run", name))?.record;
    expect([run?.phase, run?.outbox, run?.outcome]).toEqual(["succeeded", [], "it was over before there was anything to do"]);
  });

  it("changes nothing any more in its third run: the step fails in words", async () => {
    const bench = aShell();
    const context = await contextOf(bench.shell, "r");
    const run = { ...(await fire(bench)), link: 3 };
    const found = { output: { remedy: { result: "found" } }, state: "succeeded" as const };
    const steps = run.steps.map((step) => (step.id === "find" ? { ...step, ...found } : step));
    const { run: next } = decideStart({ ...run, steps, outbox: [] }, context);
    expect(next.steps.map(({ state }) => state)).toEqual(["succeeded", "failed"]);
    expect(next.outcome).toContain("for the third time within a day");
    expect(next.changes).toEqual([]);
  });
});

describe("an alert about an object that a change of ours is at", () => {
  const OTHER = { alertname: "KubeDeploymentRolloutStuck", namespace: "web", deployment: "shop" };
  const OTHER_KEY = incidentKey(OTHER);

  it("starts nothing: it is counted in, and said once on the pull request", async () => {
    const bench = aShell();
    await bench.store.create("Run", "run-1", proposedStory().run);
    await noteTouched(bench.shell, "run-1", [OBJECT]);
    for (let pod = 0; pod < 5; pod += 1) expect(await receive(bench, alertNow(bench, { labels: OTHER, fingerprint: `o${pod}` }), OTHER_KEY)).toBe("stored");
    expect(await all(bench.store, "Run")).toEqual(["run-1"]);
    expect((await bench.store.read("Lock", lockName(OTHER_KEY)))?.record.run).toBe("run-1");
    const run = (await bench.store.read("Run", "run-1"))?.record;
    expect(run?.incident?.alerts).toHaveLength(6);
    expect(run?.outbox.filter(({ data }) => data["say"] === "evidence").map(({ data }) => data["words"])).toEqual(["Alert `KubeDeploymentRolloutStuck`."]);
  });

  it("is the next link of the chain where the change was applied a while ago", async () => {
    const bench = aShell();
    const ended: Run = { ...proposedStory().run, phase: "succeeded", endedAt: bench.now(), outbox: [], link: 2 };
    const changes = ended.changes.map((change) => ({ ...change, state: "verified" as const, appliedAt: bench.now() - 5 * MINUTE_MS }));
    await bench.store.create("Run", "run-1", { ...ended, changes });
    await noteTouched(bench.shell, "run-1", [OBJECT]);
    await receive(bench, alertNow(bench, { labels: OTHER }), OTHER_KEY);
    const name = (await bench.store.read("Lock", lockName(OTHER_KEY)))?.record.run ?? "";
    expect((await bench.store.read("Run", name))?.record.link).toBe(3);
  });
});

describe("what was left to a person", () => {
  it("is looked at at once when its alert resolves", async () => {
    const bench = aShell();
    const standing = repositoryRunId(REPOSITORY);
    const context = await contextOf(bench.shell, standing);
    await createRun(bench.shell, standing, decideStart(repositoryRun(REPOSITORY, "main", context), context));
    const run = await fire(bench);
    const name = incidentRunId(KEY, [alertNow(bench)]);
    const stored = await bench.store.read("Run", name);
    await bench.store.replace("Run", name, { ...run, phase: "failed", endedAt: bench.now(), outbox: [], watch: {} }, stored?.version ?? "");
    expect(await receive(bench, alertNow(bench, { status: "resolved" }))).toBe("stored");
    const owed = (await bench.store.read("Run", standing))?.record.outbox.find(({ type }) => type.endsWith("verification.requested"));
    expect(owed?.at).toBe(bench.now());
  });
});
