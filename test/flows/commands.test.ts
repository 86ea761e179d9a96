/** What people can ask for beside a yes: a new attempt, not to hear of it any more, and the kill switch. None of it approves anything. */
import { afterEach, describe, expect, it } from "vitest";
import type { Run } from "../../functions/core/records/run.ts";
import { breakAndAlert, type Flow, openFlow, untilOver, untilProposed } from "./flow.ts";

let flow: Flow;

afterEach(() => flow.close());

interface Pull {
  readonly state: string;
  readonly merged: boolean;
  readonly title: string;
  readonly body: string;
}

async function pull(number: number): Promise<Pull> {
  return (await flow.api("ada", "GET", `/pulls/${number}`)).json as Pull;
}

/** What our words have said on a thread, without hidden lines. */
async function said(number: number): Promise<readonly string[]> {
  const comments = (await flow.api("ada", "GET", `/issues/${number}/comments`)).json as { user: { login: string }; body: string }[];
  return comments.filter(({ user }) => user.login === "anchorwatch-words").map(({ body }) => body.split("\n\n<!--")[0] ?? "");
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const limit = Date.now() + 40_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > limit) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const hears = (number: number, words: string): Promise<true> =>
  until(words, async () => ((await said(number)).some((text) => text.includes(words)) ? true : undefined));

async function asked(): Promise<readonly Run[]> {
  const runs = (await flow.store.list("Run", { limit: 500 })).items.map(({ record }) => record);
  return runs.filter(({ spec }) => spec.trigger.kind === "comment");
}

/** The number of the pull request that a run which was asked for has opened. */
const proposedByAsked = (): Promise<number> =>
  until(
    "the proposal that was asked for",
    async () => (await asked()).flatMap(({ changes }) => changes).find(({ state }) => state === "proposed")?.pullRequest,
  );

function merges(): number {
  return flow.ledger("POST /merge", 200).length;
}

describe("/retry", () => {
  it("closes what waits, and proposes anew with the person's words, which needs its own yes", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const first = await untilProposed(flow);
    await flow.comment("ada", first, "/retry with <b>more</b> memory, @ben");
    const second = await proposedByAsked();
    expect(await pull(first)).toMatchObject({ state: "closed", merged: false });
    expect((await said(first)).at(-1)).toBe(
      "I close this without a change, and look again from the beginning. If I find a fix, it comes in a new pull request, which needs its own yes; if I find none, I say so here.",
    );
    expect((await pull(second)).body.split("\n")[0]).toBe(`ada asked for this in #${first}: \`/retry with <b>more</b> memory, @ben\``);
    await flow.aSecondLater();
    expect(merges()).toBe(0);
    await flow.comment("ada", second, "/approve");
    await until("verified", async () => (await asked()).find(({ phase }) => phase === "succeeded"));
    expect(merges()).toBe(1);
  });

  it("proposes what was refused once more, and never for two at once", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const first = await untilProposed(flow);
    await flow.comment("ada", first, "/reject not now");
    await untilOver(flow);
    await flow.comment("ada", first, "/retry now it is");
    const second = await proposedByAsked();
    await flow.comment("ada", first, "/retry and again");
    await hears(first, "a newer run works on the same trouble by now");
    expect((await pull(second)).state).toBe("open");
    expect(await asked()).toHaveLength(1);
    expect(await flow.alert()).toBe(202);
    expect(flow.ledger("POST /pulls")).toHaveLength(2);
  });

  it("starts six runs within an hour for one person, and says so", async () => {
    flow = await openFlow({ minuteMs: 10_000 });
    await breakAndAlert(flow);
    const first = await untilProposed(flow);
    for (const user of [flow.local.world.forge.userId("ada")]) {
      const hour = Math.floor(flow.clock.now() / 600_000);
      for (const next of [hour, hour + 1])
        for (let place = 1; place <= 6; place += 1)
          await flow.store.create("Lock", `asked-${user}-${next}-${place}`, { schema: 1, run: "another", what: "a run", takenAt: flow.clock.now() });
    }
    await flow.comment("ada", first, "/retry once more");
    await hears(first, "ada: I have started 6 runs for you within this hour, and start no more before it is over. Please say it again then.");
    expect(await asked()).toHaveLength(0);
    expect((await pull(first)).state).toBe("open");
  });
});

