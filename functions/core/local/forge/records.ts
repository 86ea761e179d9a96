/** The forge's own documents: users, repositories and threads (issues and pull requests, which share one numbering). */
import * as z from "zod";

export const PERMISSIONS = ["none", "read", "write", "admin", "owner"] as const;
export const PermissionSchema = z.enum(PERMISSIONS);
export type Permission = z.infer<typeof PermissionSchema>;

export const UserSchema = z.object({
  id: z.number(),
  login: z.string(),
  /** An organization owns repositories and has no token. */
  kind: z.enum(["person", "organization"]),
  siteAdmin: z.boolean(),
  createdAt: z.number(),
});
export type User = z.infer<typeof UserSchema>;

/** A team of an organization; who is in it does not change. */
export interface Team {
  readonly id: number;
  readonly organization: string;
  readonly name: string;
  readonly members: readonly string[];
}

export const ProtectionSchema = z.object({
  branch: z.string(),
  enablePush: z.boolean(),
  requiredApprovals: z.number(),
  statusContexts: z.array(z.string()),
});
export type Protection = z.infer<typeof ProtectionSchema>;

/** The body of `POST /branch_protections`, as far as it is imitated. */
export const AskedProtectionSchema = z.object({
  rule_name: z.string().min(1).max(100),
  enable_push: z.boolean().default(false),
  required_approvals: z.number().int().min(0).max(50).default(0),
  enable_status_check: z.boolean().default(false),
  status_check_contexts: z.array(z.string().max(255)).max(50).default([]),
});

export const LabelSchema = z.object({ id: z.number(), name: z.string(), color: z.string(), description: z.string() });
export type Label = z.infer<typeof LabelSchema>;

export const StatusSchema = z.object({
  id: z.number(),
  commit: z.string(),
  context: z.string(),
  state: z.string(),
  description: z.string(),
  targetUrl: z.string(),
  creator: z.string(),
  at: z.number(),
});
export type Status = z.infer<typeof StatusSchema>;

export const RepositorySchema = z.object({
  id: z.number(),
  owner: z.string(),
  name: z.string(),
  private: z.boolean(),
  defaultBranch: z.string(),
  collaborators: z.record(z.string(), PermissionSchema),
  protections: z.array(ProtectionSchema),
  labels: z.array(LabelSchema),
  /** Branches as the forge last saw them; git itself may be ahead until the next sync. */
  branches: z.record(z.string(), z.string()),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Repository = z.infer<typeof RepositorySchema>;

export const CommentSchema = z.object({
  id: z.number(),
  author: z.string(),
  body: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  reactions: z.array(z.object({ author: z.string(), content: z.string(), at: z.number() })),
});
export type Comment = z.infer<typeof CommentSchema>;

export const ReviewSchema = z.object({
  id: z.number(),
  /** In the numbering of comments. */
  commentId: z.number(),
  author: z.string(),
  state: z.enum(["APPROVED", "REQUEST_CHANGES", "COMMENT"]),
  body: z.string(),
  commit: z.string(),
  official: z.boolean(),
  dismissed: z.boolean(),
  at: z.number(),
});
export type Review = z.infer<typeof ReviewSchema>;

/** What the mergeability check last found, and when: it runs some time after a branch moved, and takes some time itself. */
export const CheckSchema = z.object({
  /** Until then, `before` is shown. */
  startsAt: z.number(),
  /** From `startsAt` until then, `mergeable` is false; afterwards it is `conflicted` that counts. */
  endsAt: z.number(),
  before: z.boolean(),
  conflicted: z.boolean(),
});
export type Check = z.infer<typeof CheckSchema>;

export const PullSchema = z.object({
  id: z.number(),
  head: z.string(),
  base: z.string(),
  headCommit: z.string(),
  mergeBase: z.string(),
  check: CheckSchema,
  size: z.object({ additions: z.number(), deletions: z.number(), files: z.number() }),
  reviews: z.array(ReviewSchema),
  /** Written before the branch is moved, so that a crash in between is finished at the next start. */
  merging: z.object({ commit: z.string(), by: z.string(), at: z.number() }).optional(),
  merged: z.object({ commit: z.string(), by: z.string(), at: z.number() }).optional(),
});
export type Pull = z.infer<typeof PullSchema>;

export const ThreadSchema = z.object({
  id: z.number(),
  number: z.number(),
  author: z.string(),
  title: z.string(),
  body: z.string(),
  state: z.enum(["open", "closed"]),
  labels: z.array(z.number()),
  comments: z.array(CommentSchema),
  pull: PullSchema.optional(),
  createdAt: z.number(),
  updatedAt: z.number(),
  closedAt: z.number().optional(),
});
export type Thread = z.infer<typeof ThreadSchema>;
export type PullThread = Thread & { readonly pull: Pull };

/** Whether a thread is a pull request. */
export function isPull(thread: Thread): thread is PullThread {
  return thread.pull !== undefined;
}

/** A title that begins so is work in progress, which cannot be merged. */
export function isDraft(thread: Thread): boolean {
  return /^(wip:|\[wip\])/i.test(thread.title);
}

/** `mergeable` as the API shows it at this moment: false also while the check runs (contracts 12.1). */
export function isMergeable(thread: PullThread, now: number): boolean {
  const { check } = thread.pull;
  if (isDraft(thread)) return false;
  if (now < check.startsAt) return check.before;
  return now >= check.endsAt && !check.conflicted;
}
