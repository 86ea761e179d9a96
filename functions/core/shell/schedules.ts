/** Starts what is due by the clock: one run for each due time, however often it is looked (design 5.4). */
import { decideStart } from "../engine/decide.ts";
import { dueStart, scheduledRun, scheduledRunId } from "../engine/scheduled.ts";
import { contextOf, createRun, readRun } from "./runs.ts";
import type { Shell } from "./shell.ts";
import type { WatchedRepository } from "./watched-repository.ts";

/** Runs that one look starts; the next minute starts more. */
const MAX_STARTS = 20;

/** Starts the runs whose time has come and that nobody has started. @returns how many @throws Unavailable */
export async function startDueSchedules(shell: Shell, repositories: readonly WatchedRepository[]): Promise<number> {
  const { items } = await shell.store.list("Pipeline", { limit: 500 });
  const now = shell.clock.now();
  const due = items.flatMap(({ record }) => repositories.flatMap((repository) => dueStart(record, repository, now) ?? []));
  let started = 0;
  for (const start of due) {
    if (started >= MAX_STARTS) break;
    const runId = scheduledRunId(start);
    if (await readRun(shell, runId)) continue; // Also where it cannot be read: it was started.
    const context = await contextOf(shell, runId);
    if (await createRun(shell, runId, decideStart(scheduledRun(start, context), context))) started += 1;
  }
  return started;
}
