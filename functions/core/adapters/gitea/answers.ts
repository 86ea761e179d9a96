/** What we read of Gitea's answers: only the fields that are used, everything else is let through unread. */
import * as z from "zod";
import type { Comment, PullRequest, Review } from "../../ports/forge.ts";

/** RFC 3339 with one second of resolution, as milliseconds. */
const time = z.string().transform((text, context) => {
  const at = Date.parse(text);
  if (Number.isNaN(at)) context.addIssue({ code: "custom", message: "not a time" });
  return at;
});

/** `type` is said by newer versions only; it tells bots. */
export const UserSchema = z
  .looseObject({ id: z.number(), login: z.string(), type: z.string().optional() })
  .transform(({ id, login, type }) => ({ id, login, ...(type !== undefined && { type }) }));

export const RepositorySchema = z
  .looseObject({ id: z.number(), full_name: z.string(), default_branch: z.string() })
  .transform(({ id, full_name, default_branch }) => ({ id, name: full_name, defaultBranch: default_branch }));

const CommitNameSchema = z.looseObject({ sha: z.string() });

/** The commit in the answer of `POST /contents`. */
export const MadeCommitSchema = z
  .looseObject({ sha: z.string(), tree: CommitNameSchema, parents: z.array(CommitNameSchema) })
  .transform(({ sha, tree, parents }) => ({ id: sha, tree: tree.sha, parents: parents.map((parent) => parent.sha) }));

/** `GET /git/commits/{sha}`; its `tree.sha` is the commit's own id, so it is not read (measured on 1.26). */
export const ParentsSchema = z.looseObject({ parents: z.array(CommitNameSchema) }).transform(({ parents }) => parents.map((parent) => parent.sha));

/** `ref` of a deleted branch is `refs/pull/N/head`; only the label still has its name (measured on 1.26). */
const EndSchema = z
  .looseObject({ label: z.string(), ref: z.string(), sha: z.string() })
  .transform(({ label, ref, sha }) => ({ ref: ref.startsWith("refs/") ? label : ref, sha }));

export const PullRequestSchema = z
  .looseObject({
    number: z.number(),
    title: z.string(),
    body: z.string().nullish(),
    user: UserSchema,
    state: z.enum(["open", "closed"]),
    draft: z.boolean().default(false),
    merged: z.boolean().default(false),
    merged_by: UserSchema.nullish(),
    merged_at: time.nullish(),
    merge_commit_sha: z.string().nullish(),
    mergeable: z.boolean().optional(),
    head: EndSchema,
    base: EndSchema,
    created_at: time,
    updated_at: time,
    html_url: z.string(),
  })
  .transform((pull): PullRequest => ({
    number: pull.number,
    title: pull.title,
    body: pull.body ?? "",
    author: pull.user,
    state: pull.state,
    draft: pull.draft,
    merged: pull.merged,
    ...(pull.merged && pull.merged_by ? { mergedBy: pull.merged_by } : {}),
    ...(pull.merged && typeof pull.merged_at === "number" ? { mergedAt: pull.merged_at } : {}),
    ...(pull.merged && pull.merge_commit_sha ? { mergeCommit: pull.merge_commit_sha } : {}),
    mergeable: pull.mergeable,
    head: pull.head,
    base: pull.base,
    createdAt: pull.created_at,
    updatedAt: pull.updated_at,
    url: pull.html_url,
  }));

export const CommentSchema = z
  .looseObject({ id: z.number(), user: UserSchema, body: z.string(), created_at: time, updated_at: time })
  .transform(({ id, user, body, created_at, updated_at }): Comment => ({ id, author: user, body, createdAt: created_at, updatedAt: updated_at }));

export const ReviewSchema = z
  .looseObject({
    id: z.number(),
    user: UserSchema.nullish(),
    state: z.enum(["APPROVED", "REQUEST_CHANGES", "COMMENT", "PENDING", "REQUEST_REVIEW"]),
    commit_id: z.string().default(""),
    stale: z.boolean(),
    official: z.boolean(),
    dismissed: z.boolean(),
    submitted_at: time,
    body: z.string().default(""),
  })
  .transform((review): Review | undefined =>
    review.user
      ? {
          id: review.id,
          author: review.user,
          state: review.state,
          commit: review.commit_id,
          stale: review.stale,
          official: review.official,
          dismissed: review.dismissed,
          submittedAt: review.submitted_at,
          body: review.body,
        }
      : undefined,
  );

export const ReactionSchema = z
  .looseObject({ user: UserSchema.nullish(), content: z.string() })
  .transform(({ user, content }) => (user ? { author: user, reaction: content } : undefined));

export const LabelSchema = z.looseObject({ id: z.number(), name: z.string() });

export const IssueSchema = z.looseObject({
  number: z.number(),
  user: UserSchema,
  body: z.string().nullish(),
  state: z.enum(["open", "closed"]),
  labels: z.array(LabelSchema).nullish(),
});

export const TeamSchema = z.looseObject({ id: z.number(), name: z.string() });

export const PermissionSchema = z
  .looseObject({ permission: z.enum(["none", "read", "write", "admin", "owner"]), user: UserSchema })
  .transform(({ permission, user }) => ({ permission, user }));
