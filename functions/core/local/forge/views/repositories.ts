/** Repositories and commits as Gitea's API and webhooks write them. */
import type { LoggedCommit } from "../git/commit-log.ts";
import type { Protection, Repository, User } from "../records.ts";
import { isPull, PERMISSIONS } from "../records.ts";
import type { ForgeState } from "../state.ts";
import { fullName } from "../state.ts";
import { EPOCH, NEVER, time, viewUser } from "./users.ts";

export interface ViewContext {
  readonly state: ForgeState;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly viewer?: User;
}

/** A user by login; somebody who is not known any more is Gitea's ghost. */
export function viewLogin(context: ViewContext, login: string): Record<string, unknown> {
  const ghost: User = { id: -1, login: "Ghost", kind: "person", siteAdmin: false, createdAt: 0 };
  return viewUser(context.baseUrl, context.state.user(login) ?? ghost, context.viewer);
}

export function viewRepository(context: ViewContext, repository: Repository): Record<string, unknown> {
  const name = fullName(repository);
  return {
    id: repository.id,
    owner: viewLogin(context, repository.owner),
    name: repository.name,
    full_name: name,
    description: "",
    empty: Object.keys(repository.branches).length === 0,
    private: repository.private,
    fork: false,
    template: false,
    mirror: false,
    size: 25,
    language: "",
    languages_url: `${context.baseUrl}/api/v1/repos/${name}/languages`,
    html_url: `${context.baseUrl}/${name}`,
    url: `${context.baseUrl}/api/v1/repos/${name}`,
    link: "",
    ssh_url: `git@localhost:${name}.git`,
    clone_url: `${context.baseUrl}/${name}.git`,
    original_url: "",
    website: "",
    stars_count: 0,
    forks_count: 0,
    watchers_count: 1,
    ...counts(context, repository),
    default_branch: repository.defaultBranch,
    archived: false,
    created_at: time(repository.createdAt),
    updated_at: time(repository.updatedAt),
    archived_at: EPOCH,
    permissions: viewPermissions(context, repository),
    ...SETTINGS,
  };
}

function counts(context: ViewContext, repository: Repository): Record<string, number> {
  const open = context.state.threads(repository).filter((thread) => thread.state === "open");
  const pulls = open.filter(isPull).length;
  return {
    branch_count: Object.keys(repository.branches).length,
    open_issues_count: open.length - pulls,
    open_pr_counter: pulls,
    release_counter: 0,
  };
}

function viewPermissions({ state, viewer }: ViewContext, repository: Repository): Record<string, boolean> {
  const rank = viewer === undefined ? 0 : PERMISSIONS.indexOf(state.permission(repository, viewer));
  const atLeast = (permission: (typeof PERMISSIONS)[number]): boolean => rank >= PERMISSIONS.indexOf(permission);
  return { admin: atLeast("admin"), push: atLeast("write"), pull: atLeast("read") };
}

const SETTINGS = {
  has_code: true,
  has_issues: true,
  internal_tracker: { enable_time_tracker: true, allow_only_contributors_to_track_time: true, enable_issue_dependencies: true },
  has_wiki: true,
  has_pull_requests: true,
  has_projects: true,
  projects_mode: "all",
  has_releases: true,
  has_packages: false,
  has_actions: false,
  ignore_whitespace_conflicts: false,
  allow_merge_commits: true,
  allow_rebase: true,
  allow_rebase_explicit: true,
  allow_squash_merge: true,
  allow_fast_forward_only_merge: true,
  allow_rebase_update: true,
  allow_manual_merge: false,
  autodetect_manual_merge: false,
  default_delete_branch_after_merge: false,
  default_merge_style: "merge",
  default_allow_maintainer_edit: true,
  avatar_url: "",
  internal: false,
  mirror_interval: "",
  object_format_name: "sha1",
  mirror_updated: NEVER,
  topics: [],
  licenses: [],
} as const;

/** A commit in a push, with its files. */
export function viewPushedCommit(context: ViewContext, repository: Repository, commit: LoggedCommit): Record<string, unknown> {
  const { added, removed, modified } = commit;
  return { ...commitHead(context, repository, commit), verification: null, timestamp: time(commit.at), added, removed, modified };
}

/** `branch` is a name and the commit that it has. */
export function viewBranch(context: ViewContext, repository: Repository, branch: { name: string; commit: LoggedCommit }): Record<string, unknown> {
  const protection = repository.protections.find((rule) => rule.branch === branch.name);
  const write = viewPermissions(context, repository)["push"] === true;
  return {
    name: branch.name,
    commit: {
      ...commitHead(context, repository, branch.commit),
      verification: UNVERIFIED,
      timestamp: time(branch.commit.at),
      added: null,
      removed: null,
      modified: null,
    },
    protected: protection !== undefined,
    required_approvals: protection?.requiredApprovals ?? 0,
    enable_status_check: (protection?.statusContexts.length ?? 0) > 0,
    status_check_contexts: protection?.statusContexts ?? [],
    user_can_push: write && (protection?.enablePush ?? true),
    user_can_merge: write,
    effective_branch_protection_name: "",
  };
}

function commitHead(context: ViewContext, repository: Repository, commit: LoggedCommit): Record<string, unknown> {
  const author = { ...commit.author, username: context.state.user(commit.author.name)?.login ?? "" };
  return {
    id: commit.id,
    message: commit.message,
    url: `${context.baseUrl}/${fullName(repository)}/commit/${commit.id}`,
    author,
    committer: author,
  };
}

/** A commit as the Git API writes it. */
export function viewGitCommit(context: ViewContext, repository: Repository, commit: LoggedCommit): Record<string, unknown> {
  const author = { ...commit.author, date: time(commit.at) };
  const named = (kind: "commits" | "trees", sha: string): Record<string, unknown> => ({
    url: `${context.baseUrl}/api/v1/repos/${fullName(repository)}/git/${kind}/${sha}`,
    sha,
    created: NEVER,
  });
  return {
    ...named("commits", commit.id),
    html_url: `${context.baseUrl}/${fullName(repository)}/commit/${commit.id}`,
    author,
    committer: author,
    parents: commit.parents.map((parent) => named("commits", parent)),
    message: commit.message,
    tree: named("trees", commit.tree),
  };
}

export const UNVERIFIED = { verified: false, reason: "gpg.error.not_signed_commit", signature: "", signer: null, payload: "" } as const;

export function viewProtection(protection: Protection): Record<string, unknown> {
  return {
    branch_name: protection.branch,
    rule_name: protection.branch,
    enable_push: protection.enablePush,
    required_approvals: protection.requiredApprovals,
    enable_status_check: protection.statusContexts.length > 0,
    status_check_contexts: protection.statusContexts,
  };
}
