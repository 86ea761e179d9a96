/** Events doubled, delayed, dropped and out of order, a store whose writes conflict: the same end, and nothing twice. */
import { afterEach, describe, expect, it } from "vitest";
import { disorder } from "../../functions/core/local/broker/disturbance.ts";
import { breakAndAlert, type Flow, openFlow, untilOver, untilProposed } from "../flows/flow.ts";

let flow: Flow;

afterEach(() => flow.close());

/** A small generator, so that a seed repeats what happened to each event. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function tellStory(): Promise<void> {
  await breakAndAlert(flow);
  const number = await untilProposed(flow);
  await flow.comment("ada", number, "/approve");
  const run = await untilOver(flow);
  expect(run.changes.map((change) => change.state)).toEqual(["verified"]);
  expect(flow.ledger("POST /pulls")).toHaveLength(1);
  expect(flow.ledger("POST /merge", 200)).toHaveLength(1);
  const said = flow.ledger("POST /comments").flatMap(({ details }) => /<!-- anchorwatch ([0-9a-f]{32}) -->/.exec(String(details["body"]))?.[1] ?? []);
  expect(said.length - flow.ledger("DELETE /comments").length).toBe(new Set(said).size);
}

describe("the story on a bad day", () => {
  it.each([1, 2, 3])("ends alike with events doubled, late and lost (seed %i)", async (seed) => {
    flow = await openFlow({ disturb: disorder({ drop: 0.2, double: 0.3, late: 0.3, lateMs: 2_000 }, seeded(seed)) });
    await tellStory();
  });

  it.each([4, 5])("ends alike on a store where another writer is often first (seed %i)", async (seed) => {
    flow = await openFlow({ faults: { random: seeded(seed), conflictRate: 0.2, unavailableRate: 0 } });
    await tellStory();
  });
});
