/** Taking away what has served its time: finished runs after 14 days with their evidence, locks seven days after their run (design 5.5). */
import { type Stored, StoreError } from "../ports/store.ts";
import type { Kind } from "../records/kinds.ts";
import { readRun } from "./runs.ts";
import type { Shell } from "./shell.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const RUN_DAYS = 14;
const LOCK_DAYS = 7;

/** Days before those 14 that each call looks at; of the year before them it looks at one more, another each minute. */
const RECENT_DAYS = 3;
const YEAR_DAYS = 365;

/** Removals of one kind by one call: a sweep stays short. */
const BATCH = 20;

/** With their run; locks too, because one whose run is missing would be held for ever. */
const CHILDREN: readonly Kind[] = ["ToolResult", "Plan", "Approval", "Action", "Lock"];

/** Removes a bounded number of records that are past their time: children first, the run last. @throws Unavailable */
export async function prune(shell: Shell): Promise<number> {
  const now = shell.clock.now();
  const newest = Math.floor(now / DAY_MS) - RUN_DAYS - 1;
  const missed = newest - RECENT_DAYS - (Math.floor(now / shell.minuteMs) % YEAR_DAYS);
  let removed = await pruneLocks(shell);
  const recent = Array.from({ length: RECENT_DAYS }, (_item, back) => newest - back);
  for (const day of [...recent, missed]) {
    const page = await shell.store.list("Run", { where: { open: "no", endedDay: String(day) }, limit: BATCH });
    for (const run of page.items) removed += await removeRun(shell, run);
  }
  return removed;
}

async function removeRun(shell: Shell, run: Stored<"Run">): Promise<number> {
  for (const kind of CHILDREN) {
    const children = await shell.store.list(kind, { where: { run: run.name }, limit: 500 });
    for (const child of children.items) if (!(await remove(shell, kind, child))) return 0;
  }
  return (await remove(shell, "Run", run)) ? 1 : 0;
}

/** A lock is needed for cool-down for a week; one whose run is missing is never removed (engine.md 4). */
async function pruneLocks(shell: Shell): Promise<number> {
  let removed = 0;
  let after: string | undefined;
  do {
    const page = await shell.store.list("Lock", { limit: 100, ...(after !== undefined && { after }) });
    for (const lock of page.items) {
      if (removed < BATCH && (await hasServed(shell, lock)) && (await remove(shell, "Lock", lock))) removed += 1;
    }
    after = page.next;
  } while (after !== undefined && removed < BATCH);
  return removed;
}

async function hasServed(shell: Shell, { record }: Stored<"Lock">): Promise<boolean> {
  const limit = shell.clock.now() - LOCK_DAYS * DAY_MS;
  if (record.takenAt > limit) return false;
  const run = await readRun(shell, record.run);
  return run !== undefined && run !== "corrupt" && run.record.endedAt !== undefined && run.record.endedAt <= limit;
}

/** @returns false when it is another version by now: somebody uses it */
async function remove<K extends Kind>(shell: Shell, kind: K, stored: Stored<K>): Promise<boolean> {
  try {
    await shell.store.remove(kind, stored.name, stored.version);
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.kind === "conflict") return false;
    throw error;
  }
}
