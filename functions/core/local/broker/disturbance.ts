/** Deliberate disorder for chaos tests: what may go wrong on the way to a subscriber, drawn by chance that a seed repeats. */
import type { Disturbance } from "./broker.ts";

/** Chances in [0, 1]; together at most 1. */
export interface Disorder {
  readonly drop?: number;
  readonly double?: number;
  /** Late by up to `lateMs`, so that concurrent deliveries change places. */
  readonly late?: number;
  readonly lateMs?: number;
}

/** Draws a disturbance for each delivery. */
export function disorder({ drop = 0, double = 0, late = 0, lateMs = 0 }: Disorder, random: () => number): () => Disturbance {
  return () => {
    const chance = random();
    if (chance < drop) return "drop";
    if (chance < drop + double) return "double";
    return chance < drop + double + late ? { lateMs: Math.floor(random() * lateMs) } : "deliver";
  };
}
