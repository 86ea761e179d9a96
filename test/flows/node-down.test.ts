/** A node that is down: a person is told, nothing is changed, and the issue is closed with a note when the node is back. */
import { afterEach, describe, expect, it } from "vitest";
import { LOST_NODE, nodeDown } from "../../functions/core/local/scenarios/node-down.ts";
import { ACTUATOR_LEDGER } from "../../functions/core/local/cluster/actuator.ts";
import { breakAndAlert, type Flow, openFlow, untilOver } from "./flow.ts";

let flow: Flow;

afterEach(() => flow.close());

async function loseNode(): Promise<void> {
  flow = await openFlow({ scenario: nodeDown });
  await breakAndAlert(flow, nodeDown);
  await untilOver(flow);
}

function said(words: string): boolean {
  return flow.ledger("POST /comments").some(({ details }) => String(details["body"]).includes(words));
}

describe("a node without power", () => {
  it("is told of in an issue, and nothing else is done", async () => {
    await loseNode();
    const [issue] = flow.ledger("POST /issues");
    expect(issue?.details["title"]).toContain(`Node ${LOST_NODE}`);
    expect(String(issue?.details["body"])).toContain("the node does not report any more");
    expect(flow.ledger("POST /pulls")).toEqual([]);
    expect(flow.local.world.documents.readLedger(ACTUATOR_LEDGER)).toEqual([]);
  });

  it("closes its issue with a note when it is back, though no word of that ever came", async () => {
    await loseNode();
    expect(flow.ledger("PATCH /issues")).toEqual([]);
    nodeDown.mishap?.mend?.happen(flow.local.world.cluster);
    await flow.until("the issue is closed", () => flow.ledger("PATCH /issues").some(({ details }) => details["state"] === "closed"));
    expect(said("The trouble is gone, so I close this.")).toBe(true);
    expect((await untilOver(flow)).watch).toBeUndefined();
    expect(flow.ledger("POST /issues")).toHaveLength(1);
  });

  it("attaches what comes again, and makes no second issue", async () => {
    await loseNode();
    expect([await flow.alert(), await flow.alert()]).toEqual([202, 202]);
    await untilOver(flow);
    expect(flow.ledger("POST /issues")).toHaveLength(1);
  });
});
