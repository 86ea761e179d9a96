/** The nightly report, from the schedule to the issue: one issue, written anew each time, and a message only for what is news. */
import { readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { crashLoop } from "../../functions/core/local/scenarios/crash-loop.ts";
import { SHOP_FILE } from "../../functions/core/local/scenarios/home.ts";
import type { ChatMessage } from "../../functions/core/ports/chat.ts";
import { type Flow, openFlow } from "./flow.ts";

const FILE = ".anchorwatch/pipelines/nightly-health.yaml";
/** Every minute instead of every night: the flow's clock runs ten times as fast. */
const EVERY_MINUTE = readFileSync("pipelines/nightly-health.yaml", "utf8").replace('"0 6 * * *"', '"* * * * *"');

let flow: Flow;
afterEach(() => flow.close());

interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: string;
}

async function issues(): Promise<readonly Issue[]> {
  return (await flow.api("ada", "GET", "/issues?state=all&labels=anchorwatch-report")).json as readonly Issue[];
}

async function untilIssue(what: string, condition: (issue: Issue) => boolean): Promise<Issue> {
  const limit = Date.now() + 40_000;
  for (;;) {
    const found = (await issues()).find(({ title, body, ...issue }) => title.startsWith("Cluster health") && condition({ title, body, ...issue }));
    if (found) return found;
    if (Date.now() > limit) throw new Error(`never came: ${what}: ${JSON.stringify(await issues())}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it("a cluster that is well, then a crash, then its end: three reports, one issue, and a message for each piece of news", { timeout: 120_000 }, async () => {
  const messages: ChatMessage[] = [];
  const send = (message: ChatMessage): Promise<void> => (messages.push(message), Promise.resolve());
  flow = await openFlow({ world: { chats: [{ name: "phone", send }] } });
  for (const { by, push } of crashLoop.healthy) await flow.push(by, push);
  await flow.start();
  await flow.world.gitops.tick();
  await flow.push("ada", { branch: "main", message: "a report every minute", files: { [FILE]: EVERY_MINUTE } });
  const well = await untilIssue("a report that nothing is wrong", ({ title }) => title === "Cluster health: nothing is wrong");
  expect(well.body).toContain("No earlier report is kept to compare this with");
  expect(messages).toEqual([]);

  const before = await flow.file(SHOP_FILE);
  await flow.push(crashLoop.breaking.by, crashLoop.breaking.push);
  const ill = await untilIssue("a report of the crash", ({ body }) => body.includes("Deployment web/shop") && body.includes("(new"));
  expect(ill.number).toBe(well.number);
  expect(messages.some(({ title, text }) => title.startsWith("Cluster health: 1 cause") && text.includes("new: Deployment web/shop"))).toBe(true);

  await flow.api("ada", "PATCH", `/issues/${well.number}`, { state: "closed" });
  await flow.push("ada", { branch: "main", message: "as it was", files: { [SHOP_FILE]: before ?? "" } });
  const over = await untilIssue("a report that it is gone", ({ body }) => body.includes("- gone: Deployment web/shop"));
  expect(over).toMatchObject({ number: well.number, state: "closed" });
  expect(messages.some(({ text }) => text.includes("gone: Deployment web/shop"))).toBe(true);
  expect(await issues()).toHaveLength(1);
  const runs = (await flow.store.list("Run", { limit: 500 })).items.filter(({ record }) => record.spec.trigger.kind === "schedule");
  expect(new Set(runs.map(({ record }) => record.spec.trigger.at)).size).toBe(runs.length);
  expect(runs.every(({ record }) => record.warnings.length === 0)).toBe(true);
});
