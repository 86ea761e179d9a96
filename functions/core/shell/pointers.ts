/** Pointers beside locks: records that name a run, and hold nothing. */
import { StoreError } from "../ports/store.ts";
import { SCHEMA_VERSION } from "../records/fields.ts";
import type { Shell } from "./shell.ts";

/** Points from a name to a run; of two that race the one that wrote stays. @throws Unavailable */
export async function pointTo(shell: Shell, name: string, { run, what }: { run: string; what: string }): Promise<void> {
  const pointer = { schema: SCHEMA_VERSION, run, what: what.slice(0, 512), takenAt: shell.clock.now() };
  const stored = await shell.store.read("Lock", name);
  try {
    if (!stored) await shell.store.create("Lock", name, pointer);
    else if (stored.record.run !== run) await shell.store.replace("Lock", name, pointer, stored.version);
  } catch (error) {
    const raced = error instanceof StoreError && (error.kind === "exists" || error.kind === "conflict");
    if (!raced) throw error;
  }
}
