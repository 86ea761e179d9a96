/** What every function stands on: the store, the way out for events, time, the kill switch, the log. */
import type { Clock } from "../ports/clock.ts";
import type { Events } from "../ports/events.ts";
import type { Log } from "../ports/log.ts";
import type { Store } from "../ports/store.ts";
import type { Switch } from "../ports/switch.ts";

/** The four places around an effect at which a process can die; tests kill it there. */
export type Place = "before-claim" | "after-claim" | "after-effect" | "after-write";

export interface Shell {
  readonly store: Store;
  readonly events: Events;
  readonly clock: Clock;
  readonly switch: Switch;
  readonly log: Log;
  /** Length of a minute in ms (engine.md 1). */
  readonly minuteMs: number;
  /** This process, in its claims. */
  readonly holder: string;
  /** Called at each place; tests and the simulator crash in it. */
  readonly checkpoint?: (place: Place, functionName: string) => void;
}
