/** What goes wrong in one simulation, and how often: drawn from its seed, until the day on which nothing does any more. */
import type { Chance } from "./random.ts";

export interface Weather {
  /** False before the faults begin and after they have stopped. */
  bad: boolean;
  /** The simulator itself looks at the store: no weather for that. */
  watched: number;
  /** `cluster`: each function dies alone. `process`: all die together, and the broker with what it carried. */
  readonly shape: "cluster" | "process";
  /** Chances for each step between two waits, each write, call or delivery. */
  readonly crash: number;
  readonly conflict: number;
  readonly storeDown: number;
  readonly callLost: number;
  readonly answerLost: number;
  readonly slow: number;
  readonly eventDrop: number;
  readonly eventDouble: number;
  readonly eventLate: number;
  readonly hookDrop: number;
  readonly hookDouble: number;
  readonly hookLate: number;
  /** How long it lasts. */
  readonly minutes: number;
  readonly pauses: number;
  /** The store is lost whole, once. */
  readonly emptied: boolean;
}

export function drawWeather(chance: Chance): Weather {
  const often = (...rates: readonly [number, ...number[]]): number => chance.pick(rates);
  return {
    bad: false,
    watched: 0,
    shape: chance.pick(["cluster", "process"]),
    crash: often(0, 0.001, 0.003, 0.01),
    conflict: often(0, 0, 0.05, 0.2),
    storeDown: often(0, 0, 0.005, 0.03),
    callLost: often(0, 0.01, 0.03, 0.1),
    answerLost: often(0, 0.01, 0.03, 0.1),
    slow: often(0, 0.01, 0.05),
    eventDrop: often(0, 0.1, 0.3),
    eventDouble: often(0, 0.1, 0.3),
    eventLate: often(0, 0.1, 0.3),
    hookDrop: often(0, 0.2, 1),
    hookDouble: often(0, 0.2),
    hookLate: often(0, 0.2),
    minutes: chance.between(10, 60),
    pauses: often(0, 0, 0, 1, 2),
    emptied: chance.happens(0.08),
  };
}
