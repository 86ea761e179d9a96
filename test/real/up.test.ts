/** From an empty Gitea to a process that works with it: init, up, the onboarding pull request merged, and everything arrives. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createWallClock } from "../../functions/core/adapters/wall-clock.ts";
import { type OpenedUp, openUp } from "../../functions/core/boot/open-up.ts";
import { readSettings, type Settings } from "../../functions/core/boot/settings.ts";
import { fireDeliveries } from "../../functions/core/boot/setup/deliveries.ts";
import { openInstallation } from "../../functions/core/boot/setup/installation.ts";
import { makePieces, type Told } from "../../functions/core/boot/setup/run-setup.ts";
import { numberAt, textAt } from "../../functions/core/records/read-object.ts";
import { startGitea } from "../contract/forge/real-gitea.ts";
import type { ForgeUnderTest } from "../contract/forge.suite.ts";
import { describeWith, findServer, freePort } from "../servers/find-server.ts";

describeWith("gitea", findServer(process.env, "gitea"), (binary) => {
  let gitea: ForgeUnderTest;
  let directory: string;
  let settings: Settings;
  let up: OpenedUp | undefined;

  beforeAll(async () => {
    gitea = await startGitea(binary);
    directory = mkdtempSync(join(tmpdir(), "anchorwatch-up-"));
    const port = await freePort();
    writeFileSync(
      join(directory, "anchorwatch.yaml"),
      `gitea:\n  url: ${gitea.baseUrl}\n  repositories: [{ name: home/gitops }]\naddress: http://127.0.0.1:${port}\nlisten: { port: ${port} }\ncluster: none\n`,
    );
    settings = readSettings(join(directory, "anchorwatch.yaml"));
  });
  afterAll(async () => {
    up?.close();
    await gitea.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const admin = async (method: string, path: string, body?: object): Promise<unknown> => {
    const headers = { authorization: `token ${gitea.tokens.admin}`, "content-type": "application/json" };
    const answer = await fetch(`${gitea.baseUrl}/api/v1/repos/home/gitops${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    return text === "" ? undefined : JSON.parse(text);
  };
  const statusOfMain = async (): Promise<string | undefined> => textAt(await admin("GET", "/commits/main/status"), "statuses", 0, "description");

  it("says what is missing before init, and starts after it", async () => {
    await expect(openUp(settings, () => undefined)).rejects.toThrow(/proposer-token is missing: `anchorwatch init` makes it/);
    for await (const _ of makePieces(await openInstallation({ settings, adminToken: gitea.tokens.admin, approvers: ["alice"] }), { dryRun: false }));
    up = await openUp(settings, () => undefined);
    await up.process.start();
  });

  it("loads the workflow of the onboarding pull request as soon as a person has merged it", async () => {
    await expect.poll(statusOfMain, { timeout: 30_000 }).toBe("0 workflow files in force");
    const pull = numberAt(await admin("GET", "/pulls?state=open"), 0, "number");
    await admin("POST", `/pulls/${pull}/merge`, { Do: "merge" });
    await expect.poll(statusOfMain, { timeout: 30_000 }).toBe("1 workflow file in force");
  });

  it("gets the test delivery that doctor fires", async () => {
    const told: Told[] = [];
    for await (const one of fireDeliveries({ settings, adminToken: gitea.tokens.admin, clock: createWallClock() })) told.push(one);
    expect(told.map(({ what }) => what)).toEqual(["there", "there"]);
  });

  it("opens an issue where an alert comes in and the cluster cannot be seen, and takes it for neither well nor ill", async () => {
    const token = readFileSync(join(settings.secrets, "alertmanager-token"), "utf8").trim();
    const body = {
      version: "4",
      groupKey: "{}",
      alerts: [
        {
          status: "firing",
          labels: { alertname: "KubePodCrashLooping", namespace: "web", pod: "shop-7c9d5b8f6c-x2x8q", container: "shop" },
          annotations: {},
          startsAt: new Date().toISOString(),
          fingerprint: "795227dfcbab380e",
        },
      ],
    };
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    expect((await fetch(`${settings.address}/alert-fired`, { method: "POST", headers, body: JSON.stringify(body) })).status).toBe(202);
    await expect
      .poll(async () => textAt(await admin("GET", "/issues?type=issues&state=open"), 0, "body") ?? "", { timeout: 30_000 })
      .toMatch(/could not be seen, which says nothing about its health/);
  });
});
