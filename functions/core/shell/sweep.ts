/** The sweep: what is due and not held is posted again, statements that a run has not noted are adopted (design 5.4). Touches nothing but the store. */
import { decideFact, decideStart } from "../engine/decide.ts";
import { movesTheSwitch } from "../records/approval.ts";
import { isDue } from "../engine/outbox.ts";
import { repositoryRun, repositoryRunId } from "../engine/start.ts";
import type { Stored } from "../ports/store.ts";
import { postEvents } from "./post.ts";
import { contextOf, createRun, moveRun, readRun } from "./runs.ts";
import type { Shell } from "./shell.ts";
import type { WatchedRepository } from "./watched-repository.ts";

const PAGE = 50;

export interface Swept {
  readonly open: number;
  readonly posted: number;
  readonly adopted: number;
  /** Records that cannot be read: their runs stand still, nothing is guessed (safety E17). */
  readonly corrupt: readonly string[];
}

/** One sweep over all open runs. While paused nothing is posted but what moves the kill switch. @throws Unavailable */
export async function sweep(shell: Shell, repositories: readonly WatchedRepository[]): Promise<Swept | "paused"> {
  const isPaused = (await shell.switch.read()).pause !== undefined;
  if (!isPaused) for (const repository of repositories) await ensureRepositoryRun(shell, repository);
  const swept = await sweepOpen(shell, isPaused);
  return isPaused ? "paused" : swept;
}

async function sweepOpen(shell: Shell, isPaused: boolean): Promise<Swept> {
  const total = { open: 0, posted: 0, adopted: 0, corrupt: [] as string[] };
  let after: string | undefined;
  do {
    const page = await shell.store.list("Run", { where: { open: "yes" }, limit: PAGE, ...(after !== undefined && { after }) });
    for (const stored of page.items) {
      total.open += 1;
      total.posted += await postDue(shell, stored, isPaused);
      total.adopted += await adoptStatements(shell, stored);
    }
    total.corrupt.push(...page.corrupt);
    after = page.next;
  } while (after !== undefined);
  if (total.corrupt.length > 0) shell.log.error({ runs: total.corrupt }, "records that cannot be read: their runs stand still");
  return total;
}

async function ensureRepositoryRun(shell: Shell, { id, name, defaultBranch }: WatchedRepository): Promise<void> {
  const runId = repositoryRunId({ id, name });
  if (await readRun(shell, runId)) return; // Also where it cannot be read: that is said with the others.
  const context = await contextOf(shell, runId);
  await createRun(shell, runId, decideStart(repositoryRun({ id, name }, defaultBranch, context), context));
}

async function postDue(shell: Shell, stored: Stored<"Run">, isPaused: boolean): Promise<number> {
  const now = shell.clock.now();
  if ((stored.record.wakeAt ?? Infinity) > now) return 0;
  const due = stored.record.outbox.filter((entry) => isDue(entry, now) && (!isPaused || entry.whilePaused === true));
  await postEvents(shell, stored.name, due);
  return due.length;
}

async function adoptStatements(shell: Shell, stored: Stored<"Run">): Promise<number> {
  if (stored.record.changes.length === 0 && !stored.record.thread) return 0;
  const approvals = await shell.store.list("Approval", { where: { run: stored.name }, limit: 200 });
  const missing = approvals.items.filter((approval) => !stored.record.noted.includes(approval.name));
  for (const { name, record } of missing) {
    await moveRun(shell, stored.name, (run, context) =>
      decideFact(run, { fact: "statement", approval: name, whilePaused: movesTheSwitch(record.verb) }, context),
    );
  }
  return missing.length;
}
