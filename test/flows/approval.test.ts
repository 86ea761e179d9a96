/** What people say, and what it may not do: none of these merges what was not approved. */
import { afterEach, describe, expect, it } from "vitest";
import { breakAndAlert, type Flow, openFlow, untilOver, untilProposed } from "./flow.ts";

let flow: Flow;

afterEach(() => flow.close());

function said(words: string): boolean {
  return flow.ledger("POST /comments").some(({ who, details }) => who === "anchorwatch-words" && String(details["body"]).includes(words));
}

function merges(): number {
  return flow.ledger("POST /merge", 200).length;
}

/** Waits until the functions have nothing to do but to look. */
async function quiet(): Promise<void> {
  await flow.until("only looks are owed", (run) =>
    run.outbox.every(
      (entry) => ["run.woken", "merge.requested", "verification.requested"].some((type) => entry.type.endsWith(type)) && entry.claim === undefined,
    ),
  );
}

describe("words that approve nothing", () => {
  it("answers a reader, a writer who is no approver, an old commit and an unknown command; ignores quotes and fences", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const number = await untilProposed(flow);
    const words: readonly (readonly [string, string])[] = [
      ["guest", "/approve"],
      ["ben", "/approve"],
      ["ada", "> /approve"],
      ["ada", "```\n/approve\n```"],
      ["ada", "Looks good.\n/approve"],
      ["ada", "/approve 0123456789ab"],
      ["ada", "/approve\n/stop"],
      ["anchorwatch", "/approve"],
    ];
    for (const [login, body] of words) await flow.comment(login, number, body);
    await flow.until("the four commands are noted", (run) => run.noted.length >= 4);
    await quiet();
    expect(merges()).toBe(0);
    expect((await flow.run())?.changes[0]?.state).toBe("proposed");
    const reactions = flow.ledger("POST /reactions").filter(({ details }) => details["content"] === "-1");
    expect(reactions.length).toBeGreaterThanOrEqual(4);
  });

  it("ignores a comment that is edited into a yes", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const number = await untilProposed(flow);
    const { json } = await flow.api("ada", "POST", `/issues/${number}/comments`, { body: "hm" });
    await flow.api("ben", "PATCH", `/issues/comments/${(json as { id: number }).id}`, { body: "/approve" });
    await flow.aSecondLater();
    await quiet();
    expect((await flow.run())?.noted).toEqual([]);
    expect(merges()).toBe(0);
  });

  it("merges once for two yes", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const number = await untilProposed(flow);
    await flow.comment("ada", number, "/approve");
    await flow.comment("ada", number, "/approve");
    await untilOver(flow);
    expect(merges()).toBe(1);
  });

  it("does nothing on a pull request that was closed by hand", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const number = await untilProposed(flow);
    await flow.api("ada", "PATCH", `/pulls/${number}`, { state: "closed" });
    const run = await untilOver(flow);
    expect(run.changes[0]?.state).toBe("closed");
    await flow.comment("ada", number, "/approve");
    await flow.aSecondLater();
    await untilOver(flow);
    expect(merges()).toBe(0);
  });
});

describe("with every delivery lost", () => {
  it("asks back after a yes by comment, and merges after an approving review", async () => {
    flow = await openFlow({ fault: (event) => (event.type === "push" ? "deliver" : "drop") });
    await breakAndAlert(flow);
    const number = await untilProposed(flow);
    await flow.comment("ada", number, "/approve");
    await flow.until("the question", () => said("say it again"));
    expect(merges()).toBe(0);
    expect((await flow.api("ada", "POST", `/pulls/${number}/reviews`, { event: "APPROVED", body: "" })).status).toBe(200);
    const run = await untilOver(flow);
    expect(run.changes[0]?.state).toBe("verified");
    expect(merges()).toBe(1);
  });
});

describe("a store that was emptied in the middle", () => {
  it("makes the run again from its pull request, and asks for the approval again", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const number = await untilProposed(flow);
    flow.loseStore();
    await flow.until("made again and shown again", (run) => run.changes.some((change) => change.state === "proposed"));
    await flow.until("asked again", () => said("Please read the plan"));
    expect(merges()).toBe(0);
    await flow.aSecondLater();
    await flow.comment("ada", number, "/approve");
    const run = await untilOver(flow);
    expect(run.changes[0]?.state).toBe("verified");
    expect(flow.ledger("POST /pulls")).toHaveLength(1);
    expect(merges()).toBe(1);
  });
});

describe("one alert many times", () => {
  it("makes one run of twenty bodies at once", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const answers = await Promise.all(Array.from({ length: 20 }, () => flow.alert()));
    expect(new Set(answers)).toEqual(new Set([202]));
    const runs = (await flow.store.list("Run", { limit: 500 })).items.filter(({ record }) => record.incident !== undefined);
    expect(runs).toHaveLength(1);
    await untilProposed(flow);
    expect(flow.ledger("POST /pulls")).toHaveLength(1);
  });
});
