/** Virtual time: one task after the other, in an order that the seed draws where two are due at once; nothing waits for real. */
import type { Clock } from "../../../functions/core/ports/clock.ts";
import type { Chance } from "./random.ts";

interface Task {
  readonly at: number;
  /** Decides between tasks of one moment. */
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

export interface Time {
  readonly clock: Clock;
  /** Resolves after so long. */
  sleep(delayMs: number): Promise<void>;
  /** Runs tasks until the promise is settled, or until time is over. @throws what the promise rejects with; Error when nothing is left to do, or the limit is past */
  runUntil<T>(done: Promise<T>, limitMs: number): Promise<T>;
  /** Takes the platform's timeouts into this time until the answer is called. */
  takeTimeouts(): () => void;
}

export function createTime(startMs: number, chance: Chance): Time {
  const queue = createQueue();
  let now = startMs;
  const after: Clock["after"] = (delayMs, run) => {
    const task: Task = { at: now + Math.max(0, Math.ceil(delayMs)), order: chance.next(), run, cancelled: false };
    queue.push(task);
    return () => {
      task.cancelled = true;
    };
  };
  return {
    clock: { now: () => now, after },
    sleep: (delayMs) => new Promise((resolve) => void after(delayMs, resolve)),
    async runUntil(done, limitMs) {
      const limit = now + limitMs;
      const state = watch(done);
      await settle();
      while (!state.settled) {
        const task = queue.pop();
        if (!task) throw new Error("nothing is left to do, and nobody has ended it");
        if (task.cancelled) continue;
        now = task.at;
        if (now > limit) throw new Error(`not over after ${Math.round(limitMs / 60_000)} minutes`);
        task.run();
        await settle();
      }
      return await done;
    },
    takeTimeouts: () => takeTimeouts(after),
  };
}

function watch(work: Promise<unknown>): { readonly settled: boolean } {
  const state = { settled: false };
  void work
    .catch(() => undefined)
    .finally(() => {
      state.settled = true;
    });
  return state;
}

/** Everything that follows from a task without waiting has happened when this resolves: there is no real I/O in a simulation. */
async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

function takeTimeouts(after: Clock["after"]): () => void {
  const real = AbortSignal.timeout;
  AbortSignal.timeout = (delayMs) => {
    const controller = new AbortController();
    after(delayMs, () => controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError")));
    return controller.signal;
  };
  return () => {
    AbortSignal.timeout = real;
  };
}

function isBefore(one: Task, other: Task): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** A binary heap, the next task first. */
function createQueue(): { push(task: Task): void; pop(): Task | undefined } {
  const heap: Task[] = [];
  const swap = (one: number, other: number): void => {
    const [first, second] = [heap[one], heap[other]];
    if (first && second) [heap[one], heap[other]] = [second, first];
  };
  const isLess = (one: number, other: number): boolean => {
    const [first, second] = [heap[one], heap[other]];
    return first !== undefined && second !== undefined && isBefore(first, second);
  };
  return {
    push(task) {
      heap.push(task);
      for (let at = heap.length - 1; at > 0 && isLess(at, (at - 1) >> 1); at = (at - 1) >> 1) swap(at, (at - 1) >> 1);
    },
    pop() {
      const [first] = heap;
      const last = heap.pop();
      if (last === undefined || first === undefined || heap.length === 0) return first;
      heap[0] = last;
      for (let at = 0; ;) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        const smaller = isLess(right, left) ? right : left;
        if (!isLess(smaller, at)) return first;
        swap(at, smaller);
        at = smaller;
      }
    },
  };
}
