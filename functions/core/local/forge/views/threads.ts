/** Issues, pull requests and what is said on them, as Gitea's API and webhooks write them. */
import type { Comment, Label, PullThread, Repository, Review, Status, Thread } from "../records.ts";
import { isDraft, isMergeable, isPull } from "../records.ts";
import { fullName } from "../state.ts";
import type { ViewContext } from "./repositories.ts";
import { viewLogin, viewRepository } from "./repositories.ts";
import { time } from "./users.ts";

type View = Record<string, unknown>;

export function viewLabel(context: ViewContext, repository: Repository, label: Label): View {
  return {
    id: label.id,
    name: label.name,
    exclusive: false,
    is_archived: false,
    color: label.color,
    description: label.description,
    url: `${context.baseUrl}/api/v1/repos/${fullName(repository)}/labels/${label.id}`,
  };
}

export function viewIssue(context: ViewContext, repository: Repository, thread: Thread): View {
  const name = fullName(repository);
  return {
    id: thread.id,
    url: `${context.baseUrl}/api/v1/repos/${name}/issues/${thread.number}`,
    html_url: threadUrl(context, repository, thread),
    number: thread.number,
    user: viewLogin(context, thread.author),
    original_author: "",
    original_author_id: 0,
    title: thread.title,
    body: thread.body,
    ref: "",
    assets: [],
    labels: viewLabels(context, repository, thread),
    milestone: null,
    assignee: null,
    assignees: null,
    state: thread.state,
    is_locked: false,
    comments: thread.comments.length,
    ...times(thread),
    due_date: null,
    time_estimate: 0,
    pull_request: isPull(thread) ? viewPullSummary(context, repository, thread) : null,
    repository: { id: repository.id, name: repository.name, owner: repository.owner, full_name: name },
    pin_order: 0,
    content_version: 0,
  };
}

function viewPullSummary(context: ViewContext, repository: Repository, thread: PullThread): View {
  const { merged } = thread.pull;
  return {
    merged: merged !== undefined,
    merged_at: merged === undefined ? null : time(merged.at),
    draft: isDraft(thread),
    html_url: threadUrl(context, repository, thread),
  };
}

export function viewPull(context: ViewContext, repository: Repository, thread: PullThread): View {
  const { pull } = thread;
  const url = threadUrl(context, repository, thread);
  return {
    id: pull.id,
    url,
    number: thread.number,
    user: viewLogin(context, thread.author),
    title: thread.title,
    body: thread.body,
    labels: viewLabels(context, repository, thread),
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [...new Set(pull.reviews.map((review) => review.author))].map((login) => viewLogin(context, login)),
    requested_reviewers_teams: [],
    state: thread.state,
    draft: isDraft(thread),
    is_locked: false,
    comments: thread.comments.length,
    ...(pull.reviews.length === 0 ? {} : { review_comments: pull.reviews.length }),
    additions: pull.size.additions,
    deletions: pull.size.deletions,
    changed_files: pull.size.files,
    html_url: url,
    diff_url: `${url}.diff`,
    patch_url: `${url}.patch`,
    mergeable: isMergeable(thread, context.now),
    ...viewMerge(context, thread),
    allow_maintainer_edit: true,
    ...viewEnds(context, repository, thread),
    merge_base: pull.mergeBase,
    due_date: null,
    ...times(thread),
    pin_order: 0,
    content_version: 0,
  };
}

function viewMerge(context: ViewContext, { pull: { merged } }: PullThread): View {
  return {
    merged: merged !== undefined,
    merged_at: merged === undefined ? null : time(merged.at),
    merge_commit_sha: merged?.commit ?? null,
    merged_by: merged === undefined ? null : viewLogin(context, merged.by),
  };
}

/** The base follows its branch until the merge; a head whose branch is deleted keeps its name in the label alone (measured). */
function viewEnds(context: ViewContext, repository: Repository, thread: PullThread): View {
  const { pull, number } = thread;
  const repo = viewRepository(context, repository);
  const end = (label: string, ref: string, sha: string): View => ({ label, ref, sha, repo_id: repository.id, repo });
  const baseCommit = pull.merged?.commit ?? repository.branches[pull.base] ?? pull.mergeBase;
  return {
    base: end(pull.base, pull.base, baseCommit),
    head: end(pull.head, repository.branches[pull.head] === undefined ? `refs/pull/${number}/head` : pull.head, pull.headCommit),
  };
}

export function viewComment(context: ViewContext, repository: Repository, said: { thread: Thread; comment: Comment }): View {
  const { thread, comment } = said;
  const url = threadUrl(context, repository, thread);
  return {
    id: comment.id,
    html_url: `${url}#issuecomment-${comment.id}`,
    pull_request_url: isPull(thread) ? url : "",
    issue_url: isPull(thread) ? "" : url,
    user: viewLogin(context, comment.author),
    original_author: "",
    original_author_id: 0,
    body: comment.body,
    assets: [],
    created_at: time(comment.createdAt),
    updated_at: time(comment.updatedAt),
  };
}

export function viewReview(context: ViewContext, repository: Repository, said: { thread: PullThread; review: Review }): View {
  const { thread, review } = said;
  const url = threadUrl(context, repository, thread);
  return {
    id: review.id,
    user: viewLogin(context, review.author),
    team: null,
    state: review.state,
    body: review.body,
    commit_id: review.commit,
    stale: isStale(context, thread, review),
    official: review.official,
    dismissed: review.dismissed,
    comments_count: 0,
    submitted_at: time(review.at),
    updated_at: time(review.at),
    html_url: `${url}#issuecomment-${review.commentId}`,
    pull_request_url: url,
  };
}

/** Marked by the same task that checks mergeability, so a moment after the head moved (measured): compare the commit itself. */
function isStale({ now }: ViewContext, { pull }: PullThread, review: Review): boolean {
  return review.commit !== pull.headCommit && now >= pull.check.startsAt;
}

export function viewStatus(context: ViewContext, repository: Repository, status: Status): View {
  return {
    id: status.id,
    status: status.state,
    target_url: status.targetUrl,
    description: status.description,
    url: `${context.baseUrl}/api/v1/repos/${fullName(repository)}/statuses/${status.commit}`,
    context: status.context,
    creator: viewLogin(context, status.creator),
    created_at: time(status.at),
    updated_at: time(status.at),
  };
}

function viewLabels(context: ViewContext, repository: Repository, thread: Thread): View[] {
  return repository.labels.filter(({ id }) => thread.labels.includes(id)).map((label) => viewLabel(context, repository, label));
}

function threadUrl(context: ViewContext, repository: Repository, thread: Thread): string {
  return `${context.baseUrl}/${fullName(repository)}/${isPull(thread) ? "pulls" : "issues"}/${thread.number}`;
}

function times(thread: Thread): View {
  return {
    created_at: time(thread.createdAt),
    updated_at: time(thread.updatedAt),
    closed_at: thread.closedAt === undefined ? null : time(thread.closedAt),
  };
}
