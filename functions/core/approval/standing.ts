/** Whether a statement still stands on the forge as it was said: looked up when it is judged, and again right before the merge (safety A14-A16, A33). */
import type { Approval, UserRef } from "../records/approval.ts";
import { parseStatement } from "./grammar.ts";
import type { ThreadText } from "./showings.ts";

/** `stands`, why not, or that the forge gave no answer. */
export type Standing = "stands" | "edited" | "gone" | "dismissed" | "stale" | "unofficial" | "no-approval" | "unavailable";

/** A review; one of the forge fits as it is. */
export interface ReviewView {
  readonly author: UserRef;
  readonly state: string;
  readonly commit: string;
  readonly stale: boolean;
  readonly official: boolean;
  readonly dismissed: boolean;
  readonly submittedAt: number;
}

/** Whether the comment that an Approval was written from is there, unedited. An edit within the first second shows only in the text. */
export function commentStanding(approval: Approval, comment: ThreadText | undefined): Standing {
  if (comment === undefined) return "gone";
  const parsed = parseStatement(comment.body, approval.verb === "command" ? approval.argument.split(/\s/, 1) : []);
  const same = parsed !== undefined && "verb" in parsed && parsed.verb === approval.verb && parsed.argument === approval.argument;
  return same && comment.updatedAt === comment.createdAt && comment.author.id === approval.author.id ? "stands" : "edited";
}

/** Whether an approving review counts: not taken away, of a person with write rights, and given on the head that stands now. */
export function reviewStanding(review: ReviewView | undefined, head: string): Standing {
  if (review === undefined) return "gone";
  if (review.dismissed) return "dismissed";
  if (review.state !== "APPROVED") return "no-approval";
  if (review.stale || review.commit !== head) return "stale";
  return review.official ? "stands" : "unofficial";
}

/** The people whose newest official review asks for changes: while there is one, nothing merges but by hand. */
export function changesRequestedBy(reviews: readonly ReviewView[]): readonly ReviewView[] {
  const newest = new Map<number, ReviewView>();
  const decisions = reviews.filter((review) => review.official && !review.dismissed && (review.state === "APPROVED" || review.state === "REQUEST_CHANGES"));
  for (const review of [...decisions].sort((a, b) => a.submittedAt - b.submittedAt)) newest.set(review.author.id, review);
  return [...newest.values()].filter((review) => review.state === "REQUEST_CHANGES");
}
