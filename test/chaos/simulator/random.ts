/** Chance that a seed repeats. */

export interface Chance {
  /** Uniform in [0, 1). */
  next(): number;
  happens(rate: number): boolean;
  /** A whole number from `from` up to and without `to`. */
  between(from: number, to: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** Chance of its own: what draws from it moves nobody else's. */
  fork(): Chance;
}

/** Mulberry32: small, and good enough to shake things. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from));
  return {
    next,
    between,
    happens: (rate) => next() < rate,
    pick: (items) => items[between(0, items.length)] ?? items[0],
    fork: () => createChance(Math.floor(next() * 2 ** 32)),
  };
}
