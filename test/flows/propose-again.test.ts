/** A proposal whose answer was lost is made again: what is there already is found, a person's no included. */
import { afterEach, expect, it } from "vitest";
import { changePropose } from "../../functions/change-propose.ts";
import { breakAndAlert, type Flow, openFlow, untilProposed } from "./flow.ts";

let flow: Flow;

afterEach(() => flow.close());

it("opens no second pull request where a person has closed the first before its number was known", async () => {
  flow = await openFlow();
  await breakAndAlert(flow);
  const number = await untilProposed(flow);
  const run = await flow.run();
  const plan = run?.changes[0]?.planned?.plan;
  if (!run || plan === undefined) throw new Error("there is no plan");
  await flow.api("ada", "PATCH", `/pulls/${number}`, { state: "closed" });
  const { shell, world } = flow.local;
  const [stored] = (await flow.store.list("Run", { limit: 500 })).items.filter(({ record }) => record.incident !== undefined);
  const effect = {
    id: "0".repeat(32),
    runId: stored?.name ?? "",
    data: { mode: "open", change: 1, plan } as const,
    run,
    now: flow.clock.now(),
    minuteMs: shell.minuteMs,
    signal: new AbortController().signal,
    guard: () => Promise.resolve(),
  };
  const result = await changePropose.handle(effect, { shell, forge: world.outside.identities().proposer });
  expect(result).toMatchObject({ result: "proposed", pullRequest: number, head: run.changes[0]?.head });
  expect(flow.ledger("POST /pulls")).toHaveLength(1);
});
