/** Holds on causes, fields and objects: taken by the function that is about to act, freed by the end of their run (engine.md 4). */
import { type Stored, StoreError } from "../ports/store.ts";
import { SCHEMA_VERSION } from "../records/fields.ts";
import { hashId } from "../records/ids.ts";
import { isOpen } from "../records/kinds.ts";
import type { Lock } from "../records/lock.ts";
import { readRun } from "./runs.ts";
import type { Shell } from "./shell.ts";

/**
 * Takes every lock, or says which run holds one. Repeating it is harmless: what the run holds already stays held.
 * @param whats what is to be held, in words that are the same for every run that would touch it
 */
export async function takeLocks(shell: Shell, run: string, whats: readonly string[]): Promise<"held" | { readonly by: string }> {
  for (const what of [...new Set(whats)].toSorted()) {
    const by = await takeLock(shell, run, what);
    if (by !== run) return { by };
  }
  return "held";
}

/** @returns the run that holds it afterwards */
async function takeLock(shell: Shell, run: string, what: string): Promise<string> {
  const name = nameOf(what);
  const lock: Lock = { schema: SCHEMA_VERSION, run, what: what.slice(0, 512), takenAt: shell.clock.now() };
  const stored = await shell.store.read("Lock", name);
  try {
    if (!stored) await shell.store.create("Lock", name, lock);
    else if (stored.record.run === run) return run;
    else if (await isFree(shell, stored)) await shell.store.replace("Lock", name, lock, stored.version);
    else return stored.record.run;
    return run;
  } catch (error) {
    const raced = error instanceof StoreError && (error.kind === "exists" || error.kind === "conflict");
    if (!raced) throw error;
    return (await shell.store.read("Lock", name))?.record.run ?? "another run";
  }
}

function nameOf(what: string): string {
  return `lock-${hashId("lock", what)}`;
}

/** The run that held something last, whether it has ended or not; undefined where nobody did, or its run is gone. */
export async function lastHolder(shell: Shell, what: string): Promise<Stored<"Run"> | undefined> {
  const lock = await shell.store.read("Lock", nameOf(what));
  const run = lock && (await readRun(shell, lock.record.run));
  return run === "corrupt" ? undefined : run;
}

/** Free when its run has ended; one whose run is missing is nobody's to take (its run may be about to be adopted). */
async function isFree(shell: Shell, lock: Stored<"Lock">): Promise<boolean> {
  const run = await shell.store.read("Run", lock.record.run);
  return run !== undefined && !isOpen(run.record);
}
