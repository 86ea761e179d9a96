/** Time that a test moves: the next timer fires when everything that could happen at once has happened. */
import type { Clock } from "../../../functions/core/ports/clock.ts";

/** Turns of the event loop without a sign of work after which nothing more will happen by itself. */
const QUIET_TURNS = 12;

export interface VirtualClock extends Clock {
  /** Something happened: it is not quiet yet. */
  stir(): void;
  /** Moves time until `done` says so. @throws Error when that would be later than the limit, or never */
  runUntil(done: () => boolean, limitMs: number): Promise<void>;
  /** Moves time by so much. */
  runFor(ms: number): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly task: () => void;
}

interface State {
  now: number;
  /** Counts signs of work. */
  stirred: number;
  readonly timers: Set<Timer>;
}

export function createVirtualClock(start: number): VirtualClock {
  const state: State = { now: start, stirred: 0, timers: new Set() };
  const stir = (): void => void (state.stirred += 1);
  return {
    now: () => state.now,
    stir,
    after(delayMs, task) {
      const timer = { at: state.now + delayMs, task };
      state.timers.add(timer);
      stir();
      return () => {
        state.timers.delete(timer);
        stir();
      };
    },
    async runUntil(done, limitMs) {
      const limit = state.now + limitMs;
      await quiet(state);
      while (!done()) {
        if (!fireNext(state, limit)) throw new Error(`not done within ${limitMs} ms of virtual time`);
        await quiet(state);
      }
    },
    async runFor(ms) {
      const end = state.now + ms;
      await quiet(state);
      while (fireNext(state, end)) await quiet(state);
      state.now = end;
    },
  };
}

async function quiet(state: State): Promise<void> {
  let seen = state.stirred;
  for (let turns = 0; turns < QUIET_TURNS; turns += 1) {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    if (seen !== state.stirred) turns = 0;
    seen = state.stirred;
  }
}

/** Fires the next timer that is due by then. @returns false when there is none */
function fireNext(state: State, until: number): boolean {
  const next = [...state.timers].toSorted((a, b) => a.at - b.at)[0];
  if (!next || next.at > until) return false;
  state.timers.delete(next);
  state.now = Math.max(state.now, next.at);
  next.task();
  return true;
}
