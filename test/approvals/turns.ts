/** What people do in the rows of the table: each turn is a sentence, carried out through the forge's API. */

/** Where a row's change is: what is fixed there, and whom the policy names for it. */
export type Area = "plain" | "ada" | "team" | "hidden" | "owned" | "code-team" | "two" | "started" | "started-alone" | "volume" | "rights";

export type End = "open" | "merged" | "closed";

export interface Row {
  readonly title: string;
  readonly area: Area;
  readonly turns: readonly Turn[];
  /** What our words say afterwards, in order; `HEAD` and `MERGE` stand for the first twelve digits of the commits. */
  readonly answers: readonly string[];
  readonly end: End;
  /** A row that the local forge does not imitate. */
  readonly only?: "real";
}

/** One open proposal, as a turn sees it. */
export interface At {
  readonly number: number;
  readonly branch: string;
  /** The head that was proposed. */
  readonly first: string;
  head(): Promise<string>;
  api(login: string, method: string, path: string, body?: object): Promise<{ status: number; json: unknown }>;
  /** A commit on the proposal's branch that keeps the fix. @returns its id */
  commit(login: string): Promise<string>;
  /** Moves the branch with force. */
  forcePush(login: string, commit: string): Promise<void>;
  rename(login: string, to: string): Promise<void>;
  hears(words: string): Promise<void>;
  /** Long enough for what is said to be handled. */
  aWhile(): Promise<void>;
  /** Our clock goes on by so many minutes. */
  later(minutes: number): Promise<void>;
  /** The comment that was made last, and where the last words were said. */
  readonly last: { comment: number; thread: number };
  /** Everything that was said has been handled; a statement first of all noted. */
  settled(statement?: { readonly of: "comment" | "review"; readonly id: number }): Promise<void>;
  /** The plan of this commit is shown, and a yes would be newer than it. */
  shown(head: string): Promise<void>;
}

/** What may be a statement: only so that a row waits for its delivery. */
const COMMAND = /^\/[a-z]+(\s|$)/i;

export type Turn = (at: At) => Promise<void>;

async function done(answer: Promise<{ status: number; json: unknown }>): Promise<unknown> {
  const { status, json } = await answer;
  if (status >= 300) throw new Error(`a turn was answered ${status}: ${JSON.stringify(json)}`);
  return json;
}

async function comment(at: At, login: string, said: { number: number; body: string }): Promise<void> {
  const head = await at.head();
  const body = said.body.replace("HEAD40", head).replace("HEAD", head.slice(0, 12));
  const made = (await done(at.api(login, "POST", `/issues/${said.number}/comments`, { body }))) as { id: number };
  at.last.comment = made.id;
}

/** A comment on the proposal; the next turn waits until it is handled, unless it is said at once. */
export function says(login: string, body: string, when: "then wait" | "at once" = "then wait"): Turn {
  return async (at) => {
    await comment(at, login, { number: at.number, body });
    if (when === "at once") return;
    await at.settled(COMMAND.test(body) ? { of: "comment", id: at.last.comment } : undefined);
  };
}

/** Waits until our words say this where the last words were said. */
export function hears(words: string): Turn {
  return (at) => at.hears(words);
}

/** A while later, in which a yes would have merged it, it is still so. */
export function stays(end: "open"): Turn {
  return async (at) => {
    await at.aWhile();
    const { state } = (await done(at.api("ada", "GET", `/pulls/${at.number}`))) as { state: string };
    if (state !== end) throw new Error(`the proposal is ${state}, and should still be ${end}`);
  };
}

/** By our clock: a yes of before is older than it may be. */
export const aDayLater: Turn = (at) => at.later(24 * 60 + 1);

/** The same words on something that is no proposal of ours. */
export function saysTo(login: string, body: string, where: "second pull request" | "own pull request" | "issue"): Turn {
  return async (at) => {
    const number = where === "issue" ? await openIssue(at) : await openPull(at, where === "own pull request");
    await comment(at, login, { number, body });
    at.last.thread = number;
    await at.settled();
  };
}

async function openIssue(at: At): Promise<number> {
  return ((await done(at.api("ben", "POST", "/issues", { title: "Something else", body: "" }))) as { number: number }).number;
}

async function openPull(at: At, own: boolean): Promise<number> {
  const head = own ? `ben/${at.number}` : at.branch;
  if (own) await done(at.api("ben", "POST", "/branches", { new_branch_name: head, old_ref_name: at.first }));
  return ((await done(at.api("ben", "POST", "/pulls", { title: "The same", body: "", head, base: "release" }))) as { number: number }).number;
}

export function reviews(login: string, event: "APPROVED" | "COMMENT" | "REQUEST_CHANGES", body = "", of: "head" | "first" = "head"): Turn {
  return async (at) => {
    const review = { event, body, ...(of === "first" && { commit_id: at.first }) };
    const made = (await done(at.api(login, "POST", `/pulls/${at.number}/reviews`, review))) as { id: number };
    await at.settled(event === "APPROVED" ? { of: "review", id: made.id } : undefined);
  };
}

/** A commit on our branch; `shown` waits for its plan. */
export function pushes(login: string, wait: "at once" | "shown" = "at once"): Turn {
  return async (at) => {
    const head = await at.commit(login);
    if (wait === "shown") await at.shown(head);
  };
}

export function forcePushesAndBack(login: string): Turn {
  return async (at) => {
    await at.shown(await at.commit(login));
    await at.forcePush(login, at.first);
    await at.shown(at.first);
  };
}

/** Into a new branch that is where the proposal began. */
export async function retargets(at: At): Promise<void> {
  const { parents } = (await done(at.api("ada", "GET", `/git/commits/${at.first}`))) as { parents: { sha: string }[] };
  const base = `other-${at.number}`;
  await done(at.api("ada", "POST", "/branches", { new_branch_name: base, old_ref_name: parents[0]?.sha }));
  await done(at.api("ada", "PATCH", `/pulls/${at.number}`, { base }));
}

export function sets(edit: object): Turn {
  return (at) => done(at.api("ada", "PATCH", `/pulls/${at.number}`, edit)).then(() => undefined);
}

export function closes(login: string): Turn {
  return async (at) => {
    await done(at.api(login, "PATCH", `/pulls/${at.number}`, { state: "closed" }));
    await at.settled();
  };
}

/** Somebody edits the comment that was made last. */
export function edits(login: string, body: string): Turn {
  return async (at) => {
    await done(at.api(login, "PATCH", `/issues/comments/${at.last.comment}`, { body }));
    await at.settled();
  };
}

export function deletes(login: string): Turn {
  return (at) => done(at.api(login, "DELETE", `/issues/comments/${at.last.comment}`)).then(() => undefined);
}

export function takesRight(login: string): Turn {
  return (at) => done(at.api("ada", "DELETE", `/collaborators/${login}`)).then(() => undefined);
}

export function renames(login: string, to: string): Turn {
  return (at) => at.rename(login, to);
}
