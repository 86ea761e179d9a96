/** A whole local world for one test: real Git, the local forge, cluster, broker and functions, on a clock that runs ten times as fast. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryStore } from "../../functions/core/adapters/memory/memory-store.ts";
import { createMemorySwitch } from "../../functions/core/adapters/memory/memory-switch.ts";
import { openDatabase } from "../../functions/core/adapters/sqlite/database.ts";
import { createSqliteStore } from "../../functions/core/adapters/sqlite/sqlite-store.ts";
import { createLocalProcess, type LocalProcess } from "../../functions/core/boot/local-process.ts";
import { readLocalSecrets } from "../../functions/core/boot/local-secrets.ts";
import { alertmanagerBody } from "../../functions/core/local/alertmanager.ts";
import { firingAlerts } from "../../functions/core/local/cluster/alert-rules.ts";
import type { Disturbance } from "../../functions/core/local/broker/broker.ts";
import type { DeliveryFault, HookEvent } from "../../functions/core/local/forge/hooks/deliveries.ts";
import { crashLoop } from "../../functions/core/local/scenarios/crash-loop.ts";
import type { Scenario } from "../../functions/core/local/scenarios/scenario.ts";
import type { Clock } from "../../functions/core/ports/clock.ts";
import type { Store } from "../../functions/core/ports/store.ts";
import type { Change } from "../../functions/core/records/change.ts";
import type { Run } from "../../functions/core/records/run.ts";

const SPEED = 10;
const MINUTE_MS = 1_000;

/** Time from now on, ten times as fast: waits of minutes are over in a blink, and Gitea's seconds pass. */
function createFastClock(): Clock {
  const began = Date.now();
  return {
    now: () => began + (Date.now() - began) * SPEED,
    after(delayMs, task) {
      const timer = setTimeout(task, delayMs / SPEED);
      return () => clearTimeout(timer);
    },
  };
}

export type StoreKind = "memory" | "sqlite";

export interface FlowOptions {
  readonly scenario?: Scenario;
  readonly store?: StoreKind;
  /** A minute, in ms of the clock that runs ten times as fast; a longer one leaves a busy machine more time before deadlines. */
  readonly minuteMs?: number;
  readonly fault?: (event: HookEvent) => DeliveryFault;
  /** What happens to events on their way to the functions. */
  readonly disturb?: (service: string) => Disturbance;
  /** Another writer is first so often, and the memory store's answers are lost so often. */
  readonly faults?: { readonly random: () => number; readonly conflictRate: number; readonly unavailableRate: number };
}

export interface Flow {
  readonly local: LocalProcess;
  readonly store: Store;
  readonly clock: Clock;
  /** The incident's run as it is now. */
  run(): Promise<Run | undefined>;
  /** Waits until the run is as wanted; fails with what it is instead. */
  until(what: string, condition: (run: Run) => boolean): Promise<Run>;
  /** Waits until a change of the run has this state. */
  untilChange(number: number, state: Change["state"]): Promise<Change>;
  /** Calls the forge's API as somebody. */
  api(login: string, method: string, path: string, body?: object): Promise<{ status: number; json: unknown }>;
  comment(login: string, number: number, body: string): Promise<number>;
  /** Posts the alerts that fire now, with a start that stays the same. @returns the answer's status */
  alert(): Promise<number>;
  /** Waits so long by the forge's clock that a yes is newer than what was shown. */
  aSecondLater(): Promise<void>;
  /** The file on the default branch. */
  file(path: string): Promise<string | undefined>;
  /** Ledger entries of one kind of call. */
  ledger(what: string, outcome?: number): readonly { who: string; details: Record<string, unknown> }[];
  /** Forgets every record, as a lost volume does. */
  loseStore(): void;
  close(): void;
}

