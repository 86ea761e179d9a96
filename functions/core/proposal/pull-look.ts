/** One look at a pull request of ours: what webhooks would have said, had they come (engine.md 5). */
import { parseStatement } from "../approval/grammar.ts";
import type { PullSeen } from "../engine/results.ts";
import type { Comment, Forge, PullRequest, Review } from "../ports/forge.ts";
import type { Store } from "../ports/store.ts";
import { approvalName } from "../records/approval.ts";
import type { Change } from "../records/change.ts";
import type { Effect } from "../shell/define-function.ts";
import type { Shell } from "../shell/shell.ts";

/** A delivery may be this late before its comment counts as lost. */
const LOST_AFTER_MINUTES = 2;

/** Questions that one look asks. */
const MAX_QUESTIONS = 3;

interface LookDeps {
  readonly shell: Shell;
  readonly forge: Forge;
  readonly ourUserIds: readonly number[];
}

interface At {
  readonly change: Change;
  readonly pull: PullRequest;
}

/** What there is to see. @throws Unavailable, Refused */
export async function lookAtPull(effect: Effect<unknown>, at: At, deps: LookDeps): Promise<PullSeen> {
  const { pull } = at;
  return {
    state: pull.merged ? "merged" : pull.state,
    head: pull.head.sha,
    baseRef: pull.base.ref,
    ...(pull.mergeCommit !== undefined && { mergeCommit: pull.mergeCommit }),
    ...(pull.mergedBy && { mergedBy: pull.mergedBy.login }),
    ...(pull.mergedAt !== undefined && { mergedAt: pull.mergedAt }),
    reviews: pull.state === "open" ? await newReviews(at, deps) : [],
    lostComments: await lostCommands(effect, at, deps),
  };
}

/** Reviews that are no statement yet and want an answer: approvals of whatever commit, and commands in the text of a review. */
async function newReviews({ change, pull }: At, deps: LookDeps): Promise<readonly number[]> {
  const reviews = await deps.forge.reviews(change.repository, pull.number);
  const wanting = reviews.filter((review) => wantsAnswer(review) && !deps.ourUserIds.includes(review.author.id));
  const known = await Promise.all(wanting.map((review) => isRecorded(deps.shell.store, approvalName(change.repository, "review", review.id))));
  return wanting.filter((_review, index) => !known[index]).map((review) => review.id);
}

/** A dismissed one has been answered by whoever dismissed it, or by the person's own newer verdict. */
function wantsAnswer(review: Review): boolean {
  if (review.dismissed) return false;
  return review.state === "APPROVED" || (review.state === "COMMENT" && parseStatement(review.body) !== undefined);
}

async function isRecorded(store: Store, name: string): Promise<boolean> {
  return (await store.read("Approval", name)) !== undefined;
}

/** Commands without a statement and without our reaction: their delivery was lost, so their text proves nothing (contracts 12.1). */
async function lostCommands(effect: Effect<unknown>, { change, pull }: At, deps: LookDeps): Promise<readonly number[]> {
  const old = effect.now - LOST_AFTER_MINUTES * effect.minuteMs;
  const comments = await deps.forge.comments(change.repository, pull.number);
  const commands = comments.filter(
    (comment) => comment.createdAt < old && !deps.ourUserIds.includes(comment.author.id) && parseStatement(comment.body) !== undefined,
  );
  const lost: number[] = [];
  for (const comment of commands) {
    if (lost.length < MAX_QUESTIONS && (await isLost(change, comment, deps))) lost.push(comment.id);
  }
  return lost;
}

async function isLost(change: Change, comment: Comment, deps: LookDeps): Promise<boolean> {
  if (await isRecorded(deps.shell.store, approvalName(change.repository, "comment", comment.id))) return false;
  const reactions = await deps.forge.reactions(change.repository, comment.id);
  return !reactions.some((reaction) => deps.ourUserIds.includes(reaction.author.id));
}
