/** The bodies of webhooks, field for field as Gitea 1.26 sends them (recorded under `test/fixtures/gitea`). */
import type { LoggedCommit } from "../git/commit-log.ts";
import type { Comment, PullThread, Repository, Review, Thread } from "../records.ts";
import { isPull } from "../records.ts";
import { fullName } from "../state.ts";
import type { ViewContext } from "../views/repositories.ts";
import { viewLogin, viewPushedCommit, viewRepository } from "../views/repositories.ts";
import { viewComment, viewIssue, viewPull } from "../views/threads.ts";
import type { HookEvent } from "./deliveries.ts";

/** The world as a webhook shows it, and who did it. */
export interface Told {
  readonly view: ViewContext;
  readonly repository: Repository;
  readonly sender: string;
}

const NO_COMMIT = "0".repeat(40);

/** Commits in one push body; the rest is only counted. */
export const PUSHED_COMMITS = 30;

function common({ view, repository, sender }: Told): { repository: object; sender: object } {
  return { repository: viewRepository(view, repository), sender: viewLogin(view, sender) };
}

export interface Push {
  readonly branch: string;
  readonly from: string | undefined;
  readonly head: LoggedCommit;
  readonly commits: readonly LoggedCommit[];
}

export function pushEvent(told: Told, push: Push): HookEvent {
  const { view, repository, sender } = told;
  const commits = push.commits.slice(0, PUSHED_COMMITS).map((commit) => viewPushedCommit(view, repository, commit));
  const from = push.from ?? push.commits.at(-1)?.parents[0] ?? repository.defaultBranch;
  const body = {
    ref: `refs/heads/${push.branch}`,
    before: push.from ?? NO_COMMIT,
    after: push.head.id,
    compare_url: `${view.baseUrl}/${fullName(repository)}/compare/${from}...${push.head.id}`,
    commits,
    total_commits: push.commits.length,
    head_commit: viewPushedCommit(view, repository, push.head),
    repository: viewRepository(view, repository),
    pusher: viewLogin(view, sender),
    sender: viewLogin(view, sender),
  };
  return { event: "push", type: "push", body };
}

export function createEvent(told: Told, branch: string, commit: string): HookEvent {
  return { event: "create", type: "create", body: { sha: commit, ref: branch, ref_type: "branch", ...common(told) } };
}

export function deleteEvent(told: Told, branch: string): HookEvent {
  return { event: "delete", type: "delete", body: { ref: branch, ref_type: "branch", pusher_type: "user", ...common(told) } };
}

export type PullAction = "opened" | "closed" | "reopened" | "edited" | "synchronized" | "label_updated" | "reviewed";

/** What an edit replaced. */
export interface Was {
  readonly title?: string;
  readonly body?: string;
  /** The base branch. */
  readonly ref?: string;
}

export interface PullNews {
  readonly thread: PullThread;
  readonly action: PullAction;
  readonly was?: Was;
  readonly review?: Review;
}

const PULL_TYPES: Partial<Record<PullAction, string>> = { synchronized: "pull_request_sync", label_updated: "pull_request_label" };
const REVIEW_WORDS = { APPROVED: "approved", REQUEST_CHANGES: "rejected", COMMENT: "comment" } as const;

export function pullEvent(told: Told, news: PullNews): HookEvent {
  const { action, review, thread } = news;
  const word = review === undefined ? undefined : REVIEW_WORDS[review.state];
  const type = word === undefined ? (PULL_TYPES[action] ?? "pull_request") : `pull_request_review_${word}`;
  const body = {
    action,
    number: thread.number,
    ...(news.was === undefined ? {} : { changes: changes(news.was) }),
    pull_request: viewPull(told.view, told.repository, thread),
    requested_reviewer: review === undefined ? null : viewLogin(told.view, review.author),
    ...common(told),
    commit_id: "",
    review: review === undefined ? null : { type, content: review.body },
  };
  return { event: word === undefined ? "pull_request" : `pull_request_${word}`, type, body };
}

export function issueEvent(told: Told, thread: Thread, action: "opened" | "closed" | "reopened" | "edited"): HookEvent {
  const body = { action, number: thread.number, issue: viewIssue(told.view, told.repository, thread), ...common(told), commit_id: "" };
  return { event: "issues", type: "issues", body };
}

export interface CommentNews {
  readonly thread: Thread;
  readonly comment: Comment;
  readonly action: "created" | "edited" | "deleted";
  /** The text that an edit replaced. */
  readonly was?: string;
}

export function commentEvent(told: Told, news: CommentNews): HookEvent {
  const { thread, comment, action } = news;
  const { view, repository } = told;
  const body = {
    action,
    issue: viewIssue(view, repository, thread),
    ...(isPull(thread) ? { pull_request: viewPull(view, repository, thread) } : {}),
    comment: viewComment(view, repository, { thread, comment }),
    ...(news.was === undefined ? {} : { changes: changes({ body: news.was }) }),
    ...common(told),
    is_pull: isPull(thread),
  };
  return { event: "issue_comment", type: isPull(thread) ? "pull_request_comment" : "issue_comment", body };
}

function changes(was: Was): object {
  const replaced = Object.fromEntries(Object.entries(was).map(([field, from]: [string, string]) => [field, { from }] as const));
  return { ...replaced, added_labels: null, removed_labels: null };
}
