/** How many runs one person can have started within an hour: each takes a place that only one can have, so a flood ends there (design 8.6). */
import { StoreError } from "../ports/store.ts";
import { SCHEMA_VERSION } from "../records/fields.ts";
import type { Shell } from "./shell.ts";

const HOUR_MINUTES = 60;

interface Place {
  /** The person's numeric id. */
  readonly user: number;
  readonly run: string;
  /** Places within the hour. */
  readonly places: number;
}

/** Takes a place for a run; the same run has its place already. @returns false when none is left within this hour @throws Unavailable */
export async function takePlace(shell: Shell, { user, run, places }: Place): Promise<boolean> {
  const hour = Math.floor(shell.clock.now() / (HOUR_MINUTES * shell.minuteMs));
  for (let place = 1; place <= places; place += 1) {
    const name = `asked-${user}-${hour}-${place}`;
    const held = (await shell.store.read("Lock", name))?.record.run ?? (await tryTake(shell, name, { user, run }));
    if (held === run) return true;
  }
  return false;
}

/** @returns the run that has it afterwards; undefined where somebody else was faster */
async function tryTake(shell: Shell, name: string, { user, run }: Pick<Place, "user" | "run">): Promise<string | undefined> {
  try {
    await shell.store.create("Lock", name, { schema: SCHEMA_VERSION, run, what: `a run that user ${user} asked for`, takenAt: shell.clock.now() });
    return run;
  } catch (error) {
    if (!(error instanceof StoreError && error.kind === "exists")) throw error;
    return (await shell.store.read("Lock", name))?.record.run;
  }
}
