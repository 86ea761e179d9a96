/** A real Alertmanager before and behind us: it delivers the alerts of a scenario, tries again while we are down, and takes ours. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve, type ServerType } from "@hono/node-server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createAlertmanager, NEEDS_YOU } from "../../functions/core/adapters/chat/alertmanager.ts";
import { createLocalProcess } from "../../functions/core/boot/local-process.ts";
import { createMemoryStore } from "../../functions/core/adapters/memory/memory-store.ts";
import { createMemorySwitch } from "../../functions/core/adapters/memory/memory-switch.ts";
import { createWallClock } from "../../functions/core/adapters/wall-clock.ts";
import { readLocalSecrets } from "../../functions/core/boot/local-secrets.ts";
import { firingAlerts } from "../../functions/core/local/cluster/alert-rules.ts";
import { crashLoop } from "../../functions/core/local/scenarios/crash-loop.ts";
import { describeWith, findServer, freePort } from "../servers/find-server.ts";

const binary = findServer(process.env, "alertmanager", "prometheus-alertmanager");

/** Waits for a condition. @throws Error after its deadline */
async function until<T>(what: string, look: () => Promise<T | undefined>, limitMs = 60_000): Promise<T> {
  const limit = Date.now() + limitMs;
  while (Date.now() < limit) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never came: ${what}`);
}

describeWith("alertmanager", binary, (program) => {
  const directory = mkdtempSync(join(tmpdir(), "anchorwatch-alertmanager-"));
  const secrets = readLocalSecrets(join(directory, "secrets.json"));
  let alertmanager: ChildProcess;
  let url: string;
  let port: number;

  beforeAll(async () => {
    const own = await freePort();
    port = await freePort();
    url = `http://127.0.0.1:${own}`;
    // As the README tells people: a receiver with our token, every alert, resolved ones too.
    writeFileSync(
      join(directory, "alertmanager.yml"),
      `route: { receiver: anchorwatch, group_by: [alertname, namespace], group_wait: 1s, group_interval: 1s, repeat_interval: 1h }
receivers:
  - name: anchorwatch
    webhook_configs:
      - url: http://127.0.0.1:${port}/alert-fired
        send_resolved: true
        http_config: { authorization: { credentials: "${secrets.alertmanagerToken}" } }
`,
    );
    const flags = [
      `--config.file=${join(directory, "alertmanager.yml")}`,
      `--storage.path=${join(directory, "data")}`,
      `--web.listen-address=127.0.0.1:${own}`,
    ];
    alertmanager = spawn(program, [...flags, "--cluster.listen-address="], { stdio: "ignore" });
    await until("Alertmanager", async () => ((await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true ? true : undefined));
  });
  afterAll(async () => {
    const gone = new Promise((resolve) => alertmanager.once("exit", resolve));
    if (alertmanager.kill()) await gone;
    rmSync(directory, { recursive: true, force: true });
  });

  const post = async (alerts: readonly object[]): Promise<number> =>
    (await fetch(`${url}/api/v2/alerts`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(alerts) })).status;
  const alertsOf = async (name: string): Promise<readonly { labels: Record<string, string>; status: { state: string } }[]> =>
    (await (await fetch(`${url}/api/v2/alerts?filter=${encodeURIComponent(`alertname="${name}"`)}`)).json()) as never;

  it("delivers the alerts of a scenario to a process that was down when they fired, and each incident gets one run", async () => {
    const store = createMemoryStore();
    const clock = createWallClock();
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const local = await createLocalProcess({
      directory: join(directory, "local"),
      documentsFile: ":memory:",
      clock,
      minuteMs: 500,
      baseUrl: `http://127.0.0.1:${port}`,
      secrets,
      applications: crashLoop.applications,
      chats: [],
      deliveryDelayMs: 50,
      store,
      switch: createMemorySwitch(clock),
      log: quiet,
      holder: "real",
      random: Math.random,
    });
    for (const { by, push } of [...crashLoop.healthy, crashLoop.breaking]) await local.world.forge.push(by, push);
    await local.start();
    const firing = await until("an alert of the scenario", async () => {
      await local.world.gitops.tick();
      const alerts = firingAlerts(local.world.cluster.now());
      return alerts.length > 0 && (await store.list("Pipeline")).items.length > 0 ? alerts : undefined;
    });
    const startsAt = new Date().toISOString();
    expect(await post(firing.map(({ labels, annotations }) => ({ labels, annotations, startsAt })))).toBe(200);
    // Nobody listens yet: Alertmanager has tried at least once, and says so in its own metrics.
    await until("a delivery that failed", async () =>
      /alertmanager_notification_requests_failed_total\{[^}]*webhook[^}]*\} [1-9]/.test(await (await fetch(`${url}/metrics`)).text()) ? true : undefined,
    );
    let server: ServerType | undefined;
    try {
      server = serve({ fetch: (request) => local.front.fetch(request), hostname: "127.0.0.1", port });
      const runs = await until("the run", async () => {
        const found = (await store.list("Run", { limit: 500 })).items.filter(({ record }) => record.incident !== undefined);
        return found.length > 0 ? found : undefined;
      });
      expect(runs).toHaveLength(1);
      expect(runs[0]?.record.incident?.alerts[0]?.labels["alertname"]).toBe("KubePodCrashLooping");
    } finally {
      server?.close();
      local.stop();
    }
  });

  it("shows a person who is needed as one alert, however often it is said, and ends it when nobody is", async () => {
    const channel = createAlertmanager({ url });
    const now = Date.now();
    const message = { id: "e1", about: "run-1", title: "Waits for you: shop", text: "Please look.", urgent: false, at: now, until: now + 600_000 } as const;
    await channel.send({ ...message, person: "wanted" });
    await channel.send({ ...message, person: "wanted", at: now + 1000 });
    await channel.send({ ...message, about: "run-2", person: "wanted" });
    const named = await until("both alerts", async () => {
      const found = await alertsOf(NEEDS_YOU);
      return found.length === 2 ? found : undefined;
    });
    expect(new Set(named.map(({ labels }) => labels["run"]))).toEqual(new Set(["run-1", "run-2"]));
    await channel.send({ ...message, person: "over", at: Date.now() });
    const left = await until("one alert", async () => {
      const found = await alertsOf(NEEDS_YOU);
      return found.length === 1 ? found : undefined;
    });
    expect(left[0]?.labels["run"]).toBe("run-2");
  });
});
