/** Branches: moved by compare-and-set in git first, then everything that looks at them. */
import { type BareRepository, LockedRef } from "../git/bare-repository.ts";
import { createEvent, deleteEvent, pullEvent, pushEvent } from "../hooks/payloads.ts";
import { type Check, isMergeable, isPull, type Pull, type PullThread, type Repository } from "../records.ts";
import { type Act, ApiError, current, enter, tell } from "../world.ts";

/** The check of mergeability starts this long after a branch moved, and takes this long (measured on an idle server). */
const CHECK_DELAY_MS = 100;
const CHECK_MS = 200;

/** Counted in a push; only the newest are told one by one. */
const COMMITS_COUNTED = 200;

export interface Move {
  readonly branch: string;
  /** What it must be now; undefined creates it. */
  readonly from: string | undefined;
  /** undefined deletes it. */
  readonly to: string | undefined;
  /** For the ledger: `push`, `POST /branches`, ... */
  readonly what: string;
}

/** Moves a branch, and all that follows: heads of pull requests, reviews, checks, webhooks. @throws ApiError 403 when somebody was first */
export async function moveBranch(act: Act, move: Move): Promise<void> {
  await act.world.exclusive(async () => {
    await act.world.git(act.repository).move(`refs/heads/${move.branch}`, move.from, move.to).catch(refuseLocked);
    await branchMoved(act, move);
  });
}

function refuseLocked(error: unknown): never {
  throw error instanceof LockedRef ? new ApiError(403, error.message) : error;
}

/** Takes over a branch that has moved in git, and tells of it. Call inside `exclusive`. */
export async function branchMoved(act: Act, move: Move): Promise<void> {
  const { branch, from, to } = move;
  const repository = current(act);
  const { [branch]: _old, ...others } = repository.branches;
  act.world.state.putRepository({ ...repository, branches: to === undefined ? others : { ...others, [branch]: to }, updatedAt: act.world.clock.now() });
  enter(act, { what: move.what, details: { branch, from, to } });
  if (to === undefined) {
    branchDeleted(act, branch);
    return;
  }
  await tellPush(act, { branch, from, to });
  for (const thread of openPulls(act)) {
    if (thread.pull.head === branch) await headMoved(act, thread, to);
    else if (thread.pull.base === branch) await baseMoved(act, thread);
  }
}

/** A branch without commits of its own is told too, with none (measured). */
async function tellPush(act: Act, { branch, from, to }: { branch: string; from: string | undefined; to: string }): Promise<void> {
  const git = act.world.git(act.repository);
  const { branches, defaultBranch } = current(act);
  const known = from ?? (branch === defaultBranch ? undefined : branches[defaultBranch]);
  const [head, commits] = await Promise.all([git.commit(to), git.log(known, to, COMMITS_COUNTED)]);
  if (from === undefined) tell(act, (told) => createEvent(told, branch, to));
  if (head) tell(act, (told) => pushEvent(told, { branch, from, head, commits }));
}

/** An open pull request from a deleted branch is closed (measured). */
function branchDeleted(act: Act, branch: string): void {
  tell(act, (told) => deleteEvent(told, branch));
  for (const thread of openPulls(act).filter(({ pull }) => pull.head === branch)) setPullState(act, thread, "closed");
}

async function headMoved(act: Act, { number }: PullThread, headCommit: string): Promise<void> {
  const before = threadNow(act, number);
  const git = act.world.git(act.repository);
  await git.move(`refs/pull/${number}/head`, before.pull.headCommit, headCommit);
  const { conflicted, ...facts } = await pullFacts(git, current(act), { base: before.pull.base, headCommit });
  const thread = threadNow(act, number);
  const check = checkLater(thread, conflicted, act.world.clock.now());
  const next: PullThread = { ...thread, updatedAt: act.world.clock.now(), pull: { ...thread.pull, ...facts, headCommit, check } };
  act.world.state.putThread(current(act), next);
  tell(act, (told) => pullEvent(told, { thread: next, action: "synchronized" }));
}

async function baseMoved(act: Act, { number, pull: { headCommit, base } }: PullThread): Promise<void> {
  const { conflicted } = await pullFacts(act.world.git(act.repository), current(act), { base, headCommit });
  const thread = threadNow(act, number);
  const check = checkLater(thread, conflicted, act.world.clock.now());
  act.world.state.putThread(current(act), { ...thread, pull: { ...thread.pull, check } });
}

/** What git knows of a pull request: where it forked, how large it is, whether it merges. */
export async function pullFacts(
  git: BareRepository,
  repository: Repository,
  { base, headCommit }: Pick<Pull, "base" | "headCommit">,
): Promise<Pick<Pull, "mergeBase" | "size"> & { conflicted: boolean }> {
  const tip = repository.branches[base] ?? headCommit;
  const mergeBase = (await git.mergeBase(tip, headCommit)) ?? tip;
  const [size, merges] = await Promise.all([git.size(mergeBase, headCommit), git.merges(tip, headCommit)]);
  return { mergeBase, size, conflicted: !merges };
}

function checkLater(thread: PullThread, conflicted: boolean, now: number): Check {
  return { startsAt: now + CHECK_DELAY_MS, endsAt: now + CHECK_DELAY_MS + CHECK_MS, before: isMergeable(thread, now), conflicted };
}

export function openPulls(act: Act): readonly PullThread[] {
  return act.world.state
    .threads(current(act))
    .filter(isPull)
    .filter(({ state }) => state === "open");
}

/** The pull request as it is now: what was read before an await may be older. */
export function threadNow(act: Act, number: number): PullThread {
  const thread = act.world.state.thread(current(act), number);
  if (!thread || !isPull(thread)) throw new ApiError(404, "not found");
  return thread;
}

export function setPullState(act: Act, thread: PullThread, state: "open" | "closed"): PullThread {
  if (thread.state === state || thread.pull.merged) return thread;
  const now = act.world.clock.now();
  const { closedAt: _closedAt, ...rest } = thread;
  const next: PullThread = { ...rest, state, updatedAt: now, ...(state === "closed" && { closedAt: now }) };
  act.world.state.putThread(current(act), next);
  enter(act, { what: "PATCH /pulls", details: { number: thread.number, state }, outcome: 201 });
  tell(act, (told) => pullEvent(told, { thread: next, action: state === "closed" ? "closed" : "reopened" }));
  return next;
}
