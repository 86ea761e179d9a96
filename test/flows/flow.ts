/** A whole local world for one test: real Git, the local forge, cluster, broker and functions, on a clock that runs ten times as fast. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hono } from "hono";
import { createMemoryStore } from "../../functions/core/adapters/memory/memory-store.ts";
import { createMemorySwitch } from "../../functions/core/adapters/memory/memory-switch.ts";
import { openDatabase } from "../../functions/core/adapters/sqlite/database.ts";
import { createSqliteStore } from "../../functions/core/adapters/sqlite/sqlite-store.ts";
import type { LocalWorldOptions } from "../../functions/core/boot/local-world.ts";
import { createLocalProcess, type LocalProcess } from "../../functions/core/boot/local-process.ts";
import { readLocalSecrets } from "../../functions/core/boot/local-secrets.ts";
import { alertmanagerBody } from "../../functions/core/local/alertmanager.ts";
import { firingAlerts } from "../../functions/core/local/cluster/alert-rules.ts";
import type { LocalCluster } from "../../functions/core/local/cluster/cluster.ts";
import type { Disturbance } from "../../functions/core/local/broker/broker.ts";
import type { PushedFiles } from "../../functions/core/local/forge/actions/commits.ts";
import type { DeliveryFault, HookEvent } from "../../functions/core/local/forge/hooks/deliveries.ts";
import type { GitOpsLoop } from "../../functions/core/local/gitops/loop.ts";
import { crashLoop } from "../../functions/core/local/scenarios/crash-loop.ts";
import type { Scenario } from "../../functions/core/local/scenarios/scenario.ts";
import type { Clock } from "../../functions/core/ports/clock.ts";
import type { Git } from "../../functions/core/ports/git.ts";
import type { Store } from "../../functions/core/ports/store.ts";
import type { Change } from "../../functions/core/records/change.ts";
import type { RepositoryRef } from "../../functions/core/records/fields.ts";
import type { Run } from "../../functions/core/records/run.ts";

const SPEED = 10;
const MINUTE_MS = 1_000;

/** Time from now on, ten times as fast: waits of minutes are over in a blink, and Gitea's seconds pass. */
function createFastClock(speed = SPEED): Clock & { skip(ms: number): void } {
  const began = Date.now();
  let skipped = 0;
  return {
    skip: (ms) => void (skipped += ms),
    now: () => began + (Date.now() - began) * speed + skipped,
    after(delayMs, task) {
      const timer = setTimeout(task, delayMs / speed);
      return () => clearTimeout(timer);
    },
  };
}

export type StoreKind = "memory" | "sqlite";

export interface FlowOptions {
  readonly scenario?: Scenario;
  readonly store?: StoreKind;
  readonly minuteMs?: number;
  /** How fast its clock runs; limits of functions are in real time, so a flow that is under load for long takes 1. */
  readonly speed?: number;
  /** Who is there beside the people of the demo, teams, and whether everybody may look. */
  readonly world?: Partial<Pick<LocalWorldOptions, "people" | "forge" | "chats" | "allowed">>;
  readonly fault?: (event: HookEvent) => DeliveryFault;
  /** What happens to events on their way to the functions. */
  readonly disturb?: (service: string) => Disturbance;
  /** Another writer is first so often, and the memory store's answers are lost so often. */
  readonly faults?: { readonly random: () => number; readonly conflictRate: number; readonly unavailableRate: number };
}

/** What tests of the whole product see and do, whatever the forge is. */
export interface StoryFlow {
  readonly world: { readonly cluster: LocalCluster; readonly gitops: GitOpsLoop };
  readonly store: Store;
  readonly clock: Clock;
  /** Takes over what is there, and starts the clockwork. */
  start(): Promise<void>;
  /** A person's commit. @returns its id */
  push(login: string, push: PushedFiles): Promise<string>;
  /** The incident's run as it is now. */
  run(): Promise<Run | undefined>;
  /** Waits until the run is as wanted; fails with what it is instead. */
  until(what: string, condition: (run: Run) => boolean): Promise<Run>;
  /** Waits until a change of the run has this state. */
  untilChange(number: number, state: Change["state"]): Promise<Change>;
  /** Calls the forge's API as somebody: below the first repository, or, of a local forge, anywhere by a path that begins with `/repos/`. */
  api(login: string, method: string, path: string, body?: object): Promise<{ status: number; json: unknown }>;
  comment(login: string, number: number, body: string): Promise<number>;
  /** Posts the alerts that fire now, with a start that stays the same where none is given. @returns the answer's status */
  alert(startsAt?: number): Promise<number>;
  /** Waits so long by the forge's clock that a yes is newer than what was shown. */
  aSecondLater(): Promise<void>;
  /** The file on the default branch. */
  file(path: string): Promise<string | undefined>;
  /** Ledger entries of one kind of call. */
  ledger(what: string, outcome?: number): readonly { who: string; details: Record<string, unknown> }[];
}

export interface Flow extends StoryFlow {
  readonly local: LocalProcess;
  /** The clock goes on by so much; what waits for a timer waits no less. */
  skip(ms: number): void;
  /** Forgets every record, as a lost volume does. */
  loseStore(): void;
  close(): void;
}

