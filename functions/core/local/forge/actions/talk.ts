/** Issues, comments, reactions: what people and functions say. */
import { commentEvent, issueEvent, pullEvent } from "../hooks/payloads.ts";
import { type Comment, isPull, type Thread } from "../records.ts";
import { type Act, ApiError, current, enter, mayDo, notFound, tell } from "../world.ts";

export function threadOf(act: Act, number: number): Thread {
  const thread = act.world.state.thread(current(act), number);
  if (!thread) throw notFound();
  return thread;
}

export function openIssue(act: Act, asked: { title: string; body: string; labels: readonly number[] }): Thread {
  const { state, clock } = act.world;
  const repository = current(act);
  if (asked.title === "") throw new ApiError(422, "[Title]: Required");
  const now = clock.now();
  const thread = state.documents.transaction(() => {
    const number = state.documents.nextNumber(`forge.number.${repository.id}`);
    const made: Thread = {
      id: state.documents.nextNumber("forge.issues"),
      number,
      author: act.by.login,
      title: asked.title,
      body: asked.body,
      state: "open",
      labels: mayDo(act, "write") ? knownLabels(act, asked.labels) : [],
      comments: [],
      createdAt: now,
      updatedAt: now,
    };
    state.putThread(repository, made);
    enter(act, { what: "POST /issues", details: { number, title: asked.title, body: asked.body }, outcome: 201 });
    return made;
  });
  tell(act, (told) => issueEvent(told, thread, "opened"));
  return thread;
}

export function setIssueState(act: Act, thread: Thread, state: "open" | "closed"): Thread {
  if (thread.state === state) return thread;
  const now = act.world.clock.now();
  const { closedAt: _closedAt, ...rest } = thread;
  const next: Thread = { ...rest, state, updatedAt: now, ...(state === "closed" && { closedAt: now }) };
  act.world.state.putThread(current(act), next);
  enter(act, { what: "PATCH /issues", details: { number: thread.number, state }, outcome: 201 });
  tell(act, (told) => issueEvent(told, next, state === "closed" ? "closed" : "reopened"));
  return next;
}

/** Writes title and description anew, where they are given. */
export function editIssue(act: Act, thread: Thread, edit: { title?: string | undefined; body?: string | undefined }): Thread {
  const { title = thread.title, body = thread.body } = edit;
  if (title === thread.title && body === thread.body) return thread;
  const next: Thread = { ...thread, title, body, updatedAt: act.world.clock.now() };
  act.world.state.putThread(current(act), next);
  enter(act, { what: "PATCH /issues", details: { number: thread.number, title, body }, outcome: 201 });
  return next;
}

/** Puts labels on an issue or a pull request; only the latter is told (`pull_request_label`). */
export function addLabels(act: Act, number: number, ids: readonly number[]): Thread {
  const thread = threadOf(act, number);
  const next: Thread = { ...thread, labels: [...new Set([...thread.labels, ...knownLabels(act, ids)])], updatedAt: act.world.clock.now() };
  act.world.state.putThread(current(act), next);
  enter(act, { what: "POST /labels", details: { number, labels: next.labels } });
  if (isPull(next)) tell(act, (told) => pullEvent(told, { thread: next, action: "label_updated" }));
  return next;
}

function knownLabels(act: Act, ids: readonly number[]): number[] {
  return ids.filter((id) => current(act).labels.some((label) => label.id === id));
}

export function addComment(act: Act, number: number, body: string): { thread: Thread; comment: Comment } {
  const { state, clock } = act.world;
  const thread = state.thread(current(act), number);
  if (!thread) throw new ApiError(500, "");
  if (body.trim() === "") throw new ApiError(422, "[Body]: Required");
  const now = clock.now();
  const comment: Comment = { id: state.documents.nextNumber("forge.comments"), author: act.by.login, body, createdAt: now, updatedAt: now, reactions: [] };
  const next = { ...thread, comments: [...thread.comments, comment], updatedAt: now };
  state.documents.transaction(() => {
    state.putThread(current(act), next);
    enter(act, { what: "POST /comments", details: { number, id: comment.id, body }, outcome: 201 });
  });
  tell(act, (told) => commentEvent(told, { thread: next, comment, action: "created" }));
  return { thread: next, comment };
}

/** Where a comment stands. @throws ApiError 404 */
export function findComment(act: Act, id: number): { thread: Thread; comment: Comment } {
  for (const thread of act.world.state.threads(current(act))) {
    const comment = thread.comments.find((candidate) => candidate.id === id);
    if (comment) return { thread, comment };
  }
  throw notFound();
}

/** The poster, or anybody who may write; the poster's name stays on it either way (contracts 12.1). */
function requireEditor(act: Act, comment: Comment): void {
  if (comment.author !== act.by.login && !mayDo(act, "write")) throw new ApiError(403, "");
}

export function editComment(act: Act, id: number, body: string): { thread: Thread; comment: Comment } {
  const { thread, comment } = findComment(act, id);
  requireEditor(act, comment);
  const edited: Comment = { ...comment, body, updatedAt: act.world.clock.now() };
  const next = { ...thread, comments: thread.comments.map((item) => (item.id === id ? edited : item)) };
  act.world.state.putThread(current(act), next);
  enter(act, { what: "PATCH /comments", details: { number: thread.number, id, body } });
  tell(act, (told) => commentEvent(told, { thread: next, comment: edited, action: "edited", was: comment.body }));
  return { thread: next, comment: edited };
}

export function removeComment(act: Act, id: number): void {
  const { thread, comment } = findComment(act, id);
  requireEditor(act, comment);
  const next = { ...thread, comments: thread.comments.filter((item) => item.id !== id) };
  act.world.state.putThread(current(act), next);
  enter(act, { what: "DELETE /comments", details: { number: thread.number, id }, outcome: 204 });
  tell(act, (told) => commentEvent(told, { thread: next, comment, action: "deleted" }));
}

const REACTIONS = new Set(["+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"]);

export function react(act: Act, id: number, content: string): { created: boolean } {
  const { thread, comment } = findComment(act, id);
  if (!REACTIONS.has(content)) throw new ApiError(403, `'${content}' is not an allowed reaction`);
  if (comment.reactions.some((reaction) => reaction.author === act.by.login && reaction.content === content)) return { created: false };
  const reactions = [...comment.reactions, { author: act.by.login, content, at: act.world.clock.now() }];
  act.world.state.putThread(current(act), { ...thread, comments: thread.comments.map((item) => (item.id === id ? { ...comment, reactions } : item)) });
  enter(act, { what: "POST /reactions", details: { number: thread.number, id, content }, outcome: 201 });
  return { created: true };
}

/** Lists of issues leave pull requests out. */
export function isIssue(thread: Thread): boolean {
  return !isPull(thread);
}
