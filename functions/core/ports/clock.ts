/** Time from outside: the wall clock in production, a virtual one in flows and in the simulator. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once after `delayMs`; the answer cancels it. A task must not throw. */
  after(delayMs: number, task: () => void): () => void;
}
