/** What every function stands on: the store, the way out for events, time, the kill switch, the log. */
import type { Clock } from "../ports/clock.ts";
import type { Events } from "../ports/events.ts";
import type { Log } from "../ports/log.ts";
import type { Store } from "../ports/store.ts";
import type { Switch } from "../ports/switch.ts";
import type { Kind } from "../records/kinds.ts";

/** Where a process can die: around an effect; in what claims nothing, around each write and after each post. Tests kill it there. */
export type Place = "before-claim" | "after-claim" | "after-effect" | "after-write" | "before-store" | "after-store" | "after-post";

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
  /** Called at each place, with the kind of record where one is written; tests crash in it. */
  readonly checkpoint?: (place: Place, functionName: string, kind?: Kind) => void;
}
