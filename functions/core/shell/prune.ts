/** Taking away what has served its time: finished runs after 14 days with their evidence, locks seven days after their run (design 5.5). */
import type { Kind } from "../records/kinds.ts";
import type { Shell } from "./shell.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const RUN_DAYS = 14;
const LOCK_DAYS = 7;

/** Days looked back for runs that an earlier prune missed. */
const LOOK_BACK_DAYS = 3;

/** Removals of one call: a sweep stays short. */
const BATCH = 20;

const CHILDREN: readonly Kind[] = ["ToolResult", "Plan", "Approval"];

/** Removes a bounded number of records that are past their time: children first, the run last. @throws Unavailable */
export async function prune(shell: Shell): Promise<number> {
  const today = Math.floor(shell.clock.now() / DAY_MS);
  let removed = 0;
  for (let day = today - RUN_DAYS - LOOK_BACK_DAYS; day < today - RUN_DAYS; day += 1) {
    const page = await shell.store.list("Run", { where: { open: "no", endedDay: String(day) }, limit: BATCH });
    for (const run of page.items) removed += await removeRun(shell, run.name, run.version);
  }
  return removed + (await pruneLocks(shell));
}

async function removeRun(shell: Shell, name: string, version: string): Promise<number> {
  for (const kind of CHILDREN) {
    const children = await shell.store.list(kind, { where: { run: name }, limit: 500 });
    for (const child of children.items) await shell.store.remove(kind, child.name, child.version);
  }
  await shell.store.remove("Run", name, version);
  return 1;
}

/** A lock is needed for cool-down for a week; one whose run is missing is never removed (engine.md 4). */
async function pruneLocks(shell: Shell): Promise<number> {
  const page = await shell.store.list("Lock", { limit: BATCH });
  let removed = 0;
  for (const lock of page.items) {
    if (lock.record.takenAt > shell.clock.now() - LOCK_DAYS * DAY_MS) continue;
    const run = await shell.store.read("Run", lock.record.run);
    const endedAt = run?.record.endedAt;
    if (endedAt === undefined || endedAt > shell.clock.now() - LOCK_DAYS * DAY_MS) continue;
    await shell.store.remove("Lock", lock.name, lock.version);
    removed += 1;
  }
  return removed;
}
