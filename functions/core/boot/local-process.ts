/** Everything in one process: the functions behind the local broker, the local world, and one HTTP front for both (design 3). */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Hono } from "hono";
import { createHttpEvents } from "../adapters/broker/http-events.ts";
import { createBroker, type Disturbance, type LocalBroker } from "../local/broker/broker.ts";
import { shipped } from "../local/shipped.ts";
import { voidForeignClaims } from "../engine/outbox.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Store } from "../ports/store.ts";
import type { SwitchControl } from "../ports/switch.ts";
import type { Shell } from "../shell/shell.ts";
import { tryReplace } from "../shell/runs.ts";
import { sweep } from "../shell/sweep.ts";
import { countArrivals } from "./arrivals.ts";
import { composeFunctions, type Outside } from "./compose-functions.ts";
import { withPlaces } from "./crash-at.ts";
import { type LocalWorld, type LocalWorldOptions, openLocalWorld } from "./local-world.ts";

export interface ProcessOptions {
  readonly clock: Clock;
  readonly minuteMs: number;
  readonly store: Store;
  readonly switch: SwitchControl;
  readonly log: Log;
  readonly holder: string;
  readonly random: () => number;
  readonly checkpoint?: Shell["checkpoint"];
  readonly disturb?: (service: string) => Disturbance;
}

export type LocalProcessOptions = ProcessOptions & Omit<LocalWorldOptions, "deliver">;

/** What the functions of one process stand on: the ports, and what ticks beside them. */
export interface ProcessWorld {
  readonly outside: Outside;
  readonly gitops: { start(): void };
  close(): void;
}

export interface OneProcess<World extends ProcessWorld> {
  readonly world: World;
  readonly shell: Shell;
  readonly broker: LocalBroker;
  /** Everything that can be reached over HTTP: ingress paths, the forge's API, the broker. */
  readonly front: Hono;
  /** Requests that functions are working on. */
  busy(): number;
  /** Takes over what an earlier process left, then starts the clockwork. */
  start(): Promise<void>;
  stop(): void;
}

export type LocalProcess = OneProcess<LocalWorld>;

/** The manifests that the cluster has, too. */
const MANIFESTS = shipped("manifests/base");

const BROKER_PATH = "/anchorwatch/default";
const INGRESS_FUNCTIONS = ["alert-fired", "approval-comment", "gitea-push"] as const;

/** Everything local, the forge's API included. */
export async function createLocalProcess(options: LocalProcessOptions): Promise<LocalProcess> {
  const front = new Hono();
  const world = await openLocalWorld({
    ...options,
    deliver: async (url, headers, body) => (await front.fetch(new Request(url, { method: "POST", headers: { ...headers }, body }))).status,
  });
  front.all("/api/v1/*", (http) => world.forge.app.fetch(http.req.raw));
  return createProcess(options, world, front);
}

/** All functions in one process, on a world that is open already. @param front where their ingress paths are added */
export function createProcess<World extends ProcessWorld>(options: ProcessOptions, world: World, front = new Hono()): OneProcess<World> {
  const events = createHttpEvents({ sink: `http://broker.local${BROKER_PATH}`, fetch: (request) => broker.handle(request) });
  const shell = {
    store: options.store,
    events,
    clock: options.clock,
    switch: options.switch,
    log: options.log,
    minuteMs: options.minuteMs,
    holder: options.holder,
    ...(options.checkpoint && { checkpoint: options.checkpoint }),
  };
  const functions = composeFunctions(shell, world.outside);
  let working = 0;
  const broker = createBroker({
    manifests: readManifests(),
    clock: options.clock,
    minuteMs: options.minuteMs,
    random: options.random,
    ...(options.disturb && { disturb: options.disturb }),
    deliver: async (service, request) => {
      working += 1;
      try {
        return (await functions.get(service)?.fetch(request)) ?? new Response(null, { status: 404 });
      } finally {
        working -= 1;
      }
    },
  });
  routeFront(front, { functions, broker });
  return {
    world,
    shell,
    broker,
    front,
    busy: () => working,
    async start() {
      await takeOver(shell);
      await sweep(withPlaces(shell, "cron-tick"), world.outside.repositories);
      broker.startPings();
      world.gitops.start();
    },
    stop() {
      broker.stop();
      world.close();
    },
  };
}

/** What the local broker reads of `manifests/base`. */
export function readManifests(): { path: string; text: string }[] {
  const files = readdirSync(MANIFESTS).filter((name) => name.endsWith(".yaml"));
  return files.map((name) => ({ path: `manifests/base/${name}`, text: readFileSync(join(MANIFESTS, name), "utf8") }));
}

function routeFront(front: Hono, given: { functions: ReadonlyMap<string, Hono>; broker: LocalBroker }): void {
  const { functions, broker } = given;
  front.get("/healthz", (http) => http.body(null, 204));
  const arrivals = countArrivals();
  front.get("/arrivals", (http) => http.json(arrivals.now()));
  for (const name of INGRESS_FUNCTIONS) {
    const app = functions.get(name);
    front.use(`/${name}`, arrivals.count(name));
    if (app) front.mount(`/${name}`, (request: Request) => app.fetch(request));
  }
  front.all("/anchorwatch/*", (http) => broker.handle(http.req.raw));
}

/** Where everything is one process, what another one held is held by nobody (engine.md 1). */
export async function takeOver(shell: Shell): Promise<void> {
  let after: string | undefined;
  do {
    const page = await shell.store.list("Run", { where: { open: "yes" }, limit: 100, ...(after !== undefined && { after }) });
    for (const stored of page.items) {
      const run = voidForeignClaims(stored.record, shell.holder);
      const freed = { ...run, wakeAt: Math.min(...run.outbox.map((entry) => entry.at), run.wakeAt ?? Infinity) };
      if (run.outbox.some((entry, at) => entry.claim !== stored.record.outbox[at]?.claim)) await tryReplace(shell, stored, freed);
    }
    after = page.next;
  } while (after !== undefined);
}
