/** The record of an action, written before its effect: it takes one of the hour's places, and begins the object's cool-down (safety T27, T28). */
import { coolDown, HOUR_MINUTES, hourIsFull } from "../policy/actions/cool-down.ts";
import { StoreError } from "../ports/store.ts";
import type { Action } from "../records/action.ts";
import { formatObject } from "../records/fields.ts";
import type { Shell } from "../shell/shell.ts";

/** Actions of one object or one hour that are looked at; there are never as many. */
const PAGE = 200;

export type Reserved =
  | { readonly may: "act"; readonly action: Action }
  | { readonly may: "wait"; readonly minutes: number }
  | { readonly may: "ask"; readonly words: string };

const HOUR_FULL = "six actions have been done within an hour, which is as many as I do without asking";

/** The engine's hour of a moment. */
export function hourOf(at: number, minuteMs: number): number {
  return Math.floor(at / (HOUR_MINUTES * minuteMs));
}

/**
 * Takes the place, or says why there is none. It is counted again after the record is written: two that came at once see each other,
 * and where the last place is between them both give way.
 */
export async function reserve(shell: Shell, name: string, action: Action): Promise<Reserved> {
  const past = { now: shell.clock.now(), minuteMs: shell.minuteMs };
  const cooled = coolDown(await timesOf(shell, name, { object: formatObject(action.subject) }), past);
  if (cooled.may !== "act") return cooled;
  if (hourIsFull(await timesOfHour(shell, name, action), past)) return { may: "ask", words: HOUR_FULL };
  const made = await create(shell, name, action);
  const isFull = hourIsFull(await timesOfHour(shell, name, action), past);
  const isHot = (await timesOf(shell, name, { object: formatObject(action.subject) })).some((at) => at >= action.at);
  if (!isFull && !isHot) return { may: "act", action: made.action };
  if (made.version !== undefined) await shell.store.remove("Action", name, made.version);
  return isFull ? { may: "ask", words: HOUR_FULL } : { may: "wait", minutes: 1 };
}

/** When others were, by an index; an event's own record does not count against it. */
async function timesOf(shell: Shell, name: string, where: Readonly<Record<string, string>>): Promise<readonly number[]> {
  const { items, corrupt, next } = await shell.store.list("Action", { where, limit: PAGE });
  // What cannot be read may be anything, so it counts as now.
  const unread = [...corrupt, ...(next === undefined ? [] : ["more"])].map(() => shell.clock.now());
  return [...items.filter((item) => item.name !== name).map((item) => item.record.at), ...unread];
}

async function timesOfHour(shell: Shell, name: string, { hour }: Action): Promise<readonly number[]> {
  const hours = await Promise.all([hour - 1, hour, hour + 1].map((each) => timesOf(shell, name, { hour: String(each) })));
  return hours.flat();
}

async function create(shell: Shell, name: string, action: Action): Promise<{ readonly action: Action; readonly version?: string }> {
  try {
    const made = await shell.store.create("Action", name, action);
    return { action: made.record, version: made.version };
  } catch (error) {
    if (!(error instanceof StoreError && error.kind === "exists")) throw error;
    return { action: (await shell.store.read("Action", name))?.record ?? action };
  }
}
