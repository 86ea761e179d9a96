/**
 * One user's hands on the forge: what our functions ask of Gitea, each with the rights of its own token (contracts 3, 12.1).
 * Every method @throws Unavailable (no answer, 429, 5xx) and Refused (4xx that is not in the answer's type).
 */
import type { RepositoryRef } from "../records/fields.ts";
import type { UserRef } from "../records/approval.ts";

export interface Repository extends RepositoryRef {
  readonly defaultBranch: string;
}

export interface FileWrite {
  readonly path: string;
  readonly operation: "create" | "update" | "delete";
  readonly content?: string;
  /** The blob that is replaced or deleted: without it Gitea overwrites blindly, so it is always sent. */
  readonly blob?: string;
}

export interface MadeCommit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
}

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: UserRef;
  readonly state: "open" | "closed";
  readonly draft: boolean;
  readonly merged: boolean;
  readonly mergedBy?: UserRef;
  readonly mergedAt?: number;
  readonly mergeCommit?: string;
  /** false also while the forge is still checking, and for a draft: Gitea does not tell them apart. undefined = not said. */
  readonly mergeable: boolean | undefined;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string; readonly sha: string };
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly url: string;
}

export interface Comment {
  readonly id: number;
  readonly author: UserRef;
  readonly body: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Review {
  readonly id: number;
  readonly author: UserRef;
  readonly state: "APPROVED" | "REQUEST_CHANGES" | "COMMENT" | "PENDING" | "REQUEST_REVIEW";
  readonly commit: string;
  readonly stale: boolean;
  readonly official: boolean;
  readonly dismissed: boolean;
  readonly submittedAt: number;
  readonly body: string;
}

export type Permission = "none" | "read" | "write" | "admin" | "owner";

/** What a merge call can come to; each is a state that the engine knows (contracts 12.1). */
export type MergeOutcome =
  | { readonly kind: "merged" }
  | { readonly kind: "head-moved" }
  /** The mergeability check is running: ask again in a moment. */
  | { readonly kind: "checking" }
  | { readonly kind: "conflicted"; readonly message: string }
  /** Protection or rights: reviews, checks, not allowed; in the forge's words. */
  | { readonly kind: "blocked"; readonly message: string }
  | { readonly kind: "gone" };

export type Reaction = "+1" | "-1" | "eyes" | "rocket" | "confused";

export interface Forge {
  /** The user whose token this is. */
  whoAmI(): Promise<UserRef>;
  repository(name: string): Promise<Repository | undefined>;

  branch(repository: RepositoryRef, name: string): Promise<MadeCommit | undefined>;
  /** Creates a branch at a commit. @returns false when it exists already */
  createBranch(repository: RepositoryRef, name: string, commit: string): Promise<boolean>;
  /** Deletes a branch; one that is gone is no error. */
  deleteBranch(repository: RepositoryRef, name: string): Promise<void>;
  /** One commit with all files on an existing branch. @throws Refused 422 when a blob is another by now */
  commitFiles(repository: RepositoryRef, commit: { branch: string; message: string; files: readonly FileWrite[] }): Promise<MadeCommit>;

  /** @returns the number, or undefined when one for this head is open already */
  openPullRequest(repository: RepositoryRef, pull: { title: string; body: string; head: string; base: string }): Promise<PullRequest | undefined>;
  pullRequest(repository: RepositoryRef, number: number): Promise<PullRequest | undefined>;
  /** Pull requests whose head branch is `head`, newest first. */
  pullRequestsOf(repository: RepositoryRef, head: string, state: "open" | "closed" | "all"): Promise<readonly PullRequest[]>;
  /** Newest first, at most `limit` (default 200). */
  pullRequests(repository: RepositoryRef, state: "open" | "closed" | "all", limit?: number): Promise<readonly PullRequest[]>;
  closePullRequest(repository: RepositoryRef, number: number): Promise<void>;
  merge(repository: RepositoryRef, number: number, merge: { head: string; title: string; message: string }): Promise<MergeOutcome>;
  reviews(repository: RepositoryRef, number: number): Promise<readonly Review[]>;

  comments(repository: RepositoryRef, number: number): Promise<readonly Comment[]>;
  comment(repository: RepositoryRef, number: number, body: string): Promise<Comment>;
  deleteComment(repository: RepositoryRef, id: number): Promise<void>;
  react(repository: RepositoryRef, comment: number, reaction: Reaction): Promise<void>;
  reactions(repository: RepositoryRef, comment: number): Promise<readonly { author: UserRef; reaction: string }[]>;

  /** Creates an issue with a label, which is made when it is missing. */
  openIssue(repository: RepositoryRef, issue: { title: string; body: string; label: string }): Promise<{ number: number }>;
  /** Issues of ours with this label, newest first, at most 50. */
  issues(repository: RepositoryRef, label: string): Promise<readonly { number: number; author: UserRef; body: string; state: "open" | "closed" }[]>;
  /** Writes title and description anew; whether it is open stays as it is. */
  editIssue(repository: RepositoryRef, number: number, issue: { title: string; body: string }): Promise<void>;
  closeIssue(repository: RepositoryRef, number: number): Promise<void>;

  /** Says at a commit whether a check passed. */
  setStatus(
    repository: RepositoryRef,
    commit: string,
    status: { context: string; state: "success" | "failure" | "pending"; description: string },
  ): Promise<void>;
  /** A user's permission, live, with the numeric id that answers to the login now. @returns undefined for an unknown user */
  permission(repository: RepositoryRef, login: string): Promise<{ permission: Permission; user: UserRef } | undefined>;
  /** Everybody who may write, at most 1,000. */
  writers(repository: RepositoryRef): Promise<readonly UserRef[]>;
  /** Whether somebody is in a team, `organisation/team`; `hidden` where this token may not know, or there is no such team. */
  isInTeam(team: string, login: string): Promise<boolean | "hidden">;
}
