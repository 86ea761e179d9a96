/** Which plan a person had before their eyes: the hidden marker at the end of our own texts, and the approval's tie to it (engine.md 6). */

/** One time that we showed the plan of a head. */
export interface Showing {
  readonly head: string;
  readonly digest: string;
  /** By the forge's clock. */
  readonly shownAt: number;
}

/** A text on the thread; a comment of the forge fits as it is. */
export interface ThreadText {
  readonly author: { readonly id: number };
  readonly body: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const MARKER = /^<!-- anchorwatch plan ([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{64}) -->$/;

/** The last line of a text that shows the plan with this digest for this head. */
export function planMarker(head: string, digest: string): string {
  return `<!-- anchorwatch plan ${head} ${digest} -->`;
}

function readShowing(body: string, shownAt: number): Showing[] {
  const lines = body.trimEnd().split("\n");
  const match = MARKER.exec(lines.at(-1) ?? "");
  return match?.[1] && match[2] ? [{ head: match[1], digest: match[2], shownAt }] : [];
}

/**
 * Lists what we have shown: in the description (at the pull request's creation) and in comments. Only texts of our own numeric user ids
 * count, and an edited comment does not: any writer of the repository can edit ours (contracts 12.1).
 */
export function findShowings(thread: {
  readonly pull: { readonly author: { readonly id: number }; readonly body: string; readonly createdAt: number };
  readonly comments: readonly ThreadText[];
  readonly ourUserIds: readonly number[];
}): readonly Showing[] {
  const { pull, comments, ourUserIds } = thread;
  const described = ourUserIds.includes(pull.author.id) ? readShowing(pull.body, pull.createdAt) : [];
  const ours = comments.filter((comment) => ourUserIds.includes(comment.author.id) && comment.updatedAt === comment.createdAt);
  return [...described, ...ours.flatMap((comment) => readShowing(comment.body, comment.createdAt))];
}

/** Gitea's clock has seconds: within the same second nobody can tell which came first, so it does not count as older. */
function isOlder(a: number, b: number): boolean {
  return Math.floor(a / 1000) < Math.floor(b / 1000);
}

/** The digest of the newest showing of this head that is older than the statement. @returns undefined when nothing had been shown yet */
export function boundDigest(showings: readonly Showing[], statement: { readonly head: string; readonly saidAt: number }): string | undefined {
  const seen = showings.filter((showing) => showing.head === statement.head && isOlder(showing.shownAt, statement.saidAt));
  return seen.reduce<Showing | undefined>((newest, showing) => (newest && newest.shownAt > showing.shownAt ? newest : showing), undefined)?.digest;
}
