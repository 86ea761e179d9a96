/** Publishing workflow files: one that does not validate never replaces the last good one (design 6.1). */
import { StoreError } from "../ports/store.ts";
import { canonicalJson } from "../records/canonical.ts";
import type { Pipeline } from "../records/pipeline.ts";
import type { Shell } from "./shell.ts";

/** Writes what was read of a file, keeping the last good version under it. An unchanged record is not written. */
export async function publishPipeline(shell: Shell, name: string, read: Pipeline): Promise<void> {
  const stored = await shell.store.read("Pipeline", name);
  const lastGood = stored?.record.compiled && {
    compiled: stored.record.compiled,
    ...(stored.record.compiledFrom !== undefined && { compiledFrom: stored.record.compiledFrom }),
  };
  const next: Pipeline = read.valid ? read : { ...read, ...lastGood };
  try {
    if (!stored) await shell.store.create("Pipeline", name, next);
    else if (canonicalJson(stored.record) !== canonicalJson(next)) await shell.store.replace("Pipeline", name, next, stored.version);
  } catch (error) {
    const raced = error instanceof StoreError && (error.kind === "exists" || error.kind === "conflict");
    if (!raced) throw error; // Raced: another reading of the same branch wrote it, and the next reading compares again.
  }
}
