/** Pull requests: opened and edited. */
import { pullEvent } from "../hooks/payloads.ts";
import { isPull, type PullThread } from "../records.ts";
import { type Act, ApiError, current, enter, notFound, tell } from "../world.ts";
import { openPulls, pullFacts, setPullState, threadNow } from "./branches.ts";

export interface AskedPull {
  readonly title: string;
  readonly body: string;
  readonly head: string;
  readonly base: string;
}

/** @throws ApiError 404 without head or base, 422 when they are one branch, 409 when it is open already */
export async function openPull(act: Act, asked: AskedPull): Promise<PullThread> {
  if (asked.title === "") throw new ApiError(422, "[Title]: Required");
  return act.world.exclusive(async () => {
    const repository = current(act);
    const headCommit = repository.branches[asked.head];
    if (headCommit === undefined || repository.branches[asked.base] === undefined) throw notFound();
    if (asked.head === asked.base) throw new ApiError(422, "Invalid PullRequest: There are no changes between the head and the base");
    const same = openPulls(act).find(({ pull }) => pull.head === asked.head && pull.base === asked.base);
    if (same) throw new ApiError(409, `pull request already exists for these targets [id: ${same.pull.id}, issue_id: ${same.id}]`);
    const thread = await makePull(act, { ...asked, headCommit });
    tell(act, (told) => pullEvent(told, { thread, action: "opened" }));
    return thread;
  });
}

async function makePull(act: Act, asked: AskedPull & { headCommit: string }): Promise<PullThread> {
  const { state, clock } = act.world;
  const { documents } = state;
  const repository = current(act);
  const git = act.world.git(repository);
  const { conflicted, ...facts } = await pullFacts(git, repository, asked);
  const number = documents.nextNumber(`forge.number.${repository.id}`);
  await git.move(`refs/pull/${number}/head`, undefined, asked.headCommit);
  const at = clock.now();
  return documents.transaction(() => {
    documents.nextNumber("forge.comments"); // the forge's own note that commits were pushed takes a number too
    const check = { startsAt: at, endsAt: at, before: !conflicted, conflicted };
    const pull = { id: documents.nextNumber("forge.pulls"), head: asked.head, base: asked.base, headCommit: asked.headCommit, check, reviews: [], ...facts };
    const id = documents.nextNumber("forge.issues");
    const thread: PullThread = {
      id,
      number,
      author: act.by.login,
      title: asked.title,
      body: asked.body,
      state: "open",
      labels: [],
      comments: [],
      pull,
      createdAt: at,
      updatedAt: at,
    };
    state.putThread(current(act), thread);
    enter(act, { what: "POST /pulls", details: { number, head: asked.head, commit: asked.headCommit }, outcome: 201 });
    return thread;
  });
}

export interface PullEdit {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly base?: string | undefined;
  readonly state?: "open" | "closed" | undefined;
}

/** Retitles, rewrites, retargets, closes or reopens. */
export async function editPull(act: Act, number: number, edit: PullEdit): Promise<PullThread> {
  const before = threadNow(act, number);
  if (edit.base !== undefined && current(act).branches[edit.base] === undefined) throw new ApiError(404, `new base '${edit.base}' not exist`);
  const base = edit.base ?? before.pull.base;
  const facts = await pullFacts(act.world.git(act.repository), current(act), { base, headCommit: before.pull.headCommit });
  const thread = threadNow(act, number);
  const pull =
    base === thread.pull.base
      ? thread.pull
      : { ...thread.pull, base, mergeBase: facts.mergeBase, size: facts.size, check: { ...thread.pull.check, conflicted: facts.conflicted } };
  const next: PullThread = { ...thread, title: edit.title || thread.title, body: edit.body ?? thread.body, pull };
  const edited = tellEdit(act, thread, next);
  return edit.state === undefined ? edited : setPullState(act, edited, edit.state);
}

function tellEdit(act: Act, before: PullThread, after: PullThread): PullThread {
  const was = {
    ...(before.title !== after.title && { title: before.title }),
    ...(before.body !== after.body && { body: before.body }),
    ...(before.pull.base !== after.pull.base && { ref: before.pull.base }),
  };
  if (Object.keys(was).length === 0) return before;
  const thread = { ...after, updatedAt: act.world.clock.now() };
  act.world.state.putThread(current(act), thread);
  enter(act, { what: "PATCH /pulls", details: { number: thread.number, edited: Object.keys(was) }, outcome: 201 });
  tell(act, (told) => pullEvent(told, { thread, action: "edited", was }));
  return thread;
}

/** The newest pull request from one branch into another, open or not. */
export function findPull(act: Act, base: string, head: string): PullThread | undefined {
  return act.world.state
    .threads(current(act))
    .filter(isPull)
    .find(({ pull }) => pull.base === base && pull.head === head);
}
