/** The kill switch in memory. */
import type { Clock } from "../../ports/clock.ts";
import { Unavailable } from "../../ports/errors.ts";
import type { SwitchControl } from "../../ports/switch.ts";
import { NEVER_PAUSED, paused, resumed, stateAt } from "../store/switch-state.ts";

export interface MemorySwitchOptions {
  /** Uniform in [0, 1); with the rate it decides which reads fail, so a seed repeats them. */
  readonly random?: () => number;
  /** How often it cannot be read. */
  readonly unavailableRate?: number;
}

export function createMemorySwitch(clock: Clock, { random = () => 1, unavailableRate = 0 }: MemorySwitchOptions = {}): SwitchControl {
  let row = NEVER_PAUSED;
  return {
    async read() {
      await Promise.resolve();
      if (random() < unavailableRate) throw new Unavailable("memory switch: reading it failed");
      return stateAt(row, clock.now());
    },
    async pause(pause) {
      await Promise.resolve();
      row = paused(row, pause, clock.now());
    },
    async resume() {
      await Promise.resolve();
      row = resumed(row, clock.now());
    },
  };
}