/** What a flow is made of, beside its waits. */
export interface FlowParts extends Pick<StoryFlow, "world" | "store" | "clock" | "start" | "push" | "api" | "ledger"> {
  /** Everything that is served to the outside. */
  readonly front: Hono;
  readonly alertmanagerToken: string;
  /** How long a wait may take; default 40 s. */
  readonly patienceMs?: number;
  readonly git: () => Git;
  readonly repository: RepositoryRef;
}

/** The waits and turns of a flow, over its parts. */
export function flowOver(parts: FlowParts): StoryFlow {
  const { store, clock, api, world } = parts;
  const startsAt = clock.now();
  const run = async (): Promise<Run | undefined> => (await store.list("Run", { limit: 500 })).items.find(({ record }) => record.incident !== undefined)?.record;
  const until: StoryFlow["until"] = async (what, condition) => {
    const limit = Date.now() + (parts.patienceMs ?? 40_000);
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
  return {
    world,
    store,
    clock,
    start: () => parts.start(),
    push: (login, push) => parts.push(login, push),
    run,
    until,
    api,
    ledger: (what, outcome) => parts.ledger(what, outcome),
    untilChange: async (number, state) => {
      const found = await until(`change ${number} ${state}`, (item) => item.changes.some((change) => change.number === number && change.state === state));
      const change = found.changes.find((item) => item.number === number);
      if (!change) throw new Error(`change ${number} is gone`);
      return change;
    },
    comment: async (login, number, body) => (await api(login, "POST", `/issues/${number}/comments`, { body })).status,
    async alert(since = startsAt) {
      const alerts = firingAlerts(world.cluster.now()).map((alert) => ({ ...alert, status: "firing" as const, startsAt: since }));
      const headers = { "content-type": "application/json", authorization: `Bearer ${parts.alertmanagerToken}` };
      return (await parts.front.fetch(new Request("http://x/alert-fired", { method: "POST", headers, body: JSON.stringify(alertmanagerBody(alerts)) }))).status;
    },
    async aSecondLater() {
      const passed = clock.now() + 1_500;
      while (clock.now() < passed) await tick();
    },
    async file(path) {
      const git = parts.git();
      const head = await git.resolve(parts.repository, "main");
      return head && (await git.read(parts.repository, head.id, path));
    },
  };
}

export async function openFlow(options: FlowOptions = {}): Promise<Flow> {
  const directory = mkdtempSync(join(tmpdir(), "anchorwatch-flow-"));
  const clock = createFastClock(options.speed);
  const memory = createMemoryStore(options.faults ?? {});
  const store: Store = options.store === "sqlite" ? createSqliteStore(openDatabase(join(directory, "store.db"))) : memory;
  const made = readLocalSecrets(join(directory, "secrets.json"));
  const others = (options.world?.people ?? []).map(({ login }) => [login, `token-of-${login}`] as const);
  const secrets = { ...made, tokens: { ...Object.fromEntries(others), ...made.tokens } };
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
    ...options.world,
    deliveryDelayMs: 100,
    store,
    switch: createMemorySwitch(clock),
    log: quiet,
    holder: "flow",
    random: Math.random,
    ...(options.fault && { fault: options.fault }),
    ...(options.disturb && { disturb: options.disturb }),
  });
  const api: Flow["api"] = async (login, method, path, body) => {
    const headers = { authorization: `token ${secrets.tokens[login] ?? ""}`, "content-type": "application/json" };
    const answer = await local.front.fetch(
      new Request(`http://x/api/v1${path.startsWith("/repos/") ? "" : "/repos/home/gitops"}${path}`, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      }),
    );
    const text = await answer.text();
    const json: unknown = text === "" ? undefined : JSON.parse(text);
    return { status: answer.status, json };
  };
  const flow = flowOver({
    world: local.world,
    store,
    clock,
    api,
    front: local.front,
    alertmanagerToken: secrets.alertmanagerToken,
    git: () => local.world.outside.git(),
    repository: local.world.forge.repository,
    start: () => local.start(),
    push: (login, push) => local.world.forge.push(login, push),
    ledger: (what, outcome) =>
      local.world.forge
        .ledger()
        .filter((entry) => entry.what === what && (outcome === undefined || entry.outcome === outcome))
        .map(({ who, details }) => ({ who, details: details as Record<string, unknown> })),
  });
  return {
    ...flow,
    local,
    skip: (ms) => clock.skip(ms),
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
export async function breakAndAlert(flow: StoryFlow, scenario: Scenario = crashLoop): Promise<void> {
  const { world } = flow;
  for (const { by, push } of scenario.healthy) await flow.push(by, push);
  await flow.start();
  await world.gitops.tick();
  await waitUntil("the workflow is published", async () => (await flow.store.list("Pipeline")).items.length > 0);
  await waitUntil("the shop is healthy", async () =>
    (await world.gitops.applications()).every((app) => JSON.stringify(app["status"]).includes('"status":"Healthy"')),
  );
  for (const { by, push } of [scenario.breaking, ...scenario.after]) {
    await flow.aSecondLater();
    await flow.push(by, push);
    await world.gitops.tick();
  }
  scenario.mishap?.happen(world.cluster);
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
export async function untilProposed(flow: StoryFlow): Promise<number> {
  const change = await flow.untilChange(1, "proposed");
  await flow.aSecondLater();
  return change.pullRequest ?? 0;
}

/** The run has ended and owes nothing. */
export async function untilOver(flow: StoryFlow): Promise<Run> {
  return await flow.until("the end", (run) => run.phase !== "running" && run.phase !== "ending" && run.outbox.length === 0);
}
