/** The heartbeat, to a real server: it tells that all works, and nothing that does not work lets it go on. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createHeartbeat } from "../../../functions/core/adapters/heartbeat.ts";
import { alertmanagerBody } from "../../../functions/core/local/alertmanager.ts";
import { PING_TYPE } from "../../../functions/core/events/catalog.ts";
import { Unavailable } from "../../../functions/core/ports/errors.ts";
import type { Shell } from "../../../functions/core/shell/shell.ts";
import { serveAlertFired } from "../../../functions/alert-fired.ts";
import { serveCronTick } from "../../../functions/cron-tick.ts";
import { aShell, type Bench, NOW } from "../shell/a-shell.ts";

const REPOSITORY = { id: 7, name: "home/gitops", defaultBranch: "main" };
const TOKEN = "0b1946d7-8a5f-4c8e-b0d1-6f0f3c6a9e11";

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** A server that counts what it hears; it never answers where it is to be silent. */
async function receiver(status: number | "silent" = 200): Promise<{ url: string; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    if (status !== "silent") response.writeHead(status).end("OK");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => (server.closeAllConnections(), server.close()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${TOKEN}`, heard };
}

async function ping(shell: Shell, heartbeat: ReturnType<typeof createHeartbeat>): Promise<number> {
  const app = serveCronTick(shell, [REPOSITORY], heartbeat);
  return (await app.request("/events", { method: "POST", headers: { "ce-type": PING_TYPE } })).status;
}

async function hearAlert(bench: Bench, alertname: string, status: "firing" | "resolved" = "firing"): Promise<void> {
  const app = serveAlertFired({ shell: bench.shell, authenticate: () => true, repositories: [REPOSITORY] });
  const body = JSON.stringify(alertmanagerBody([{ labels: { alertname }, annotations: {}, status, startsAt: NOW }]));
  expect((await app.request("/", { method: "POST", headers: { "content-type": "application/json" }, body })).status).toBe(202);
}

describe("the heartbeat", () => {
  it("is sent once with each ping, also while paused", async () => {
    const bench = aShell();
    const { url, heard } = await receiver();
    await ping(bench.shell, createHeartbeat({ url }));
    await bench.control.pause({ reason: "a holiday" });
    await ping(bench.shell, createHeartbeat({ url }));
    expect(heard).toEqual([`GET /${TOKEN}`, `GET /${TOKEN}`]);
  });

  it.each([
    ["reads", { list: () => Promise.reject(new Unavailable("the disk is gone")) }],
    [
      "writes",
      { create: () => Promise.reject(new Unavailable("read-only file system")), replace: () => Promise.reject(new Unavailable("read-only file system")) },
    ],
  ])("is not sent while the store takes no %s", async (_what, broken) => {
    const bench = aShell();
    const { url, heard } = await receiver();
    await ping(bench.shell, createHeartbeat({ url }));
    expect(await ping({ ...bench.shell, store: { ...bench.store, ...broken } }, createHeartbeat({ url }))).toBe(202);
    expect(heard).toHaveLength(1);
  });

  it("where the Watchdog is asked for, is sent only while that was heard lately, and the Watchdog starts nothing", async () => {
    const bench = aShell();
    const { url, heard } = await receiver();
    const heartbeat = createHeartbeat({ url, watchdogMs: 15 * 60_000 });
    await ping(bench.shell, heartbeat);
    await hearAlert(bench, "Watchdog", "resolved");
    await ping(bench.shell, heartbeat);
    expect(heard, "nothing was heard yet").toEqual([]);
    await hearAlert(bench, "Watchdog");
    bench.later(15);
    await ping(bench.shell, heartbeat);
    expect(heard).toHaveLength(1);
    bench.later(1);
    await ping(bench.shell, heartbeat);
    expect(heard, "not heard for 16 minutes").toHaveLength(1);
    expect(bench.logged.join("\n")).toContain("the Watchdog alert has not been heard lately");
    expect((await bench.store.list("Run")).items.filter(({ record }) => record.incident)).toEqual([]);
  });

  it.each([
    ["silent" as const, "no answer in time"],
    [500, "500"],
    [302, "redirect"],
  ])("that meets a receiver that is %s keeps nothing else from being done, and its address is in no log", async (status, words) => {
    const bench = aShell();
    const { url } = await receiver(status);
    expect(await ping(bench.shell, createHeartbeat({ url, timeoutMs: 200 }))).toBe(202);
    expect(bench.logged.join("\n")).toContain("the heartbeat did not arrive");
    expect(bench.logged.join("\n")).toContain(words);
    expect(bench.logged.join("\n")).not.toContain(TOKEN);
  });
});
