/** A few simulations in every run of the tests; `npm run chaos -- --seeds 1000` has more. */
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../../../functions/core/local/scenarios/registry.ts";
import { REGRESSIONS } from "./regressions.ts";
import { simulate } from "./simulate.ts";

/** At least so many, and each scenario twice. */
const SEEDS = Math.max(12, 2 * SCENARIOS.length);
const LIMIT_MS = 240_000;

const cases = Array.from({ length: SEEDS }, (_item, at) =>
  SCENARIOS.slice(at % SCENARIOS.length, (at % SCENARIOS.length) + 1).map((scenario) => ({ name: scenario.name, scenario, seed: 9_000 + at })),
).flat();

describe("the simulator", { timeout: LIMIT_MS }, () => {
  it.each(cases)("keeps every promise: $name, seed $seed", async ({ scenario, seed }) => {
    expect((await simulate(scenario, seed)).broken).toEqual([]);
  });

  it.each(REGRESSIONS)("keeps the promise that was broken once: $why", async ({ scenario: name, seed }) => {
    const scenario = SCENARIOS.find((known) => known.name === name);
    expect(scenario && (await simulate(scenario, seed)).broken).toEqual([]);
  });

  it("does the same for the same seed, and something else for another", async () => {
    const [scenario] = SCENARIOS;
    if (!scenario) throw new Error("there is no scenario");
    const [one, same, other] = [await simulate(scenario, 7), await simulate(scenario, 7), await simulate(scenario, 8)];
    expect(same).toEqual(one);
    expect(other.digest).not.toBe(one.digest);
  });
});
