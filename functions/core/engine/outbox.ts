/** What a run owes: adding, holding and settling entries (engine.md 1). Pure on the run's record. */
import type { EventDefinition } from "../events/catalog.ts";
import { hashId } from "../records/ids.ts";
import type { Claim, OutboxEntry } from "../records/outbox.ts";
import type { Run } from "../records/run.ts";
import { type Context, minutesFromNow } from "./context.ts";
import { retryMinutes } from "./timing.ts";

export interface Owed<Data> {
  readonly event: EventDefinition<Data>;
  readonly data: Data;
  /** Due from this moment on; absent = now. */
  readonly at?: number;
  /** The object that it is about. */
  readonly subject?: string;
  /** Also while the kill switch stands on. */
  readonly whilePaused?: boolean | undefined;
}

/** Adds an event to the outbox. Its id is a hash of run, type and ordinal, so a repeated decision owes the same event. */
export function owe<Data extends Record<string, unknown>>(run: Run, owed: Owed<Data>, context: Context): Run {
  const ordinal = run.ordinal + 1;
  const entry: OutboxEntry = {
    id: hashId(context.runId, owed.event.type, ordinal),
    type: owed.event.type,
    data: owed.data,
    at: owed.at ?? context.now,
    attempt: 0,
    tries: 0,
    ...(owed.subject !== undefined && { subject: owed.subject.slice(0, 256) }),
    ...(owed.whilePaused === true && { whilePaused: true }),
    ...(context.causeId !== undefined && { causeId: context.causeId.slice(0, 64) }),
    ...(context.traceparent !== undefined && { traceparent: context.traceparent }),
  };
  return { ...run, ordinal, outbox: [...run.outbox, entry] };
}

export function entryOf(run: Run, id: string): OutboxEntry | undefined {
  return run.outbox.find((entry) => entry.id === id);
}

/** Held by a function that may still be working. */
export function isHeld(entry: OutboxEntry, now: number): boolean {
  return entry.claim !== undefined && entry.claim.until > now;
}

/** To be posted: its time has come and nobody holds it. */
export function isDue(entry: OutboxEntry, now: number): boolean {
  return entry.at <= now && !isHeld(entry, now);
}

export function replaceEntry(run: Run, id: string, change: (entry: OutboxEntry) => OutboxEntry): Run {
  return { ...run, outbox: run.outbox.map((entry) => (entry.id === id ? change(entry) : entry)) };
}

export function removeEntry(run: Run, id: string): Run {
  return { ...run, outbox: run.outbox.filter((entry) => entry.id !== id) };
}

/** Removes entries that nobody holds; a held one stays until its late result or the end of its claim. */
export function cancelEntries(run: Run, context: Context, matches: (entry: OutboxEntry) => boolean): Run {
  return { ...run, outbox: run.outbox.filter((entry) => isHeld(entry, context.now) || !matches(entry)) };
}

/** Takes the hold: counted at once, so that a claim that ends without a result has been counted. */
export function claimEntry(run: Run, id: string, claim: Claim): Run {
  return replaceEntry(run, id, (entry) => ({ ...entry, claim, attempt: entry.attempt + 1 }));
}

/** Gives the hold back for a later try: a result that asks for one does not count as an attempt. */
export function retryEntry(run: Run, id: string, context: Context, afterMinutes?: number): Run {
  return replaceEntry(run, id, ({ claim: _claim, ...entry }) => ({
    ...entry,
    attempt: Math.max(0, entry.attempt - 1),
    tries: entry.tries + 1,
    at: minutesFromNow(context, afterMinutes ?? retryMinutes(entry.tries)),
  }));
}

/** Gives the hold back after an unexpected failure: that was an attempt. */
export function crashEntry(run: Run, id: string, context: Context): Run {
  return replaceEntry(run, id, ({ claim: _claim, ...entry }) => ({ ...entry, at: minutesFromNow(context, retryMinutes(entry.attempt - 1)) }));
}

/** Makes entries due now; one that is held is marked, so that the look after it is due at once. Nothing to hurry gives the very same run. */
export function hurryEntries(run: Run, context: Context, matches: (entry: OutboxEntry) => boolean): Run {
  const hurry = (entry: OutboxEntry): OutboxEntry => {
    if (!matches(entry)) return entry;
    if (isHeld(entry, context.now)) return entry.again ? entry : { ...entry, again: true };
    return entry.at > context.now ? { ...entry, at: context.now } : entry;
  };
  const outbox = run.outbox.map(hurry);
  return outbox.some((entry, index) => entry !== run.outbox[index]) ? { ...run, outbox } : run;
}

/** When the sweep has something to do: the earliest due time, of a held entry the end of its claim. */
export function wakeAtOf(run: Run): number | undefined {
  const times = run.outbox.map((entry) => (entry.claim ? Math.max(entry.claim.until, entry.at) : entry.at));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Voids the claims of processes that are gone: only where everything is one process and `holder` is the one that lives. */
export function voidForeignClaims(run: Run, holder: string): Run {
  const strip = ({ claim, ...entry }: OutboxEntry): OutboxEntry => (claim && claim.holder === holder ? { ...entry, claim } : entry);
  return { ...run, outbox: run.outbox.map(strip) };
}
