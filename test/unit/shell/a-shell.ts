/** A shell on the store in memory and a clock that a test moves; what is posted and logged is kept. */
import { createMemoryStore, type MemoryStore } from "../../../functions/core/adapters/memory/memory-store.ts";
import { createMemorySwitch } from "../../../functions/core/adapters/memory/memory-switch.ts";
import type { Clock } from "../../../functions/core/ports/clock.ts";
import { Unavailable } from "../../../functions/core/ports/errors.ts";
import type { SwitchControl } from "../../../functions/core/ports/switch.ts";
import type { Shell } from "../../../functions/core/shell/shell.ts";

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;
export const NOW = 1_800_000_000_000;

export interface Bench {
  readonly shell: Shell;
  readonly store: MemoryStore;
  readonly control: SwitchControl;
  /** Types of what was posted, in order. */
  readonly posted: { id: string; type: string; runid: unknown }[];
  /** What was logged, as JSON. */
  readonly logged: string[];
  now(): number;
  later(minutes: number): void;
  /** Sets the clock, without any timer. */
  at(moment: number): void;
  /** From now on nothing can be posted. */
  cutBroker(): void;
}

export function aShell(options: Parameters<typeof createMemoryStore>[0] = {}): Bench {
  let now = NOW;
  let isCut = false;
  const timers = new Map<() => void, number>();
  const after: Clock["after"] = (delayMs, task) => {
    timers.set(task, now + delayMs);
    return () => void timers.delete(task);
  };
  const clock = { now: () => now, after };
  const store = createMemoryStore(options);
  const control = createMemorySwitch(clock);
  const posted: Bench["posted"] = [];
  const logged: string[] = [];
  const keep = (fields: object, message: string): void => void logged.push(JSON.stringify({ ...fields, message }));
  const shell: Shell = {
    store,
    clock,
    switch: control,
    events: {
      async post(event) {
        await Promise.resolve();
        if (isCut) throw new Unavailable("the broker does not answer");
        posted.push({ id: event.id, type: event.type.replace("dev.anchorwatch.", ""), runid: event["runid"] });
      },
    },
    log: { info: keep, warn: keep, error: keep },
    minuteMs: MINUTE_MS,
    holder: "here",
  };
  return {
    shell,
    store,
    control,
    posted,
    logged,
    now: () => now,
    later: (minutes) => {
      now += minutes * MINUTE_MS;
      for (const [task, at] of timers) {
        if (at > now) continue;
        timers.delete(task);
        task();
      }
    },
    at: (moment) => {
      now = moment;
    },
    cutBroker: () => {
      isCut = true;
    },
  };
}

/** Every record of a kind. */
export async function all<K extends "Run" | "Lock" | "Approval" | "Plan" | "ToolResult">(store: MemoryStore, kind: K): Promise<string[]> {
  return (await store.list(kind, { limit: 500 })).items.map(({ name }) => name);
}
