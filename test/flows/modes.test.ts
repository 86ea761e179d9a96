/** The three modes: nothing but an issue, pull requests that wait, and what is safe done without asking (design 8.1). */
import { afterEach, describe, expect, it } from "vitest";
import { crashLoop } from "../../functions/core/local/scenarios/crash-loop.ts";
import { SHOP_FILE } from "../../functions/core/local/scenarios/home.ts";
import type { Scenario } from "../../functions/core/local/scenarios/scenario.ts";
import { breakAndAlert, type Flow, openFlow, untilOver, untilProposed } from "./flow.ts";

let flow: Flow;

afterEach(() => flow.close());

/** The crash loop under another policy. */
function under(policy: string): Scenario {
  const healthy = crashLoop.healthy.map(({ by, push }) => ({ by, push: { ...push, files: { ...push.files, ".anchorwatch/policy.yaml": policy } } }));
  return { ...crashLoop, healthy };
}

async function play(policy: string): Promise<Scenario> {
  const scenario = under(policy);
  flow = await openFlow({ scenario });
  await breakAndAlert(flow, scenario);
  return scenario;
}

describe("the mode observe", () => {
  it("shows the diff in an issue: no branch, no pull request, no merge", async () => {
    await play("mode: observe\n");
    const run = await untilOver(flow);
    expect([run.phase, run.changes.map(({ state }) => state)]).toEqual(["succeeded", ["shown"]]);
    const body = String(flow.ledger("POST /issues")[0]?.details["body"]);
    expect(body).toContain("I propose nothing, because the policy's mode is `observe`.");
    expect(body).toContain("-            - name: DATABASE_ADDR\n+            - name: DATABASE_URL");
    for (const call of ["POST /branches", "POST /contents", "POST /pulls", "POST /merge"]) expect(flow.ledger(call), call).toEqual([]);
  });
});

describe("the mode act", () => {
  it("merges by itself what the policy calls safe, and proves it", async () => {
    await play("mode: act\ntiers: { configuration: safe }\napprovers: [{ users: [ada] }]\n");
    const run = await untilOver(flow);
    expect([run.phase, run.changes.map(({ state }) => state)]).toEqual(["succeeded", ["verified"]]);
    expect(flow.ledger("POST /merge", 200).map(({ who }) => who)).toEqual(["anchorwatch-merge"]);
    expect((await flow.store.list("Approval")).items).toEqual([]);
    expect(await flow.file(SHOP_FILE)).toContain("name: DATABASE_URL");
  });

  it("asks for what is risky as ever", async () => {
    await play("mode: act\napprovers: [{ users: [ada] }]\n");
    await untilProposed(flow);
    expect(flow.ledger("POST /merge")).toEqual([]);
  });
});
