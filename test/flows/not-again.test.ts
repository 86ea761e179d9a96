/** What people turned down is not proposed again while nothing about it has changed (design 6.2). */
import { afterEach, describe, expect, it } from "vitest";
import type { Run } from "../../functions/core/records/run.ts";
import { breakAndAlert, type Flow, openFlow, untilOver, untilProposed } from "./flow.ts";

let flow: Flow;

afterEach(() => flow.close());

async function runs(): Promise<readonly Run[]> {
  const found = (await flow.store.list("Run", { limit: 500 })).items.map(({ record }) => record).filter((run) => run.incident !== undefined);
  return found.toSorted((a, b) => a.createdAt - b.createdAt);
}

describe("a pull request that was rejected", () => {
  it("is not opened a second time when the alert fires anew: that is said on the first one", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const number = await untilProposed(flow);
    await flow.comment("ada", number, "/reject not this way");
    await untilOver(flow);
    expect(await flow.alert(flow.clock.now())).toBe(202);
    const limit = Date.now() + 40_000;
    while ((await runs())[1]?.changes[0]?.state !== "superseded" && Date.now() < limit) await flow.aSecondLater();
    const [, second] = await runs();
    expect(second?.changes[0]).toMatchObject({
      state: "superseded",
      reason: `The same change was proposed before (pull request ${number}), and it was rejected.`,
    });
    await flow.until("it is said on the first pull request", () =>
      flow.ledger("POST /comments").some(({ details }) => details["number"] === number && String(details["body"]).includes("It has come back")),
    );
    expect([flow.ledger("POST /pulls").length, flow.ledger("POST /issues").length]).toEqual([1, 0]);
  });
});
