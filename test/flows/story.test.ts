/** The story and its twins, end to end, on both stores. */
import { afterEach, describe, expect, it } from "vitest";
import { crashLoop, wrongFix } from "../../functions/core/local/scenarios/crash-loop.ts";
import { SHOP_FILE } from "../../functions/core/local/scenarios/home.ts";
import { breakAndAlert, type Flow, openFlow, untilOver, untilProposed } from "./flow.ts";

let flow: Flow;

afterEach(() => flow.close());

const before = crashLoop.healthy[0]?.push.files[SHOP_FILE];
const broken = crashLoop.breaking.push.files[SHOP_FILE];

describe.each(["memory", "sqlite"] as const)("from an alert to a verified fix, on the %s store", (store) => {
  it("reverts just the commit that broke the app, merges it after a yes, and proves it", async () => {
    flow = await openFlow({ store });
    await breakAndAlert(flow);
    const number = await untilProposed(flow);
    expect(await flow.comment("ada", number, "/approve")).toBe(201);
    const run = await untilOver(flow);
    expect(run.phase).toBe("succeeded");
    expect(run.changes.map((change) => change.state)).toEqual(["verified"]);
    expect(await flow.file(SHOP_FILE)).toBe(before);
    expect(await flow.file("docs/changes.md")).toContain("DATABASE_ADDR");
    expect(await flow.file("apps/blog/deployment.yaml")).toContain("replicas: 2");
    expect(flow.ledger("POST /pulls")).toHaveLength(1);
    expect(flow.ledger("POST /merge", 200)).toHaveLength(1);
    const said = flow.ledger("POST /comments").map(({ details }) => String(details["body"]));
    expect(new Set(said).size).toBe(said.length);
  });
});

describe("its twins", () => {
  it("takes a fix that does not help back by itself, the file byte for byte as before", async () => {
    flow = await openFlow({ scenario: wrongFix });
    await breakAndAlert(flow, wrongFix);
    await flow.comment("ada", await untilProposed(flow), "/approve");
    const run = await untilOver(flow);
    expect(run.phase).toBe("failed");
    expect(run.changes.map((change) => change.state)).toEqual(["taken-back", "verified"]);
    expect(await flow.file(SHOP_FILE)).toBe(wrongFix.breaking.push.files[SHOP_FILE]);
    expect(flow.ledger("POST /merge", 200)).toHaveLength(2);
  });

  it("proves nothing, and reverts nothing, where it is never synced", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const number = await untilProposed(flow);
    flow.local.world.gitops.freeze();
    await flow.comment("ada", number, "/approve");
    const run = await untilOver(flow);
    expect(run.changes.map((change) => change.state)).toEqual(["not-proven"]);
    expect(flow.ledger("POST /merge", 200)).toHaveLength(1);
    expect(await flow.file(SHOP_FILE)).toBe(before);
  });

  it("closes the pull request with a note where the trouble heals first", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    await untilProposed(flow);
    await flow.local.world.forge.push("ben", { branch: "main", message: "shop: both names", files: { [SHOP_FILE]: before } });
    await flow.local.world.gitops.tick();
    const run = await untilOver(flow);
    expect(run.changes.map((change) => change.state)).toEqual(["healed"]);
    expect(run.phase).toBe("succeeded");
    expect(flow.ledger("POST /merge", 200)).toHaveLength(0);
    expect((await flow.api("ada", "GET", "/pulls/1")).json).toMatchObject({ state: "closed", merged: false });
    expect(flow.ledger("POST /comments").some(({ details }) => String(details["body"]).startsWith("The trouble went away"))).toBe(true);
  });

  it("asks again when a person pushes to our branch after the yes, and merges exactly what the second yes saw", async () => {
    flow = await openFlow({ fault: (event) => (event.type === "pull_request_comment" ? { lateMs: 4_000 } : "deliver") });
    await breakAndAlert(flow);
    const number = await untilProposed(flow);
    const branch = (await flow.run())?.changes[0]?.branch ?? "";
    await flow.comment("ada", number, "/approve");
    const pushed = await flow.local.world.forge.push("ben", {
      branch,
      message: "one more",
      files: { [SHOP_FILE]: before?.replace("# one is enough at home", "# one is enough") },
    });
    await flow.until("shown again", () => flow.ledger("POST /comments").some(({ details }) => String(details["body"]).includes(`anchorwatch plan ${pushed}`)));
    expect(flow.ledger("POST /merge", 200)).toHaveLength(0);
    await flow.aSecondLater();
    await flow.comment("ada", number, "/approve");
    await untilOver(flow);
    expect(flow.ledger("POST /merge", 200).map(({ details }) => details["head"])).toEqual([pushed]);
  });

  it("looks after a merge by hand until it is proved", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const number = await untilProposed(flow);
    expect((await flow.api("ada", "POST", `/pulls/${number}/merge`, { Do: "merge" })).status).toBe(200);
    const run = await untilOver(flow);
    expect(run.changes.map((change) => change.state)).toEqual(["verified"]);
    expect(flow.ledger("POST /merge", 200).map(({ who }) => who)).toEqual(["ada"]);
  });

  it("leaves the broken file alone while nobody has said yes", async () => {
    flow = await openFlow();
    await breakAndAlert(flow);
    const number = await untilProposed(flow);
    expect(await flow.comment("ada", number, "/reject not now")).toBe(201);
    const run = await untilOver(flow);
    expect(run.changes.map((change) => change.state)).toEqual(["rejected"]);
    expect(await flow.file(SHOP_FILE)).toBe(broken);
  });
});
