/** The merge of exactly one head: refused as Gitea refuses (contracts 12.1), done in an order that a crash cannot tear. */
import { LockedRef } from "../git/bare-repository.ts";
import { pullEvent } from "../hooks/payloads.ts";
import { isDraft, isMergeable, isPull, type PullThread } from "../records.ts";
import { type Act, ApiError, authorOf, current, enter, mayDo, notFound, tell } from "../world.ts";
import { branchMoved, openPulls, threadNow } from "./branches.ts";

/** A failed merge makes the forge check again: so long, `mergeable` is false. */
const RECHECK_MS = 250;

/** A conflict that the check has not seen yet: git's output instead of a `message`. */
const CONFLICT = { Style: "merge", StdOut: "Automatic merge failed; fix conflicts and then commit the result.\n", StdErr: "", Err: {} };

export interface AskedMerge {
  readonly style: string;
  readonly head: string;
  readonly title: string;
  readonly message: string;
}

/** Merges by a merge commit. @throws ApiError */
export async function mergePull(act: Act, number: number, asked: AskedMerge): Promise<void> {
  await act.world
    .exclusive(() => merge(act, number, asked))
    .catch((error: unknown) => {
      if (error instanceof ApiError) enter(act, { what: "POST /merge", details: { number, head: asked.head }, outcome: error.status });
      throw error;
    });
}

async function merge(act: Act, number: number, asked: AskedMerge): Promise<void> {
  const { pull, title } = threadNow(act, number);
  mayMerge(act, threadNow(act, number));
  if (asked.style !== "merge") throw new ApiError(405, `${asked.style} is not allowed an allowed merge style for this repository`);
  if (asked.head !== "" && asked.head !== pull.headCommit) throw failed(act, number, new ApiError(409, "head out of date"));
  const base = current(act).branches[pull.base] ?? "";
  const first = asked.title.trim() || `Merge pull request '${title}' (#${number}) from ${pull.head} into ${pull.base}`;
  const message = [first, asked.message.trim()].filter(Boolean).join("\n\n");
  const git = act.world.git(act.repository);
  const commit = await git.merge(base, pull.headCommit, { message, author: authorOf(act) });
  if (commit === undefined) throw failed(act, number, new ApiError(409, "", CONFLICT));
  setMerging(act, number, { commit, by: act.by.login, at: act.world.clock.now() });
  await git.move(`refs/heads/${pull.base}`, base, commit).catch((error: unknown) => {
    setMerging(act, number, undefined);
    throw error instanceof LockedRef ? failed(act, number, new ApiError(409, "merge push out of date")) : error;
  });
  await finishMerge(act, number);
}

/** In Gitea's own order. */
function mayMerge(act: Act, thread: PullThread): void {
  if (thread.pull.merged) throw new ApiError(405, "The PR is already merged");
  if (thread.state === "closed") throw notFound();
  if (!mayDo(act, "write")) throw new ApiError(405, "User not allowed to merge PR");
  if (isDraft(thread)) throw new ApiError(405, "Work in progress PRs cannot be merged");
  if (!isMergeable(thread, act.world.clock.now())) throw new ApiError(405, "Please try again later");
  const missing = missingFor(act, thread);
  if (missing !== undefined) throw new ApiError(405, missing);
}

function missingFor(act: Act, { pull }: PullThread): string | undefined {
  const rule = current(act).protections.find((candidate) => candidate.branch === pull.base);
  if (!rule) return undefined;
  const statuses = act.world.state.statuses(current(act), pull.headCommit);
  const passed = (name: string): boolean => statuses.find(({ context }) => context === name)?.state === "success";
  if (!rule.statusContexts.every(passed)) return "Not all required status checks successful";
  const approvals = pull.reviews.filter((review) => review.state === "APPROVED" && review.official && !review.dismissed);
  return approvals.length < rule.requiredApprovals ? "Does not have enough approvals" : undefined;
}

function failed(act: Act, number: number, error: ApiError): ApiError {
  checkAgain(act, number);
  return error;
}

function checkAgain(act: Act, number: number): void {
  const now = act.world.clock.now();
  const thread = threadNow(act, number);
  const check = { ...thread.pull.check, startsAt: now, endsAt: now + RECHECK_MS };
  act.world.state.putThread(current(act), { ...thread, pull: { ...thread.pull, check } });
}

/** After a change of a branch's protection its pull requests are checked again. */
export function checkPullsInto(act: Act, branch: string): void {
  for (const { number } of openPulls(act).filter(({ pull }) => pull.base === branch)) checkAgain(act, number);
}

/** The intent is written down before the branch moves, so that a crash in between is finished at the next start. */
function setMerging(act: Act, number: number, merging: PullThread["pull"]["merging"]): void {
  const thread = threadNow(act, number);
  const { merging: _before, ...pull } = thread.pull;
  act.world.state.putThread(current(act), { ...thread, pull: { ...pull, ...(merging && { merging }) } });
}

async function finishMerge(act: Act, number: number): Promise<void> {
  const before = threadNow(act, number);
  const { merging: merged, ...pull } = before.pull;
  if (!merged) return;
  const from = current(act).branches[pull.base];
  const thread: PullThread = { ...before, state: "closed", closedAt: merged.at, updatedAt: merged.at, pull: { ...pull, merged } };
  act.world.state.documents.transaction(() => {
    act.world.state.putThread(current(act), thread);
    enter(act, { what: "POST /merge", details: { number, head: pull.headCommit, commit: merged.commit } });
  });
  tell(act, (told) => pullEvent(told, { thread, action: "closed" }));
  await branchMoved(act, { branch: pull.base, from, to: merged.commit, what: "merge" });
}

/** After a crash: a merge that has reached its branch is finished, any other never happened. Call inside `exclusive`. */
export async function finishInterruptedMerges(act: Act): Promise<void> {
  const tips = await act.world.git(act.repository).branches();
  for (const { number, pull } of act.world.state.threads(current(act)).filter(isPull)) {
    const by = pull.merging && act.world.state.user(pull.merging.by);
    if (!by) continue;
    if (tips[pull.base] === pull.merging?.commit) await finishMerge({ ...act, by }, number);
    else setMerging(act, number, undefined);
  }
}
