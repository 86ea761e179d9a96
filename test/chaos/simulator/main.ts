/** `npm run chaos -- --seeds N [--seed S] [--scenario NAME] [--trace]`: so many simulations, and for each broken promise the command that shows it again. */
import { parseArgs } from "node:util";
import { SCENARIOS } from "../../../functions/core/local/scenarios/registry.ts";
import { simulate, type Simulated } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    scenario: { type: "string" },
    trace: { type: "boolean", default: false },
  },
});
const seeds = Number(values.seeds);
const first = Number(values.seed);
const scenarios = SCENARIOS.filter(({ name }) => values.scenario === undefined || name === values.scenario);
if (!Number.isInteger(seeds) || !Number.isInteger(first) || scenarios.length === 0) {
  console.error(`--seeds and --seed are whole numbers, --scenario is one of: ${SCENARIOS.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

const began = Date.now();
const failed: Simulated[] = [];
const ends = new Map<string, number>();
let deaths = 0;
for (let seed = first; seed < first + seeds; seed += 1) {
  const scenario = scenarios[seed % scenarios.length] ?? scenarios[0];
  if (!scenario) break;
  const simulated = await simulate(scenario, seed, values.trace ? { trace: (line) => console.log(line) } : {});
  deaths += simulated.deaths;
  for (const end of simulated.ends) ends.set(`${scenario.name}: ${end}`, (ends.get(`${scenario.name}: ${end}`) ?? 0) + 1);
  if (simulated.broken.length === 0) continue;
  failed.push(simulated);
  console.log(`seed ${seed} (${scenario.name}):\n${simulated.broken.map((words) => `  ${words}`).join("\n")}`);
  console.log(`  npm run chaos -- --seeds 1 --seed ${seed} --scenario ${scenario.name} --trace`);
}
const seconds = (Date.now() - began) / 1_000;
for (const [end, count] of [...ends].toSorted(([, one], [, other]) => other - one)) console.log(`${String(count).padStart(6)}  ${end}`);
console.log(
  `${seeds} seeds from ${first}: ${failed.length} with a broken promise; ${deaths} deaths; ${seconds.toFixed(1)} s, ${Math.round((seeds / seconds) * 60)} seeds a minute`,
);
process.exit(failed.length === 0 ? 0 : 1);
