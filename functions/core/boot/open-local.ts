/** Opens the local process on a folder and serves it on loopback. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { mkdirSync, writeFileSync } from "node:fs";
import { serve } from "@hono/node-server";
import { createLog } from "../adapters/log.ts";
import { openDatabase } from "../adapters/sqlite/database.ts";
import { createSqliteStore } from "../adapters/sqlite/sqlite-store.ts";
import { createSqliteSwitch } from "../adapters/sqlite/sqlite-switch.ts";
import { createWallClock } from "../adapters/wall-clock.ts";
import type { Chat } from "../ports/chat.ts";
import type { Store } from "../ports/store.ts";
import type { SwitchControl } from "../ports/switch.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { openChannel, readChannels } from "./channels.ts";
import { crashAt } from "./crash-at.ts";
import { readEnvironment } from "./environment.ts";
import { localFiles } from "./local-files.ts";
import { createLocalProcess, type LocalProcess } from "./local-process.ts";
import { readLocalSecrets, secretValues } from "./local-secrets.ts";

/** From a call's answer to its webhook, as on a real server. */
const DELIVERY_DELAY_MS = 190;

export interface OpenLocal {
  readonly applications: readonly KubernetesObject[];
  readonly chats: readonly Chat[];
  /** How many times as long as asked for a minute is, for a world that has more to do in each. */
  readonly slower?: number;
}

export interface OpenedLocal {
  readonly process: LocalProcess;
  readonly store: Store;
  readonly switch: SwitchControl;
  readonly directory: string;
  readonly baseUrl: string;
  readonly minuteMs: number;
  close(): void;
}

/** Opens what is in the data folder, or begins there; listens on 127.0.0.1 only. @throws Error for settings that are wrong */
export async function openLocal(options: OpenLocal): Promise<OpenedLocal> {
  const { data: directory, minuteMs: asked, port: wanted, channels, crashAt: where } = readEnvironment();
  const minuteMs = asked * (options.slower ?? 1);
  const files = localFiles(directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const secrets = readLocalSecrets(files.secrets);
  const clock = createWallClock();
  const database = openDatabase(files.store);
  const store = createSqliteStore(database);
  const control = createSqliteSwitch(database, clock);
  const port = wanted === 0 ? await freePort() : wanted;
  const baseUrl = `http://127.0.0.1:${port}`;
  const checkpoint = crashAt(where);
  const local = await createLocalProcess({
    directory,
    documentsFile: files.world,
    clock,
    minuteMs,
    baseUrl,
    secrets,
    applications: options.applications,
    chats: [...options.chats, ...(channels === undefined ? [] : readChannels(channels).map(openChannel))],
    deliveryDelayMs: DELIVERY_DELAY_MS,
    store,
    switch: control,
    log: createLog({ level: "info", destination: files.log, secrets: secretValues(secrets) }),
    holder: randomUUID(),
    random: Math.random,
    ...(checkpoint && { checkpoint }),
  });
  const server = serve({
    fetch: (request) => local.front.fetch(request),
    hostname: "127.0.0.1",
    port,
    serverOptions: { requestTimeout: 30_000, headersTimeout: 10_000 },
  });
  writeFileSync(files.running, JSON.stringify({ baseUrl, pid: process.pid }), { mode: 0o600 });
  return { process: local, store, switch: control, directory, baseUrl, minuteMs, close: () => (server.close(), local.stop(), database.close()) };
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
