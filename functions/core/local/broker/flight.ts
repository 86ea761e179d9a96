/** What is on its way: so that it can be bounded, and waited for. */

export interface Flight {
  track<T>(work: Promise<T>): Promise<T>;
  size(): number;
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>;
}

export function createFlight(): Flight {
  let size = 0;
  let waiting: (() => void)[] = [];
  const land = (): void => {
    size -= 1;
    if (size > 0) return;
    waiting.forEach((resolve) => resolve());
    waiting = [];
  };
  return {
    async track(work) {
      size += 1;
      return await work.finally(land);
    },
    size: () => size,
    idle: () => (size === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))),
  };
}
