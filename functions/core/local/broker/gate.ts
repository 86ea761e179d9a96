/** `containerConcurrency`: at most so many requests at once, the rest wait in order. */

export interface Gate {
  /**
   * Runs the task when there is a place, and frees it when the task ends or the caller leaves, whichever is first.
   * @throws Error for a caller that left while it waited
   */
  run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T>;
}

/** Zero means no limit, as in Knative. */
export function createGate(limit: number): Gate {
  let running = 0;
  const waiting = new Set<() => void>();

  /** A place goes straight to who waits longest, so that nobody slips in between. */
  const leave = (): void => {
    const [next] = waiting;
    if (next) next();
    else running -= 1;
  };

  const enter = async (signal: AbortSignal): Promise<void> => {
    if (limit > 0 && running >= limit) await turn(waiting, signal);
    else running += 1;
  };

  return {
    async run(signal, task) {
      signal.throwIfAborted();
      await enter(signal);
      const free = once(leave);
      signal.addEventListener("abort", free);
      try {
        signal.throwIfAborted();
        return await task();
      } finally {
        signal.removeEventListener("abort", free);
        free();
      }
    },
  };
}

async function turn(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const give = (): void => {
      waiting.delete(give);
      signal.removeEventListener("abort", abandon);
      resolve();
    };
    const abandon = (): void => {
      waiting.delete(give);
      reject(new Error("the caller left while it waited"));
    };
    waiting.add(give);
    signal.addEventListener("abort", abandon, { once: true });
  });
}

function once(task: () => void): () => void {
  let done = false;
  return () => {
    if (!done) task();
    done = true;
  };
}
