/** The story on a real Gitea: from an alert to a verified fix, whoever says yes and however, and whatever is lost or stopped in the middle. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { crashLoop } from "../../functions/core/local/scenarios/crash-loop.ts";
import { SHOP_FILE } from "../../functions/core/local/scenarios/home.ts";
import type { Scenario } from "../../functions/core/local/scenarios/scenario.ts";
import { breakAndAlert, untilOver, untilProposed } from "../flows/flow.ts";
import { describeWith, findServer } from "../servers/find-server.ts";
import { type GiteaServer, startGiteaServer } from "../servers/gitea-server.ts";
import { throwUnlisted } from "./gitea-calls.ts";
import { type GiteaFlow, type GiteaFlowOptions, openGiteaFlow } from "./gitea-flow.ts";

const before = crashLoop.healthy[0]?.push.files[SHOP_FILE];

/** The same story with a breaking commit that changes two places of the file. */
const breaking = (crashLoop.breaking.push.files[SHOP_FILE] ?? "").replace("128Mi", "96Mi");
const twoLines: Scenario = {
  ...crashLoop,
  breaking: { by: "ben", push: { ...crashLoop.breaking.push, files: { ...crashLoop.breaking.push.files, [SHOP_FILE]: breaking } } },
};

describeWith("gitea", findServer(process.env, "gitea"), (binary) => {
  let server: GiteaServer;
  let flow: GiteaFlow;
  beforeAll(async () => {
    server = await startGiteaServer(binary);
  });
  afterEach(() => flow.close());
  afterAll(async () => {
    await server.close();
    throwUnlisted(); // Here and not in a test: it is about everything that the stories of this file did.
  });

  const open = async (options: GiteaFlowOptions = {}): Promise<number> => {
    flow = await openGiteaFlow(server, options);
    await breakAndAlert(flow, options.scenario);
    return await untilProposed(flow);
  };
  const said = (words: string): boolean =>
    flow.ledger("POST /comments").some(({ who, details }) => who === "anchorwatch-words" && String(details["body"]).includes(words));
  const merges = (): readonly (readonly [string, unknown])[] => flow.ledger("POST /merge", 200).map(({ who, details }) => [who, details["head"]]);
  const endsVerified = async (): Promise<void> => {
    const run = await untilOver(flow);
    expect(run.changes.map((change) => change.state)).toEqual(["verified"]);
    expect(await flow.file(SHOP_FILE)).toBe(before);
    expect(flow.ledger("POST /pulls")).toHaveLength(1);
    const ours = flow.ledger("POST /comments").filter(({ who }) => who === "anchorwatch-words");
    const bodies = ours.map(({ details }) => String(details["body"]));
    expect(new Set(bodies).size).toBe(bodies.length);
    expect(flow.logged.filter(({ level }) => level === "error")).toEqual([]);
  };
  /** A commit of ben's on our branch that keeps what the fix does. @returns its id */
  const benCommits = async (): Promise<string> => {
    const branch = (await flow.run())?.changes[0]?.branch ?? "";
    return await flow.push("ben", { branch, message: "one more word", files: { [SHOP_FILE]: before?.replace("# one is enough at home", "# one is enough") } });
  };
  const shownFor = (head: string): Promise<unknown> => flow.until(`the plan for ${head}`, () => said(`anchorwatch plan ${head}`));

  describe("a yes, in any of its three forms", () => {
    it("merges exactly the approved head after a person's /approve, and proves it", async () => {
      const number = await open();
      const head = (await flow.run())?.changes[0]?.head;
      expect(await flow.comment("ada", number, "/approve")).toBe(201);
      await endsVerified();
      expect(merges()).toEqual([["anchorwatch-merge", head]]);
    });

    it("merges after an approving review", async () => {
      const number = await open();
      const head = (await flow.run())?.changes[0]?.head;
      expect((await flow.api("ada", "POST", `/pulls/${number}/reviews`, { event: "APPROVED", body: "" })).status).toBe(200);
      await endsVerified();
      expect(merges()).toEqual([["anchorwatch-merge", head]]);
    });

    it("proves what a person merged by hand", async () => {
      const number = await open();
      expect((await flow.api("ada", "POST", `/pulls/${number}/merge`, { Do: "merge" })).status).toBe(200);
      await endsVerified();
      expect(merges().map(([who]) => who)).toEqual(["ada"]);
    });
  });

  describe("with Gitea stopped in the middle", () => {
    it("goes on where it was, merges once, and says everything once", async () => {
      const number = await open();
      await flow.comment("ada", number, "/approve");
      await flow.until("noted", (run) => run.noted.length > 0);
      await server.stop();
      const failed = flow.logged.length;
      const until = Date.now() + 3_000; // Three minutes of the run's time.
      while (Date.now() < until || flow.logged.length === failed) await new Promise((resolve) => setTimeout(resolve, 20));
      await server.start();
      await endsVerified();
      expect(merges()).toHaveLength(1);
    });
  });

  describe("with every webhook lost", () => {
    const arrives = (): boolean => false;

    it("asks back after a /approve and merges nothing; then an approving review merges", async () => {
      const number = await open({ arrives });
      await flow.comment("ada", number, "/approve");
      await flow.until("the question", () => said("say it again"));
      expect(merges()).toEqual([]);
      expect((await flow.api("ada", "POST", `/pulls/${number}/reviews`, { event: "APPROVED", body: "" })).status).toBe(200);
      await endsVerified();
      expect(merges()).toHaveLength(1);
    });

    it("finds a person's merge by looking", async () => {
      const number = await open({ arrives });
      expect((await flow.api("ada", "POST", `/pulls/${number}/merge`, { Do: "merge" })).status).toBe(200);
      await endsVerified();
    });
  });

  describe("what moves between the plan and the merge", () => {
    it("shows the plan again after a person's commit on our branch, and merges what the second yes saw", async () => {
      const number = await open();
      const pushed = await benCommits();
      await flow.comment("ada", number, "/approve");
      await shownFor(pushed);
      await flow.aSecondLater();
      if (merges().length === 0) await flow.comment("ada", number, "/approve");
      await untilOver(flow);
      expect(merges()).toEqual([["anchorwatch-merge", pushed]]);
    });

    it("merges nothing when the head moves between the last check and the merge call", async () => {
      let pushed = "";
      const number = await open({
        before: async (_login, method, path) => {
          if (method === "POST" && path.endsWith("/merge") && pushed === "") pushed = await benCommits();
        },
      });
      await flow.comment("ada", number, "/approve");
      await flow.until("ben was faster", () => pushed !== "");
      await shownFor(pushed);
      expect(merges()).toEqual([]);
      expect(flow.ledger("POST /merge", 409)).toHaveLength(1);
      await flow.aSecondLater();
      await flow.comment("ada", number, "/approve");
      await untilOver(flow);
      expect(merges()).toEqual([["anchorwatch-merge", pushed]]);
    });

    it("takes a merge by hand that is faster than ours for the merge", async () => {
      let byHand = 0;
      const number = await open({
        before: async (_login, method, path) => {
          if (method !== "POST" || !path.endsWith("/merge") || byHand > 0) return;
          byHand = (await flow.api("ada", "POST", `/pulls/${path.split("/").at(-2)}/merge`, { Do: "merge" })).status;
        },
      });
      await flow.comment("ada", number, "/approve");
      await endsVerified();
      expect(byHand).toBe(200);
      expect(merges().map(([who]) => who)).toEqual(["ada"]);
    });

    it("merges without asking again when main moved and the plan stayed the same", async () => {
      const number = await open();
      await flow.push("ben", { branch: "main", message: "a note", files: { "docs/notes.md": "# Notes\n" } });
      await flow.comment("ada", number, "/approve");
      await endsVerified();
      expect(said("approve it again")).toBe(false);
    });

    it("asks again when main moved and the plan came out differently", async () => {
      const number = await open({ scenario: twoLines });
      await flow.push("ben", { branch: "main", message: "shop: the memory back", files: { [SHOP_FILE]: breaking.replace("96Mi", "128Mi") } });
      await flow.comment("ada", number, "/approve");
      await flow.until("asked again", (run) => said("approve it again") && run.changes[0]?.state === "proposed");
      expect(merges()).toEqual([]);
      await flow.aSecondLater();
      await flow.comment("ada", number, "/approve");
      await endsVerified();
    });
  });
});
