/** The wall clock; its timers keep no process alive that has nothing else to do. */
import type { Clock } from "../ports/clock.ts";

export function createWallClock(): Clock {
  return {
    now: () => Date.now(),
    after(delayMs, task) {
      const timer = setTimeout(task, Math.min(delayMs, 2 ** 31 - 1));
      return () => clearTimeout(timer);
    },
  };
}
