/** Signs of life, each with the moment of the last one: that alerts get through, and that the store takes writes. */
import { StoreError } from "../ports/store.ts";
import { SCHEMA_VERSION } from "../records/fields.ts";
import type { Shell } from "./shell.ts";

const WHAT = { watchdog: "the Watchdog alert was heard", beat: "the store took this write" } as const;
export type LifeSign = keyof typeof WHAT;

function nameOf(sign: LifeSign): string {
  return `life-sign-${sign}`;
}

/** Notes a sign as seen now. No run holds it, so it is never cleared away. @throws Unavailable where the store takes no write */
export async function noteLifeSign(shell: Shell, sign: LifeSign): Promise<void> {
  const noted = { schema: SCHEMA_VERSION, run: "no-run", what: WHAT[sign], takenAt: shell.clock.now() };
  const stored = await shell.store.read("Lock", nameOf(sign));
  try {
    await (stored ? shell.store.replace("Lock", stored.name, noted, stored.version) : shell.store.create("Lock", nameOf(sign), noted));
  } catch (error) {
    const raced = error instanceof StoreError && (error.kind === "exists" || error.kind === "conflict");
    if (!raced) throw error; // Raced: another noted it in the same moment.
  }
}

/** How long ago a sign was last seen, in ms; Infinity for never. @throws Unavailable */
export async function sinceLifeSign(shell: Shell, sign: LifeSign): Promise<number> {
  const stored = await shell.store.read("Lock", nameOf(sign));
  return stored ? shell.clock.now() - stored.record.takenAt : Infinity;
}
