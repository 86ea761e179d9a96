/** One notice for each thing that `notify` can be asked to say: a comment for the thread, and a short message for people's channels. */
import type { Change } from "../records/change.ts";
import type { Incident } from "../records/run.ts";
import { unifiedDiff } from "./file-diff.ts";
import { inlineCode, oneLine, ownWords, prose, stripInvisible } from "./harmless.ts";
import { redact } from "./redact.ts";
import { capitalize, ended } from "./sentence.ts";
import { eventMarker } from "./marker.ts";
import { type Facts, NOTICES } from "./notice-table.ts";
import type { Say } from "./say.ts";
import { type PlanComment, planComment } from "./plan-comment.ts";

export interface NoticeInput {
  readonly say: Say;
  readonly eventId: string;
  readonly change?: Change | undefined;
  readonly incident?: Incident | undefined;
  /** What it is about where there is no incident: the workflow that the clock started. */
  readonly workflow?: string | undefined;
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

/** Their words are the whole of it. */
const SAID_WHOLE: ReadonlySet<Say> = new Set(["refused", "paused", "resumed"]);

/** A refusal's reply says everything; what is missing belongs into its sentence; other words are a paragraph of their own. */
function join(say: Say, text: string, words: string): string {
  if (words === "") return text;
  if (SAID_WHOLE.has(say)) return words;
  if (say === "reminded" || say === "called") return `${text} What is in the way: ${words}.`;
  return say === "waiting" ? `${text} Still missing: ${words}.` : `${text}\n\n${ended(capitalize(words))}`;
}

/** Where the forge cannot show the fix, the message carries it (design 8.8). */
function patchOf({ say, plan }: NoticeInput): string {
  if (say !== "forge-down" || !plan) return "";
  return `\n\n${redact(stripInvisible(unifiedDiff(plan.plan.files).join("\n")))}`;
}

/** Makes the words of a notice. */
export function notice(input: NoticeInput): Notice {
  const facts = factsOf(input);
  const [start, words] = NOTICES[input.say];
  const text = join(input.say, words(facts), facts.words);
  const about = input.change?.planned?.title ?? input.incident?.title ?? input.workflow;
  return {
    comment: input.plan ? planComment({ ...input.plan, intro: text, eventId: input.eventId }) : `${text}\n\n${eventMarker(input.eventId)}`,
    title: oneLine(about === undefined ? start : `${start}: ${about}`, TITLE_MAX_LENGTH),
    text: `${withoutMarkup(text)}${patchOf(input)}`.slice(0, TEXT_MAX_LENGTH),
  };
}
