/** One simulation: a scenario in the town, under the weather of a seed, to its end. */
import { createHash } from "node:crypto";
import type { Scenario } from "../../../functions/core/local/scenarios/scenario.ts";
import type { Run } from "../../../functions/core/records/run.ts";
import { brokenPromises, type Pause } from "./invariants.ts";
import { createPeople, type People } from "./people.ts";
import { MINUTE_MS } from "./pods.ts";
import { createChance } from "./random.ts";
import { openTown, type Town, type TownOptions } from "./town.ts";

export interface Simulated {
  readonly seed: number;
  readonly scenario: string;
  /** Broken promises in words. */
  readonly broken: readonly string[];
  /** `verified`, `failed, taken-back`, ...: how the runs ended. */
  readonly ends: readonly string[];
  readonly deaths: number;
  /** Of all that happened outside: one seed, one digest. */
  readonly digest: string;
  readonly virtualMinutes: number;
}

/** Virtual time that a simulation may take after its faults have stopped. */
const DRAIN_MINUTES = 8 * 60;
/** Nothing more comes when it has been quiet for so long. */
const QUIET_MINUTES = 8;

export async function simulate(scenario: Scenario, seed: number, options: TownOptions = {}): Promise<Simulated> {
  const { trace = () => undefined } = options;
  const chance = createChance(seed);
  const town = await openTown(scenario, chance, { ...options, trace: (line) => trace(`${new Date(town.time.clock.now()).toISOString()} ${line}`) });
  const giveBack = town.time.takeTimeouts();
  const people = createPeople(town);
  const pauses: Pause[] = [];
  const lost = { at: undefined as number | undefined };
  const began = town.time.clock.now();
  const stuck: string[] = [];
  try {
    const limit = (60 + town.weather.minutes + DRAIN_MINUTES) * MINUTE_MS;
    await town.time.runUntil(tell({ town, scenario, people, pauses, lost }), limit);
  } catch (error) {
    stuck.push(`stuck: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    people.stop();
    town.stop();
    giveBack();
  }
  const ledger = town.world.forge.ledger();
  const runs = await incidentsOf(town);
  for (const { at, who, what, outcome, details } of ledger) trace(`ledger ${new Date(at).toISOString()} ${who} ${what} ${outcome} ${JSON.stringify(details)}`);
  const { said, heard } = people;
  return {
    seed,
    scenario: scenario.name,
    broken: [...stuck, ...brokenPromises({ ledger, said, heard, pauses, runs, emptiedAt: lost.at })],
    ends: runs.map(({ record }) => endOf(record)),
    deaths: [...town.pods.deaths.values()].reduce((sum, count) => sum + count, 0),
    digest: createHash("sha256")
      .update(JSON.stringify([ledger, heard, runs]))
      .digest("hex")
      .slice(0, 16),
    virtualMinutes: Math.round((town.time.clock.now() - began) / MINUTE_MS),
  };
}

function endOf({ phase, changes, outcome = "" }: Run): string {
  return changes.length > 0 ? [phase, ...changes.map((change) => change.state)].join(" ") : `${phase} (${outcome.slice(0, 24)})`;
}

interface Telling {
  readonly town: Town;
  readonly scenario: Scenario;
  readonly people: People;
  readonly pauses: Pause[];
  readonly lost: { at: number | undefined };
}

async function tell(telling: Telling): Promise<void> {
  const { town, scenario, people } = telling;
  const { world, time, weather } = town;
  for (const { by, push } of scenario.healthy) await world.forge.push(by, push);
  await town.start();
  await world.gitops.tick();
  await until(town, async () => (await town.store.list("Pipeline")).items.length > 0 && (await isHealthy(town)));
  for (const { by, push } of [scenario.breaking, ...scenario.after]) {
    await time.sleep(town.chance.between(2_000, 4 * MINUTE_MS));
    await world.forge.push(by, push);
    await world.gitops.tick();
  }
  scenario.mishap?.happen(world.cluster);
  weather.bad = true;
  people.begin();
  const fate = misfortunes(telling);
  const better = time.clock.now() + weather.minutes * MINUTE_MS;
  let quiet = 0;
  await until(town, async () => {
    if (weather.bad && time.clock.now() > better) {
      weather.bad = false;
      town.trace("the faults stop");
    }
    quiet = (await isQuiet(telling)) ? quiet + 1 : 0;
    return quiet >= QUIET_MINUTES * 2;
  });
  await fate;
}

async function until(town: Town, condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await town.time.sleep(MINUTE_MS / 2);
}

async function isHealthy({ world }: Town): Promise<boolean> {
  return (await world.gitops.applications()).every((app) => JSON.stringify(app["status"]).includes('"status":"Healthy"'));
}

async function incidentsOf({ store, weather }: Town): Promise<readonly { readonly name: string; readonly record: Run }[]> {
  weather.watched += 1;
  try {
    const { items } = await store.list("Run", { limit: 500 });
    return items.filter(({ record }) => record.incident !== undefined);
  } finally {
    weather.watched -= 1;
  }
}

async function isQuiet({ town, people, lost }: Telling): Promise<boolean> {
  const { weather } = town;
  const runs = await incidentsOf(town);
  const open = runs.filter(({ record }) => record.phase === "running" || record.phase === "ending" || record.outbox.length > 0);
  if (weather.emptied && lost.at === undefined) return false;
  return (runs.length > 0 || lost.at !== undefined) && open.length === 0 && people.unheard(lost.at ?? 0) === 0;
}

/** What happens once in a while: somebody pauses everything, or the store is lost. */
async function misfortunes({ town, pauses, lost }: Telling): Promise<void> {
  const { time, weather, trace } = town;
  const chance = town.chance.fork();
  const length = weather.minutes * MINUTE_MS;
  if (weather.emptied) {
    await time.sleep((chance.next() * length) / 2);
    trace("the store is lost");
    town.loseStore();
    lost.at = time.clock.now();
  }
  for (let at = 0; at < weather.pauses; at += 1) {
    await time.sleep((chance.next() * length) / weather.pauses);
    const pause: Pause = { from: time.clock.now(), to: Infinity };
    pauses.push(pause);
    await town.switch.pause({ reason: "somebody looks first" });
    trace("paused");
    await time.sleep(chance.between(5, 40) * MINUTE_MS);
    pause.to = time.clock.now();
    await town.switch.resume();
    trace("resumed");
  }
}