export async function openFlow(options: FlowOptions = {}): Promise<Flow> {
  const directory = mkdtempSync(join(tmpdir(), "anchorwatch-flow-"));
  const clock = createFastClock();
  const memory = createMemoryStore(options.faults ?? {});
  const store: Store = options.store === "sqlite" ? createSqliteStore(openDatabase(join(directory, "store.db"))) : memory;
  const secrets = readLocalSecrets(join(directory, "secrets.json"));
  const scenario = options.scenario ?? crashLoop;
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const local = await createLocalProcess({
    directory,
    documentsFile: ":memory:",
    clock,
    minuteMs: options.minuteMs ?? MINUTE_MS,
    baseUrl: "http://127.0.0.1:1",
    secrets,
    applications: scenario.applications,
    chats: [],
    deliveryDelayMs: 100,
    store,
    switch: createMemorySwitch(clock),
    log: quiet,
    holder: "flow",
    random: Math.random,
    ...(options.fault && { fault: options.fault }),
    ...(options.disturb && { disturb: options.disturb }),
  });
  const startsAt = clock.now();
  const run = async (): Promise<Run | undefined> => (await store.list("Run", { limit: 500 })).items.find(({ record }) => record.incident !== undefined)?.record;
  const until: Flow["until"] = async (what, condition) => {
    const limit = Date.now() + 40_000;
    let last: Run | undefined;
    while (Date.now() < limit) {
      last = await run();
      if (last && condition(last)) return last;
      await tick();
    }
    throw new Error(
      `never came: ${what}; the run is ${JSON.stringify(last && { phase: last.phase, steps: last.steps, changes: last.changes.map(({ number, state, reason }) => ({ number, state, reason })), warnings: last.warnings, outbox: last.outbox.map(({ type, data }) => ({ type, data })) })}`,
    );
  };
  const api: Flow["api"] = async (login, method, path, body) => {
    const headers = { authorization: `token ${secrets.tokens[login] ?? ""}`, "content-type": "application/json" };
    const answer = await local.front.fetch(
      new Request(`http://x/api/v1/repos/home/gitops${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) }),
    );
    const text = await answer.text();
    const json: unknown = text === "" ? undefined : JSON.parse(text);
    return { status: answer.status, json };
  };
  return {
    local,
    store,
    clock,
    run,
    until,
    api,
    untilChange: async (number, state) => {
      const found = await until(`change ${number} ${state}`, (item) => item.changes.some((change) => change.number === number && change.state === state));
      const change = found.changes.find((item) => item.number === number);
      if (!change) throw new Error(`change ${number} is gone`);
      return change;
    },
    comment: async (login, number, body) => (await api(login, "POST", `/issues/${number}/comments`, { body })).status,
    async alert() {
      const alerts = firingAlerts(local.world.cluster.now()).map((alert) => ({ ...alert, status: "firing" as const, startsAt }));
      const headers = { "content-type": "application/json", authorization: `Bearer ${secrets.alertmanagerToken}` };
      return (await local.front.fetch(new Request("http://x/alert-fired", { method: "POST", headers, body: JSON.stringify(alertmanagerBody(alerts)) }))).status;
    },
    async aSecondLater() {
      const passed = clock.now() + 1_500;
      while (clock.now() < passed) await tick();
    },
    async file(path) {
      const git = local.world.outside.git();
      const head = await git.resolve(local.world.forge.repository, "main");
      return head && (await git.read(local.world.forge.repository, head.id, path));
    },
    ledger: (what, outcome) =>
      local.world.forge
        .ledger()
        .filter((entry) => entry.what === what && (outcome === undefined || entry.outcome === outcome))
        .map(({ who, details }) => ({ who, details: details as Record<string, unknown> })),
    loseStore: () => memory.clear(),
    close() {
      local.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The next poll of a condition. */
async function tick(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Begins the story, breaks it, and posts the alert; the run has begun when this is done. */
export async function breakAndAlert(flow: Flow, scenario: Scenario = crashLoop): Promise<void> {
  const { world } = flow.local;
  for (const { by, push } of scenario.healthy) await world.forge.push(by, push);
  await flow.local.start();
  await world.gitops.tick();
  await waitUntil("the workflow is published", async () => (await flow.store.list("Pipeline")).items.length > 0);
  await waitUntil("the shop is healthy", async () =>
    (await world.gitops.applications()).every((app) => JSON.stringify(app["status"]).includes('"status":"Healthy"')),
  );
  for (const { by, push } of [scenario.breaking, ...scenario.after]) {
    await flow.aSecondLater();
    await world.forge.push(by, push);
    await world.gitops.tick();
  }
  await waitUntil("an alert fires", () => Promise.resolve(firingAlerts(world.cluster.now()).length > 0));
  const status = await flow.alert();
  if (status !== 202) throw new Error(`the alert was answered ${status}`);
}

async function waitUntil(what: string, condition: () => Promise<boolean>): Promise<void> {
  const limit = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > limit) throw new Error(`never came: ${what}`);
    await tick();
  }
}

/** The pull request is open and shown, and a yes would be newer than it. @returns its number */
export async function untilProposed(flow: Flow): Promise<number> {
  const change = await flow.untilChange(1, "proposed");
  await flow.aSecondLater();
  return change.pullRequest ?? 0;
}

/** The run has ended and owes nothing. */
export async function untilOver(flow: Flow): Promise<Run> {
  return await flow.until("the end", (run) => run.phase !== "running" && run.phase !== "ending" && run.outbox.length === 0);
}
