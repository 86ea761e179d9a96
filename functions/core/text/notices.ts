/** One notice for each thing that `notify` can be asked to say: a comment for the thread, and a short message for people's channels. */
import type { Change } from "../records/change.ts";
import type { Incident } from "../records/run.ts";
import { formatDuration } from "./duration.ts";
import { inlineCode, oneLine, prose, stripInvisible } from "./harmless.ts";
import { eventMarker } from "./marker.ts";
import { type PlanComment, planComment } from "./plan-comment.ts";
import { redact } from "./redact.ts";

/** The same names as `SaySchema` in events/catalog.ts, which this room may not import. */
export type Say =
  | "opened"
  | "approved"
  | "waiting"
  | "refused"
  | "ask-again"
  | "head-moved"
  | "conflicted"
  | "merged"
  | "verified"
  | "not-proven"
  | "taking-back"
  | "taken-back"
  | "healed"
  | "expired"
  | "superseded"
  | "rejected"
  | "closed"
  | "stopped"
  | "failed"
  | "no-fix"
  | "lost-comment"
  | "plan-shown";

export interface NoticeInput {
  readonly say: Say;
  readonly eventId: string;
  readonly change?: Change | undefined;
  readonly incident?: Incident | undefined;
  /** Words made by our code for this notice: a refusal's reply, what is missing. Words of others in them are harmless already. */
  readonly words?: string | undefined;
  /** The plan that the comment is to show. */
  readonly plan?: Omit<PlanComment, "eventId" | "intro"> | undefined;
}

export interface Notice {
  /** Markdown for the thread; ends in the event's marker, or in the plan's after it. */
  readonly comment: string;
  /** Plain text for a chat. */
  readonly title: string;
  readonly text: string;
}

/** A chat message's limit (ports/chat.ts), and a comfortable length for a push message's title. */
const TEXT_MAX_LENGTH = 4000;
const TITLE_MAX_LENGTH = 120;

/** What a notice is made of: the change, what to add, and what the change is about. */
interface Facts {
  readonly change: Change | undefined;
  readonly words: string;
  readonly head: string;
  readonly base: string;
}

const again = "I do not propose it again until the evidence changes.";

function opened({ change }: Facts): string {
  if (change?.planned?.tier === "forbidden") return "This waits for a person. I never merge a change of this tier: if you want it, please merge it by hand.";
  return "This waits for a person. The description says what changes and how to approve it. If the trouble goes away first, I close this and change nothing.";
}

function merged({ change }: Facts): string {
  const commit = change?.mergeCommit === undefined ? "" : ` as ${inlineCode(change.mergeCommit.slice(0, 12))}`;
  const by = change?.mergedBy === undefined ? "" : ` by ${prose(change.mergedBy, 80)}`;
  return `Merged${commit}${by}. When Argo CD has applied it, I look whether the trouble is gone.`;
}

function verified({ change }: Facts): string {
  const { mergedAt, appliedAt } = change ?? {};
  const applied =
    mergedAt !== undefined && appliedAt !== undefined && appliedAt >= mergedAt
      ? ` Argo CD had it applied ${formatDuration(appliedAt - mergedAt)} after the merge.`
      : "";
  return `It worked: the trouble is gone, and nothing of this app got worse.${applied}`;
}

