/** What a kept switch means now: the same arithmetic for every adapter. */
import type { Pause, SwitchState } from "../../ports/switch.ts";

/** The switch as it is kept; nulls where no pause was begun, or it has no end. */
export interface SwitchRow {
  readonly reason: string | null;
  readonly since: number | null;
  readonly until: number | null;
  /** How long the pauses before this one lasted. */
  readonly stoodStillMs: number;
}

export const NEVER_PAUSED: SwitchRow = { reason: null, since: null, until: null, stoodStillMs: 0 };

/** Longest reason that is kept, in UTF-16 units. */
const REASON_MAX_LENGTH = 256;

/** A pause that has run out is none, but the time that it lasted counts. */
export function stateAt(row: SwitchRow, now: number): SwitchState {
  if (row.reason === null || row.since === null) return { stoodStillMs: row.stoodStillMs };
  const end = Math.min(now, row.until ?? now);
  const stoodStillMs = row.stoodStillMs + Math.max(0, end - row.since);
  if (row.until !== null && row.until <= now) return { stoodStillMs };
  const pause: Pause = { reason: row.reason, ...(row.until !== null && { until: row.until }) };
  return { pause, stoodStillMs };
}

/** The switch after a pause begins; one that was in force is counted and gives way. */
export function paused(row: SwitchRow, pause: Pause, now: number): SwitchRow {
  return { reason: pause.reason.slice(0, REASON_MAX_LENGTH), since: now, until: pause.until ?? null, stoodStillMs: stateAt(row, now).stoodStillMs };
}

/** The switch after a person resumes. */
export function resumed(row: SwitchRow, now: number): SwitchRow {
  return { ...NEVER_PAUSED, stoodStillMs: stateAt(row, now).stoodStillMs };
}
