/** Every wait of the engine, in minutes: the length of a minute is the context's (engine.md 1). */

/** Waits before a try that asked to be tried again: 1, 2, 4, 8, then 15. */
const RETRY_MINUTES = [1, 2, 4, 8, 15] as const;

/** A step that is no change: from its start to its failing as timed out. */
export const STEP_MINUTES = 30;

/** A change that waits for people. */
export const EXPIRY_MINUTES = 14 * 24 * 60;

/** A proposal that waits: from it to the first reminder, and to the second, which calls the approvers by name (design 8.4). */
export const REMIND_MINUTES = [24 * 60, 72 * 60] as const;

/** Tries of one effect that the forge did not take, after which people are told by the other channels: about a quarter of an hour. */
export const FORGE_DOWN_TRIES = 4;

/** From the merge to its being applied, and from there to the end of the proof. */
export const APPLY_MINUTES = 30;
export const PROOF_MINUTES = 30;

/** How long after it was applied a finding may stay before the change counts as no help. */
export const FINDING_STAYS_MINUTES = 10;

/** An approval covers the exact inverse for this long after the change was applied (design 8.7). */
export const INVERSE_MINUTES = 30;

/** Between two looks that must both see the finding gone before a waiting change is closed as healed. */
export const HEALED_MINUTES = 5;

/** The standing run: how often the workflow files are read, all our pull requests looked at, and what ended runs are looked after for. */
export const CATALOG_MINUTES = 15;
export const SURVEY_MINUTES = 5;
export const WATCH_MINUTES = 5;

/** Claims that may end without a result before the step fails (design 5.2). */
export const MAX_ATTEMPTS = 5;

/** Plans that may be made again before the change gives up (engine.md 6). */
export const MAX_REPLANS = 3;

/** Minutes until a try, after `tries` that asked for another. */
export function retryMinutes(tries: number): number {
  return RETRY_MINUTES[Math.min(tries, RETRY_MINUTES.length - 1)] ?? 15;
}

/** Minutes until the next look at something that is waited for since `waitedMinutes`: every 1 for ten minutes, then 5, then 15. */
export function lookMinutes(waitedMinutes: number): number {
  if (waitedMinutes < 10) return 1;
  return waitedMinutes < 60 ? 5 : 15;
}
