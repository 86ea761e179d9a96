/** The whole town of one simulation: the local world in memory, the functions as pods, the broker between them, all in virtual time. */
import { createMemoryStore } from "../../../functions/core/adapters/memory/memory-store.ts";
import { createMemorySwitch } from "../../../functions/core/adapters/memory/memory-switch.ts";
import { readManifests, takeOver } from "../../../functions/core/boot/local-process.ts";
import { type LocalWorld, openLocalWorld } from "../../../functions/core/boot/local-world.ts";
import { createBroker, type LocalBroker } from "../../../functions/core/local/broker/broker.ts";
import { disorder } from "../../../functions/core/local/broker/disturbance.ts";
import { readTopology } from "../../../functions/core/local/broker/topology.ts";
import type { DeliveryFault } from "../../../functions/core/local/forge/hooks/deliveries.ts";
import { EVERYBODY } from "../../../functions/core/local/people.ts";
import type { Scenario } from "../../../functions/core/local/scenarios/scenario.ts";
import type { Store } from "../../../functions/core/ports/store.ts";
import type { SwitchControl } from "../../../functions/core/ports/switch.ts";
import { sweep } from "../../../functions/core/shell/sweep.ts";
import { createMemoryGit } from "./git/memory-git.ts";
import { createMemoryDocuments } from "./memory-documents.ts";
import { BASE_URL, createPods, MINUTE_MS, type Pods } from "./pods.ts";
import type { Chance } from "./random.ts";
import { createTime, type Time } from "./time.ts";
import { drawWeather, type Weather } from "./weather.ts";

export interface Town {
  readonly time: Time;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly world: LocalWorld;
  readonly store: Store;
  /** Forgets every record. */
  readonly loseStore: () => void;
  readonly switch: SwitchControl;
  readonly pods: Pods;
  readonly tokens: Readonly<Record<string, string>>;
  readonly alertmanagerToken: string;
  readonly trace: (line: string) => void;
  /** Starts the clockwork: pings, GitOps, the first sweep. */
  start(): Promise<void>;
  stop(): void;
}

/** A Tuesday. */
const START_MS = Date.UTC(2026, 2, 3, 9, 0, 0);
const MANIFESTS = readManifests();
const TOPOLOGY = readTopology(MANIFESTS);
/** After a death, until the process is there again. */
const RESTART_MS = 3_000;
const SECRETS = {
  alertmanagerToken: "a".repeat(48),
  webhookSecret: "b".repeat(48),
  tokens: Object.fromEntries(EVERYBODY.map(({ login }) => [login, `token-of-${login}-${"c".repeat(24)}`])),
};

export interface TownOptions {
  readonly trace?: (line: string) => void;
  /** Instead of the store in memory; it is never lost. */
  readonly store?: Store;
}

export async function openTown(scenario: Scenario, chance: Chance, options: TownOptions): Promise<Town> {
  const { trace = () => undefined } = options;
  const drawn = drawWeather(chance.fork());
  const weather: Weather = { ...drawn, emptied: drawn.emptied && options.store === undefined };
  const time = createTime(START_MS, chance.fork());
  const luck = chance.fork();
  const memory = createMemoryStore({
    random: () => (weather.bad && weather.watched === 0 ? luck.next() : 1),
    conflictRate: weather.conflict,
    unavailableRate: weather.storeDown,
  });
  const store = options.store ?? memory;
  const control = createMemorySwitch(time.clock);
  const log = logTo(trace);
  const repository = createMemoryGit();
  const hooks = chance.fork();
  const world = await openLocalWorld({
    directory: "memory",
    documentsFile: ":memory:",
    clock: time.clock,
    minuteMs: MINUTE_MS,
    baseUrl: BASE_URL,
    secrets: SECRETS,
    applications: scenario.applications,
    chats: [],
    deliveryDelayMs: 190,
    fault: () => hookFate(weather, hooks),
    deliver: async (url, headers, body) => {
      const name = new URL(url).pathname.slice(1);
      trace(`hook ${name} ${headers["x-gitea-event-type"] ?? ""}`);
      return (await pods.call(name, new Request("http://pod.local/", { method: "POST", headers, body }))).status;
    },
    storage: { documents: createMemoryDocuments(), openRepository: () => Promise.resolve(repository.bare), git: () => repository.clone() },
  });
  const events = chance.fork();
  const openBroker = (): LocalBroker => {
    const opened: LocalBroker = createBroker({
      manifests: MANIFESTS,
      topology: TOPOLOGY,
      clock: time.clock,
      minuteMs: MINUTE_MS,
      random: () => events.next(),
      disturb: () =>
        weather.bad
          ? disorder({ drop: weather.eventDrop, double: weather.eventDouble, late: weather.eventLate, lateMs: 120_000 }, () => events.next())()
          : "deliver",
      // What a broker carried is gone with it.
      deliver: (service, request) => (opened === broker ? pods.call(service, request) : new Promise<never>(() => undefined)),
    });
    return opened;
  };
  let broker = openBroker();
  const begin = async (): Promise<void> => {
    const shell = pods.shell();
    broker.startPings();
    if (weather.shape === "process") await takeOver(shell);
    await sweep(shell, world.outside.repositories);
  };
  const pods = createPods({
    world,
    secrets: SECRETS,
    store,
    switch: control,
    log,
    time,
    chance: chance.fork(),
    weather,
    clone: () => repository.clone(),
    broker: (request) => broker.handle(request),
    trace,
    onProcessDeath: () => {
      broker.stop();
      broker = openBroker();
      time.clock.after(RESTART_MS, () => void begin().catch((error: unknown) => trace(`the start broke off: ${String(error)}`)));
    },
  });
  return {
    time,
    chance,
    weather,
    world,
    store,
    loseStore: () => memory.clear(),
    switch: control,
    pods,
    tokens: SECRETS.tokens,
    alertmanagerToken: SECRETS.alertmanagerToken,
    trace,
    async start() {
      await begin();
      world.gitops.start();
    },
    stop() {
      broker.stop();
      world.close();
    },
  };
}

function logTo(trace: (line: string) => void): {
  info: () => void;
  warn: (fields: object, message: string) => void;
  error: (fields: object, message: string) => void;
} {
  const say = (fields: object, message: string): void => trace(`  ${message} ${JSON.stringify(fields)}`);
  return { info: () => undefined, warn: say, error: say };
}

function hookFate(weather: Weather, chance: Chance): DeliveryFault {
  if (!weather.bad) return "deliver";
  const drawn = chance.next();
  if (drawn < weather.hookDrop) return "drop";
  if (drawn < weather.hookDrop + weather.hookDouble) return "double";
  return chance.happens(weather.hookLate) ? { lateMs: chance.between(0, 300_000) } : "deliver";
}
