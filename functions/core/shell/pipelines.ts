/** Publishing workflow files: one that does not validate never replaces the last good one (design 6.1). */
import { type Store, StoreError } from "../ports/store.ts";
import { canonicalJson } from "../records/canonical.ts";
import type { RepositoryRef } from "../records/fields.ts";
import type { IgnoreRule } from "../records/ignore.ts";
import type { CompiledPipeline, Pipeline } from "../records/pipeline.ts";
import type { Shell } from "./shell.ts";

/** Writes what was read of a file, keeping the last good version under it. An unchanged record is not written. */
export async function publishPipeline(shell: Shell, name: string, read: Pipeline): Promise<void> {
  const stored = await shell.store.read("Pipeline", name);
  const lastGood = stored && {
    ...(stored.record.compiled && { compiled: stored.record.compiled }),
    ...(stored.record.compiledFrom !== undefined && { compiledFrom: stored.record.compiledFrom }),
    ...(stored.record.ignores && { ignores: stored.record.ignores }),
  };
  const next = withSchedule(read.valid ? read : { ...read, ...lastGood }, stored?.record, shell.clock.now());
  try {
    if (!stored) await shell.store.create("Pipeline", name, next);
    else if (canonicalJson(stored.record) !== canonicalJson(next)) await shell.store.replace("Pipeline", name, next, stored.version);
  } catch (error) {
    const raced = error instanceof StoreError && (error.kind === "exists" || error.kind === "conflict");
    if (!raced) throw error; // Raced: another reading of the same branch wrote it, and the next reading compares again.
  }
}

/** A schedule counts from when it came into force: a new one does not make up for the times before. */
function withSchedule(next: Pipeline, before: Pipeline | undefined, now: number): Pipeline {
  const schedule = next.compiled?.on.schedule;
  if (!schedule) return next;
  const isSame = canonicalJson(schedule) === canonicalJson(before?.compiled?.on.schedule ?? null);
  return { ...next, scheduledSince: (isSame ? before?.scheduledSince : undefined) ?? now };
}

/**
 * Takes out of force what a repository has not any more; a run that follows one keeps its version (design 6.1).
 *
 * @param standing the names of the records whose files are there
 * @returns the pipelines that stay in force, each with the file that it came from
 */
export async function retirePipelines(shell: Shell, repository: RepositoryRef, standing: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const { items } = await shell.store.list("Pipeline", { limit: 500 });
  const inForce = new Map<string, string>();
  for (const { name, version, record } of items.filter((item) => item.record.source.repository.id === repository.id)) {
    if (standing.has(name)) {
      if (record.compiled) inForce.set(record.compiled.name, record.source.path);
    } else await removeUnlessNewer(shell, name, version);
  }
  return inForce;
}

/** A workflow that a command starts, in the version in force. */
export interface CommandInForce {
  readonly pipeline: CompiledPipeline;
  readonly commit: string;
  readonly path: string;
}

/** Commands that the workflow files of a repository bring, by name without the slash. @throws Unavailable */
export async function commandsInForce(store: Store, repository: RepositoryRef): Promise<ReadonlyMap<string, CommandInForce>> {
  const { items } = await store.list("Pipeline", { limit: 500 });
  const found = items.flatMap(({ record: { compiled, compiledFrom, source } }) => {
    const command = compiled?.on.comment?.command;
    if (!compiled || command === undefined || source.repository.id !== repository.id) return [];
    return [[command, { pipeline: compiled, commit: compiledFrom ?? source.commit, path: source.path }] as const];
  });
  return new Map(found);
}

/** What people have decided not to hear of: the last good rules of every repository's ignore file. */
export async function ignoreRules(shell: Pick<Shell, "store">): Promise<readonly IgnoreRule[]> {
  const { items } = await shell.store.list("Pipeline", { limit: 500 });
  return items.flatMap(({ record }) => record.ignores ?? []);
}

async function removeUnlessNewer(shell: Shell, name: string, version: string): Promise<void> {
  await shell.store.remove("Pipeline", name, version).catch((error: unknown) => {
    if (!(error instanceof StoreError && error.kind === "conflict")) throw error; // Conflict: it was published again just now.
  });
}
