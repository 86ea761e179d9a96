/** A proposal that people turned down, or that did not help, is not made again while it would be the very same (design 6.2). */
import type { Change, ChangeState } from "../records/change.ts";
import type { Plan } from "../records/plan.ts";
import type { Run, Thread } from "../records/run.ts";
import { lastHolder } from "../shell/locks.ts";
import type { Shell } from "../shell/shell.ts";
import { proposalOf } from "./claimed-things.ts";

/** Ends after which the same is not proposed again, and what they mean. */
const TURNED_DOWN: Readonly<Partial<Record<ChangeState, string>>> = {
  rejected: "it was rejected",
  closed: "its pull request was closed by hand",
  "taken-back": "it did not help, and was taken back",
};

export interface TurnedDown {
  readonly words: string;
  readonly thread?: Thread;
}

/** @returns undefined where the proposal is new, or ended otherwise before */
export async function turnedDownBefore(shell: Shell, runId: string, plan: Plan): Promise<TurnedDown | undefined> {
  const holder = await lastHolder(shell, proposalOf(plan));
  const before = holder && holder.name !== runId ? holder.record.changes.find((change) => isSame(change, plan)) : undefined;
  const why = before && TURNED_DOWN[before.state];
  if (!holder || !before || why === undefined) return undefined;
  const where = before.pullRequest === undefined ? "" : ` (pull request ${before.pullRequest})`;
  const thread = threadOf(holder.record, before);
  return { words: `The same change was proposed before${where}, and ${why}.`, ...(thread && { thread }) };
}

function isSame(change: Change, plan: Plan): boolean {
  return change.planned?.digest === plan.digest && change.repository.id === plan.repository.id;
}

function threadOf(run: Run, { repository, pullRequest }: Change): Thread | undefined {
  return pullRequest === undefined ? run.thread : { repository, number: pullRequest, kind: "pull-request" };
}
