/** Reviews: bound to a commit, official by permission, never the author's own (contracts 12.1). */
import { pullEvent } from "../hooks/payloads.ts";
import type { PullThread, Review } from "../records.ts";
import { type Act, ApiError, current, enter, mayDo, notFound, tell } from "../world.ts";
import { threadNow } from "./branches.ts";

export interface AskedReview {
  readonly event: string;
  readonly body: string;
  /** Default: the head. */
  readonly commit: string | undefined;
}

const STATES = ["APPROVED", "REQUEST_CHANGES", "COMMENT"] as const;

export async function reviewPull(act: Act, number: number, asked: AskedReview): Promise<{ thread: PullThread; review: Review }> {
  const state = stateOf(act, threadNow(act, number), asked);
  const commit = asked.commit || threadNow(act, number).pull.headCommit;
  const known = /^[0-9a-f]{40}$/.test(commit) && (await act.world.git(act.repository).commit(commit)) !== undefined;
  if (!known) throw new ApiError(500, "");
  const { documents } = act.world.state;
  const review: Review = {
    id: documents.nextNumber("forge.reviews"),
    commentId: documents.nextNumber("forge.comments"),
    author: act.by.login,
    state,
    body: asked.body,
    commit,
    official: state !== "COMMENT" && mayDo(act, "write"),
    dismissed: false,
    at: act.world.clock.now(),
  };
  const thread = withReview(threadNow(act, number), review);
  act.world.state.putThread(current(act), thread);
  enter(act, { what: "POST /reviews", details: { number, state, commit } });
  tell(act, (told) => pullEvent(told, { thread, action: "reviewed", review }));
  return { thread, review };
}

/** Takes a review's weight away; it stays in the list. @throws ApiError 404 */
export function dismissReview(act: Act, number: number, id: number): { thread: PullThread; review: Review } {
  const thread = threadNow(act, number);
  const found = thread.pull.reviews.find((review) => review.id === id);
  if (!found) throw notFound();
  const review: Review = { ...found, dismissed: true };
  const next = { ...thread, pull: { ...thread.pull, reviews: thread.pull.reviews.map((one) => (one.id === id ? review : one)) } };
  act.world.state.putThread(current(act), next);
  enter(act, { what: "POST /dismissals", details: { number, review: id } });
  return { thread: next, review };
}

function stateOf(act: Act, thread: PullThread, { event, body }: AskedReview): Review["state"] {
  const state = STATES.find((known) => known === event);
  if (thread.state === "closed") throw new ApiError(422, "can't submit review for a closed or merged PR");
  if (thread.author === act.by.login && state !== "COMMENT")
    throw new ApiError(422, `${state === "APPROVED" ? "approve" : "reject"} your own pull is not allowed`);
  if (state === "COMMENT" && body === "") throw new ApiError(422, "review event COMMENT requires a body or a comment");
  if (state === undefined || (state === "REQUEST_CHANGES" && body === "")) throw new ApiError(422, `review event ${event} requires a body`);
  return state;
}

/** A verdict takes the place of the same person's earlier ones, which stay in the list as dismissed and unofficial (measured). */
function withReview(thread: PullThread, review: Review): PullThread {
  const replaced = (one: Review): boolean => review.state !== "COMMENT" && one.state !== "COMMENT" && one.author === review.author;
  const earlier = thread.pull.reviews.map((one) => (replaced(one) ? { ...one, official: false, dismissed: true } : one));
  return { ...thread, updatedAt: review.at, pull: { ...thread.pull, reviews: [...earlier, review] } };
}