describe("/ignore", () => {
  it("closes what waits, proposes the rule, and holds once a person has merged it by hand", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const first = await untilProposed(flow);
    await flow.comment("ben", first, "/ignore 30d it is a <playground>");
    const second = await proposedByAsked();
    const until30 = new Date(flow.clock.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    expect(await pull(first)).toMatchObject({ state: "closed", merged: false });
    expect((await said(first)).at(-1)).toContain(`Until ${until30}, because: it is a \\<playground\\>`);
    expect(await pull(second)).toMatchObject({ title: `ignore KubePodCrashLooping web/shop-* until ${until30}` });
    expect((await pull(second)).body).toContain("No object in the cluster changes.");
    await flow.aSecondLater();
    await flow.comment("ada", second, "/approve");
    await hears(second, "this change is of the tier that I never merge");
    expect(merges()).toBe(0);
    expect((await flow.api("ada", "POST", `/pulls/${second}/merge`, { Do: "merge" })).status).toBe(200);
    await hears(second, "I do not speak of it any more.");
    const rules = await until("the rule holds", async () => {
      const pipelines = await flow.store.list("Pipeline", { limit: 500 });
      return pipelines.items.flatMap(({ record }) => record.ignores ?? []).find(({ reason }) => reason.startsWith("it is a"));
    });
    expect(rules).toEqual({
      match: { alertname: "KubePodCrashLooping", namespace: "web", container: "shop", pod: "shop-*" },
      reason: "it is a <playground>",
      until: until30,
    });
    expect(await flow.alert(flow.clock.now())).toBe(202);
    expect(flow.ledger("POST /pulls")).toHaveLength(2);
  });

  it("does nothing without a reason, or for a reader", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const first = await untilProposed(flow);
    await flow.comment("guest", first, "/ignore 30d hush");
    await flow.comment("ben", first, "/ignore 30d");
    await hears(first, "guest: you need write permission on this repository to have something ignored");
    await hears(first, "ben: please say for how long, and why");
    expect(await asked()).toHaveLength(0);
    expect((await pull(first)).state).toBe("open");
  });
});

describe("/pause", () => {
  it("stops everything from the thread, a yes too, until somebody who may approve resumes", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const number = await untilProposed(flow);
    await flow.comment("ben", number, "/pause");
    await hears(number, "ben: only those who may approve here may pause me");
    await flow.comment("ada", number, "/pause 2h");
    await hears(number, "**Everything is paused until ");
    await flow.comment("ada", number, "/approve");
    await flow.until("the yes is noted", (run) => run.noted.length === 3);
    await flow.aSecondLater();
    await flow.comment("ben", number, "/resume");
    await until("the refusal", async () => ((await said(number)).filter((text) => text.startsWith("ben: only those")).length === 2 ? true : undefined));
    expect(merges()).toBe(0);
    await flow.comment("ada", number, "/resume");
    await hears(number, "**I go on.**");
    const run = await untilOver(flow);
    expect(run.changes[0]?.state).toBe("verified");
    expect(merges()).toBe(1);
  });

  it("is never made shorter by another one", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const number = await untilProposed(flow);
    await flow.comment("ada", number, "/pause");
    await hears(number, "**Everything is paused.**");
    await flow.comment("ada", number, "/pause 1m");
    await until("both answers", async () =>
      (await said(number)).filter((text) => text.startsWith("**Everything is paused.**")).length === 2 ? true : undefined,
    );
    expect((await flow.local.shell.switch.read()).pause).toEqual({ reason: `ada on home/gitops#${number}` });
  });
});
