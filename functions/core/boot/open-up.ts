/** `anchorwatch up`: all functions in one process on a laptop or a Pi, with the real forge and the real cluster. */
import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { serve } from "@hono/node-server";
import { createTerminalChat } from "../adapters/chat/terminal.ts";
import { createLog } from "../adapters/log.ts";
import { openDatabase } from "../adapters/sqlite/database.ts";
import { createSqliteStore } from "../adapters/sqlite/sqlite-store.ts";
import { createSqliteSwitch } from "../adapters/sqlite/sqlite-switch.ts";
import { createWallClock } from "../adapters/wall-clock.ts";
import type { Cluster } from "../ports/cluster.ts";
import { Refused } from "../ports/errors.ts";
import type { GitOps } from "../ports/gitops.ts";
import type { Schemas } from "../ports/schemas.ts";
import { openChannel, readChannels } from "./channels.ts";
import { localFiles } from "./local-files.ts";
import { createProcess, type OneProcess, type ProcessWorld } from "./local-process.ts";
import { openRealWorld, secretsOf } from "./real-world.ts";
import type { Settings } from "./settings.ts";

export interface OpenedUp {
  readonly process: OneProcess<ProcessWorld>;
  readonly baseUrl: string;
  close(): void;
}

const MINUTE_MS = 60_000;

/** Opens it and listens. @param say gets every message that goes to people's channels @throws Error, Refused, Unavailable when something that is needed is not there */
export async function openUp(settings: Settings, say: (line: string) => void): Promise<OpenedUp> {
  const files = localFiles(settings.data);
  mkdirSync(settings.data, { recursive: true, mode: 0o700 });
  const clock = createWallClock();
  const chats = [createTerminalChat(say), ...(settings.channels === undefined ? [] : readChannels(settings.channels).map(openChannel))];
  const world = await openRealWorld({ settings, ...(await clusterOf(settings)), chats });
  const database = openDatabase(files.store);
  const opened = createProcess(
    {
      clock,
      minuteMs: MINUTE_MS,
      store: createSqliteStore(database),
      switch: createSqliteSwitch(database, clock),
      log: createLog({ level: "info", destination: files.log, secrets: [...secretsOf(settings).values()] }),
      holder: randomUUID(),
      random: Math.random,
    },
    world,
  );
  const { host, port } = settings.listen;
  const server = serve({
    fetch: (request) => opened.front.fetch(request),
    hostname: host,
    port,
    serverOptions: { requestTimeout: 30_000, headersTimeout: 10_000 },
  });
  const baseUrl = `http://${host}:${port}`;
  writeFileSync(files.running, JSON.stringify({ baseUrl, pid: process.pid }), { mode: 0o600 });
  return { process: opened, baseUrl, close: () => (server.close(), opened.stop(), database.close()) };
}

interface Watched {
  readonly cluster: Cluster;
  readonly gitops: GitOps;
  readonly schemas: Schemas;
}

async function clusterOf({ cluster }: Settings): Promise<Watched> {
  if (cluster === "none") return NOTHING_WATCHED;
  const [{ createApiClient }, { createArgoCd }, { createKubernetesCluster }, { loadKubeConfig }, { createSchemas }] = await Promise.all([
    import("../adapters/kubernetes/api-client.ts"),
    import("../adapters/kubernetes/argo-cd.ts"),
    import("../adapters/kubernetes/cluster.ts"),
    import("../adapters/kubernetes/kube-config.ts"),
    import("../adapters/kubernetes/schemas.ts"),
  ]);
  const api = createApiClient(loadKubeConfig(cluster));
  return { cluster: createKubernetesCluster(api), gitops: createArgoCd(api), schemas: createSchemas(api) };
}

const noCluster = (): Promise<never> => Promise.reject(new Refused("the settings name no cluster (cluster: none)"));

/** Without a cluster everything about the forge works, and every look says why it sees nothing. */
const NOTHING_WATCHED: Watched = {
  cluster: { snapshot: noCluster, read: noCluster, logs: noCluster },
  gitops: { applications: noCluster, refresh: () => Promise.resolve() },
  schemas: { definitionOf: noCluster },
};
