/** A storm of alerts into our own ingest, each on disk when it is answered, beside a real Alertmanager that takes the same posts into memory. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { serve } from "@hono/node-server";
import { alertmanagerBody, type SentAlert } from "../../functions/core/local/alertmanager.ts";
import { bearerToken } from "../../functions/core/shell/authenticate.ts";
import { serveAlertFired } from "../../functions/alert-fired.ts";
import { aWorkplace } from "./a-workplace.ts";
import { compare, type Compared, timed } from "./measure.ts";

const ALERTS = 10_000;
const DISTINCT = 500;
const PER_POST = 100;
const AT_ONCE = 8;
const READY_MS = 15_000;
const TOKEN = "0123456789abcdef0123456789abcdef";
const REPOSITORY = { id: 1, name: "home/gitops", defaultBranch: "main" };
const COMMIT = "a".repeat(40);

/** Where a real Alertmanager is, if anywhere. */
function findAlertmanager(): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), join(homedir(), ".cache/anchorwatch-services/bin")];
  return folders.map((folder) => join(folder, "alertmanager")).find((file) => existsSync(file));
}

/** The pods of a deployment come together, as Alertmanager groups them. */
function aStorm(round: number): readonly (readonly SentAlert[])[] {
  const alerts = Array.from({ length: ALERTS }, (_item, at): SentAlert => {
    const deployment = `app-${Math.floor((at * DISTINCT) / ALERTS)}`;
    const labels = { alertname: "KubePodCrashLooping", namespace: "web", deployment, pod: `${deployment}-${at}`, round: String(round) };
    return { labels, annotations: {}, status: "firing", startsAt: Date.now() };
  });
  return Array.from({ length: ALERTS / PER_POST }, (_item, at) => alerts.slice(at * PER_POST, (at + 1) * PER_POST));
}

async function postAll(url: string, bodies: readonly string[]): Promise<number> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${TOKEN}` };
  const waiting = [...bodies];
  const work = async (): Promise<void> => {
    for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) {
      const answer = await fetch(url, { method: "POST", headers, body });
      await answer.text();
      if (answer.status >= 300) throw new Error(`${url} answered ${answer.status}`);
    }
  };
  return await timed(async () => void (await Promise.all(Array.from({ length: AT_ONCE }, work))));
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function startAlertmanager(program: string, directory: string): Promise<{ url: string; child: ChildProcess }> {
  const config = join(directory, "alertmanager.yaml");
  writeFileSync(config, "route: { receiver: none, group_wait: 1h }\nreceivers: [{ name: none }]\n");
  const port = await freePort();
  const listen = [`--web.listen-address=127.0.0.1:${port}`, "--cluster.listen-address="];
  const child = spawn(program, [`--config.file=${config}`, `--storage.path=${directory}`, "--log.level=error", ...listen], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  const limit = Date.now() + READY_MS;
  while (
    !(await fetch(`${url}/-/ready`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (Date.now() > limit) throw new Error("Alertmanager did not start");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url: `${url}/api/v2/alerts`, child };
}

/** @returns why not, where there is no Alertmanager */
export async function benchStorm(): Promise<Compared | string> {
  const program = findAlertmanager();
  if (program === undefined) return "storm: not run, there is no alertmanager on the PATH";
  const directory = mkdtempSync(join(tmpdir(), "anchorwatch-storm-"));
  const place = aWorkplace();
  const compiled = {
    name: "crash-loop",
    on: { alert: { labels: { alertname: "KubePodCrashLooping" } } },
    steps: [{ id: "find", needs: [], tool: "find_problems", with: {} }],
  };
  const source = { repository: REPOSITORY, path: "p.yaml", commit: COMMIT };
  await place.store.create("Pipeline", "p", { schema: 1, source, valid: true, compiled, compiledFrom: COMMIT });
  const app = serveAlertFired({ shell: place.shell, authenticate: bearerToken([TOKEN]), repositories: [REPOSITORY] });
  const port = await freePort();
  const server = serve({ fetch: (request) => app.fetch(request), hostname: "127.0.0.1", port });
  const peer = await startAlertmanager(program, directory);
  let round = 0;
  try {
    return await compare({
      name: "storm",
      ours: `${ALERTS} alerts, ${DISTINCT} distinct, on disk`,
      peer: "Alertmanager, in memory",
      rounds: 3,
      measureOurs: () =>
        postAll(
          `http://127.0.0.1:${port}/`,
          aStorm((round += 1)).map((alerts) => JSON.stringify(alertmanagerBody(alerts))),
        ),
      measurePeer: () =>
        postAll(
          peer.url,
          aStorm(round).map((alerts) => JSON.stringify(alerts.map(({ labels, startsAt }) => ({ labels, startsAt: new Date(startsAt).toISOString() })))),
        ),
    });
  } finally {
    peer.child.kill("SIGKILL");
    server.close();
    place.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}
