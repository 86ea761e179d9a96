/** Pull requests that nobody watches any more: closed with a note, once. */
import { afterEach, expect, it } from "vitest";
import { breakAndAlert, type Flow, openFlow, untilOver, untilProposed } from "./flow.ts";

let flow: Flow;

afterEach(() => flow.close());

const notes = (): number => flow.ledger("POST /comments").filter(({ details }) => String(details["body"]).includes("nobody watches over it")).length;

async function stateOf(number: number): Promise<string> {
  return ((await flow.api("ada", "GET", `/pulls/${number}`)).json as { state: string }).state;
}

async function untilState(number: number, state: string): Promise<void> {
  const limit = Date.now() + 30_000;
  while ((await stateOf(number)) !== state) {
    if (Date.now() > limit) throw new Error(`pull request ${number} never was ${state}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it("closes a pull request of a run that has ended, and leaves it to the person who opens it again after that", async () => {
  flow = await openFlow();
  await breakAndAlert(flow);
  const number = await untilProposed(flow);
  await flow.comment("ada", number, "/stop");
  await untilOver(flow);
  await untilState(number, "closed");
  const branch = (await flow.run())?.changes[0]?.branch ?? "";
  await flow.push("ada", { branch: "main", message: "a note", files: { "docs/note.md": "note\n" } });
  expect((await flow.api("anchorwatch", "POST", "/branches", { new_branch_name: branch, old_ref_name: "main" })).status).toBe(201);
  await flow.push("anchorwatch", { branch, message: "again", files: { "docs/again.md": "again\n" } });
  const opened = (await flow.api("anchorwatch", "POST", "/pulls", { title: "Again", body: "", head: branch, base: "main" })).json as { number: number };
  await untilState(opened.number, "closed");
  expect(notes()).toBe(1);
  await flow.api("ada", "PATCH", `/pulls/${opened.number}`, { state: "open" });
  const looked = flow.clock.now() + 12_000; // Two surveys and more.
  while (flow.clock.now() < looked) await flow.aSecondLater();
  expect([await stateOf(opened.number), notes()]).toEqual(["open", 1]);
});
