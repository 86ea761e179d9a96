/** What goes wrong in the store in memory: another writer first, calls lost before or after the write, a crash at any write. */
import { Unavailable } from "../../ports/errors.ts";
import type { Kind } from "../../records/kinds.ts";

export type Operation = "create" | "replace" | "remove";

export interface FaultOptions {
  /** Uniform in [0, 1); with the rates it decides what goes wrong, so a seed repeats it. */
  readonly random?: () => number;
  /** How often another writer is first. */
  readonly conflictRate?: number;
  /** How often a call fails as `Unavailable`; half of such writes have happened nevertheless. */
  readonly unavailableRate?: number;
  /** Called right before and right after a write that is to be made; a simulator crashes in it, by an error of its own. */
  readonly onWrite?: (when: "before" | "after", operation: Operation, kind: Kind, name: string) => void;
}

export interface Faults {
  /** Tells whether another writer is first this time. */
  conflicts(): boolean;
  /** @throws Unavailable, now and then */
  mayFail(what: string): void;
  /** Makes a write, or loses it, or loses its answer. @throws Unavailable; what `onWrite` throws; what `apply` throws */
  around<T>(operation: Operation, kind: Kind, name: string, apply: () => T): T;
}

export function createFaults({ random = () => 1, conflictRate = 0, unavailableRate = 0, onWrite }: FaultOptions): Faults {
  const happens = (rate: number): boolean => rate > 0 && random() < rate;
  return {
    conflicts: () => happens(conflictRate),
    mayFail(what) {
      if (happens(unavailableRate)) throw new Unavailable(`memory store: ${what} failed`);
    },
    around(operation, kind, name, apply) {
      const lost = happens(unavailableRate);
      const before = lost && random() < 0.5;
      if (before) throw new Unavailable(`memory store: ${operation} ${kind} ${name} was lost`);
      onWrite?.("before", operation, kind, name);
      const done = apply();
      onWrite?.("after", operation, kind, name);
      if (lost) throw new Unavailable(`memory store: the answer to ${operation} ${kind} ${name} was lost`);
      return done;
    },
  };
}
