/** How often may be acted: a pause after each action on an object, doubling; three strikes and a person is asked; six an hour in all (safety T27, T28). */

/** The pause after the first action on an object. */
const COOL_DOWN_MINUTES = 10;

/** Actions on one object within a day, after which a person is asked. */
const STRIKES = 3;
const STRIKE_MINUTES = 24 * 60;

/** Actions in all, within an hour. */
export const ACTIONS_PER_HOUR = 6;
export const HOUR_MINUTES = 60;

export interface Past {
  readonly now: number;
  readonly minuteMs: number;
}

export type CoolDown = { readonly may: "act" } | { readonly may: "wait"; readonly minutes: number } | { readonly may: "ask"; readonly words: string };

/** Whether an object may be acted on again. @param before when it was acted on before, ms */
export function coolDown(before: readonly number[], { now, minuteMs }: Past): CoolDown {
  const recent = before.filter((at) => now - at < STRIKE_MINUTES * minuteMs);
  if (recent.length >= STRIKES) return { may: "ask", words: `I did this ${recent.length} times within a day already, and it did not last` };
  if (recent.length === 0) return { may: "act" };
  const pause = COOL_DOWN_MINUTES * 2 ** (recent.length - 1) * minuteMs;
  const left = Math.max(...recent) + pause - now;
  return left <= 0 ? { may: "act" } : { may: "wait", minutes: left / minuteMs };
}

/** Whether the hour has room for one more. @param others when other actions were done, ms */
export function hourIsFull(others: readonly number[], { now, minuteMs }: Past): boolean {
  return others.filter((at) => now - at < HOUR_MINUTES * minuteMs).length >= ACTIONS_PER_HOUR;
}
