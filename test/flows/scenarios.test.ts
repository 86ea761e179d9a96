/** Every scenario and every twin of it, from the alert to its end: the fix touches no line that it does not need, and a refusal says in words why and what to decide. */
import { afterEach, describe, expect, it } from "vitest";
import { SCENARIOS } from "../../functions/core/local/scenarios/registry.ts";
import type { Scenario } from "../../functions/core/local/scenarios/scenario.ts";
import type { Run } from "../../functions/core/records/run.ts";
import { FIXES, mergedLines } from "./fixes.ts";
import { breakAndAlert, type Flow, openFlow, untilOver, untilProposed } from "./flow.ts";

let flow: Flow;

afterEach(() => flow.close());

/** Stories of half an hour of virtual time, on a machine that may be busy. */
const MINUTE_MS = 3_000;

const scenarios = new Map(SCENARIOS.map((scenario) => [scenario.name, scenario]));

function scenarioOf(name: string): Scenario {
  const scenario = scenarios.get(name);
  if (!scenario) throw new Error(`no scenario ${name}`);
  return scenario;
}

/** The one issue of the story, its words without the escapes of Markdown. */
async function issue(): Promise<{ readonly state: string; readonly body: string }> {
  const { state, body } = (await flow.api("ada", "GET", "/issues/1")).json as { state: string; body: string };
  return { state, body: body.replaceAll("\\", "") };
}

async function approved(scenario: Scenario): Promise<Run> {
  await breakAndAlert(flow, scenario);
  expect(await flow.comment("ada", await untilProposed(flow), "/approve")).toBe(201);
  return await untilOver(flow);
}

/** The crash loop is told on both stores in the story's own test; of the others one is enough on disk. */
const ON_DISK = new Set(["out-of-memory"]);

describe("the scenarios whose fix is sure", () => {
  it.each(Object.keys(FIXES))("%s: the fix is merged after a yes and proved, and changes just these lines", async (name) => {
    const scenario = scenarioOf(name);
    flow = await openFlow({ store: ON_DISK.has(name) ? "sqlite" : "memory", scenario, minuteMs: MINUTE_MS });
    const run = await approved(scenario);
    expect(run.changes.map(({ state, reason }) => `${state}: ${reason ?? ""}`)).toEqual([expect.stringMatching(/^verified: .* is gone/)]);
    expect(await mergedLines(flow)).toEqual([FIXES[name]]);
    expect(flow.ledger("POST /pulls")).toHaveLength(1);
  });
});

/** Why each twin refuses, and what a person has to decide, as the issue says it. */
const REFUSALS: Readonly<Record<string, readonly [why: RegExp, decide: RegExp]>> = {
  "crash-loop-two-commits": [/More than one commit .* changed what Deployment web\/shop runs/, /needs a person/],
  "out-of-memory-no-room": [
    /no node has room for 4608Mi: node pi5-\w, the largest that can take the pod, has 3\.8Gi that nothing requests/,
    /decide: what may give up memory for shop/,
  ],
  "out-of-memory-leak": [
    /raised twice within 30 days \(112Mi to 128Mi in \w+, 96Mi to 112Mi in \w+\), and it is not enough again: that looks like a leak/,
    /decide: whether shop leaks/,
  ],
  "image-never-ran": [/No image of container worker of Deployment web\/worker is known to have run before/, /decide: which image worker is to run/],
  "image-denied": [/refuses to give ghcr\.io\/acme\/shop:1\.5\.0 to us/, /with which pull secret/],
  "wrong-architecture-and-more": [
    /exec \S+: exec format error.* More than the image has changed since ghcr\.io\/acme\/shop:1\.4\.2 ran/,
    /all of it has to go back/,
  ],
  "probe-unclear": [/port 8080 is one that it declares; and .*none of the commits/, /decide: where shop really answers/],
  "selector-ambiguous": [
    /more of Service web\/shop with it.* more than one workload matches all but one of its labels: .*shop.* and .*shop-canary/,
    /which workload/,
  ],
};

describe("the twins, where a remedy's conditions do not hold", () => {
  it.each(Object.keys(REFUSALS))("%s: nothing is proposed, and an issue says why and what to decide", async (name) => {
    const scenario = scenarioOf(name);
    flow = await openFlow({ scenario, minuteMs: MINUTE_MS });
    await breakAndAlert(flow, scenario);
    const run = await untilOver(flow);
    expect(run.changes).toEqual([]);
    expect(run.phase).toBe("succeeded");
    expect(flow.ledger("POST /pulls")).toEqual([]);
    const { body } = await issue();
    const [why, decide] = REFUSALS[name] ?? [];
    expect(body).toMatch(why ?? /never/);
    expect(body).toMatch(decide ?? /never/);
  });

  it("image-rate-limited: a person is told once, nothing is changed, and it ends when it has passed", async () => {
    const scenario = scenarioOf("image-rate-limited");
    flow = await openFlow({ scenario, minuteMs: MINUTE_MS });
    await breakAndAlert(flow, scenario);
    const run = await untilOver(flow);
    expect(run).toMatchObject({ phase: "succeeded", changes: [], outcome: "the trouble went away by itself; nothing was changed" });
    expect(flow.ledger("POST /pulls")).toEqual([]);
    const said = flow.ledger("POST /comments").map(({ details }) => String(details["body"]));
    expect(said).toEqual([expect.stringMatching(/^The trouble went away by itself, and nothing was changed/)]);
    expect(await issue()).toMatchObject({ state: "closed", body: expect.stringContaining("I change nothing, and watch.") });
    expect((await flow.api("ada", "GET", "/issues/2")).status).toBe(404);
  });
});

/** In `actions.test.ts` and `node-down.test.ts`. */
const WITHOUT_GIT = ["finished-jobs", "finished-jobs-active", "finished-jobs-propose", "node-down"];

it("every scenario has a test here or in a file of its own", () => {
  const tested = [...Object.keys(FIXES), ...Object.keys(REFUSALS), ...WITHOUT_GIT, "image-rate-limited", "wrong-fix"];
  expect([...scenarios.keys()].toSorted()).toEqual(tested.toSorted());
  flow = { close: () => undefined } as Flow;
});