/** For each notice the beginning of its title, and its text before the added words. */
const NOTICES: Readonly<Record<Say, readonly [title: string, text: (facts: Facts) => string]>> = {
  opened: ["Waits for you", opened],
  approved: ["Approved", ({ head }) => `The approval counts. I merge exactly ${head} now.`],
  waiting: ["Approved, and waiting", () => "The approval counts, and I merge as soon as nothing is missing."],
  refused: ["Nothing was done", () => "I did nothing."],
  "ask-again": [
    "Please approve again",
    () => "I merged nothing: what would be merged now is not what was approved. Please read the plan and approve it again.",
  ],
  "head-moved": [
    "New commit on the branch",
    ({ head }) => `The branch is at ${head} now, so what was approved before does not count any more. I plan it again and show the plan here.`,
  ],
  conflicted: ["Conflict", ({ base }) => `This cannot be merged: it conflicts with ${base}. Please resolve that on this branch, or close the pull request.`],
  merged: ["Merged", merged],
  verified: ["Verified", verified],
  "not-proven": ["Not proven", () => "I could not see whether this change works, so I reverted nothing. Please have a look."],
  "taking-back": ["Taking back", () => "The change did not help, or something of this app got worse. I am taking it back."],
  "taken-back": ["Taken back", () => "The change is taken back, and the files are as they were before it. The trouble needs a person now."],
  healed: ["Healed by itself", () => "The trouble went away before this was merged. I close this; nothing was changed."],
  expired: [
    "Expired",
    () => "Nobody approved this in time, so I close it; nothing was changed. If the trouble is still there, the next alert opens a new one.",
  ],
  superseded: ["Superseded", () => "Another change is already at work on this, so I do not go on with mine."],
  rejected: ["Rejected", () => `Rejected, so I close this; nothing was changed. ${again}`],
  closed: ["Closed by hand", () => `This was closed by hand; nothing was changed. ${again}`],
  stopped: ["Stopped", () => "Stopped, as you asked. This run does nothing more."],
  failed: ["Failed", () => "I could not go on with this, and it needs a person."],
  "no-fix": ["No fix from me", () => "I found no fix that I can propose, and changed nothing. This needs a person."],
  "lost-comment": [
    "Please say it again",
    () =>
      "A comment here reached me too late, and I cannot be sure whose words it has now, so I did nothing. Please say it again in a new comment, or use the review button.",
  ],
  "plan-shown": ["Plan", () => "I planned this change again."],
};

/** Words made by our code, kept as Markdown; whatever got into them from outside can hide nothing and be no marker. */
function ownWords(words: string): string {
  return redact(stripInvisible(words)).replaceAll("<!--", "<\\!--").trim();
}

/** Our own small Markdown as plain text. */
function withoutMarkup(markdown: string): string {
  return markdown.replace(/`|\*\*/g, "").replace(/\\([\\`*_[\]<>|~$&#+=.)!-])/g, "$1");
}

/** Words given for this notice, else why the change ended. */
function addedWords({ words, change }: NoticeInput): string {
  if (words !== undefined) return ownWords(words);
  return change?.reason === undefined ? "" : prose(change.reason);
}

function factsOf(input: NoticeInput): Facts {
  const { change, plan } = input;
  const head = plan?.head ?? change?.head;
  return {
    change,
    words: addedWords(input),
    head: head === undefined ? "its newest commit" : inlineCode(head.slice(0, 12)),
    base: change === undefined ? "the base branch" : inlineCode(change.baseRef),
  };
}

/** A refusal's reply says everything; what is missing belongs into its sentence; other words are a paragraph of their own. */
function join(say: Say, text: string, words: string): string {
  if (words === "") return text;
  if (say === "refused") return words;
  return say === "waiting" ? `${text} Still missing: ${words}.` : `${text}\n\n${words}`;
}

/** Makes the words of a notice. */
export function notice(input: NoticeInput): Notice {
  const facts = factsOf(input);
  const [start, words] = NOTICES[input.say];
  const text = join(input.say, words(facts), facts.words);
  const about = input.change?.planned?.title ?? input.incident?.title;
  return {
    comment: input.plan ? planComment({ ...input.plan, intro: text, eventId: input.eventId }) : `${text}\n\n${eventMarker(input.eventId)}`,
    title: oneLine(about === undefined ? start : `${start}: ${about}`, TITLE_MAX_LENGTH),
    text: withoutMarkup(text).slice(0, TEXT_MAX_LENGTH),
  };
}
