/** The issue of a run that has no pull request: what happened, why nothing was proposed, what a person can look at (design 8.4). */
import type { Incident } from "../records/run.ts";
import type { Plan } from "../records/plan.ts";
import type { Problems } from "../records/tool-result.ts";
import { checksText } from "./checks-text.ts";
import { disarm, oneLine, ownWords, prose } from "./harmless.ts";
import { causeText, situation } from "./incident-text.ts";
import { diffBlock, effectsTable, fullValues, tierText } from "./plan-text.ts";
import { eventMarker, type Origin, originLine } from "./marker.ts";
import { capitalize, ended } from "./sentence.ts";

const TITLE_MAX_LENGTH = 120;
const DIFF_MAX_LENGTH = 16_000;

export interface IssueInput {
  readonly incident?: Incident | undefined;
  readonly problems?: Problems | undefined;
  /** Why there is no pull request, where triage does not say it. */
  readonly why?: string | undefined;
  /** What was done, or would be, directly: words made by our code, with the command that a person would run. */
  readonly direct?: { readonly done: boolean; readonly words: string } | undefined;
  /** What would be changed, where the mode allows no proposal. */
  readonly plan?: Plan | undefined;
  readonly origin: Origin;
  readonly eventId: string;
}

/** The first clause says it; what is cut in the middle of a word says it badly. */
function titleOf({ problems, incident }: IssueInput): string {
  return disarm(oneLine(problems?.causes[0]?.title.split("; ", 1)[0] ?? incident?.title ?? "Something needs a look", TITLE_MAX_LENGTH));
}

const NOTHING_FOUND = "I looked, and found nothing wrong with the objects that the alert names.";
const NO_CHANGE = "I found no cause that I know a fix for.";

/** The plan as a pull request would show it, without one. */
function observed(plan: Plan): string {
  const intro = "**I propose nothing, because the policy's mode is `observe`.** This is what I would change:";
  return [intro, effectsTable(plan), fullValues(plan), diffBlock(plan, DIFF_MAX_LENGTH), checksText(plan.checks), tierText(plan)]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** What came of it: done directly, left to a person, or no change proposed. */
function verdictOf({ problems, why, direct, plan }: IssueInput): string {
  if (plan) return observed(plan);
  if (direct) return `${direct.done ? "**Done.**" : "**I did nothing.**"} ${ownWords(direct.words)}`;
  if (problems?.wait !== undefined) return `**I change nothing, and watch.** ${ended(prose(problems.wait))}`;
  return `**I propose no change.** ${ended(capitalize(prose(problems?.refusal ?? why ?? NO_CHANGE)))}`;
}

function bodyOf(input: IssueInput): string {
  const { incident, problems, direct, origin, eventId } = input;
  const cause = problems?.causes[0];
  return [
    ...(cause ? [causeText(cause)] : direct ? [] : [NOTHING_FOUND]),
    verdictOf(input),
    ...situation(incident, problems),
    `### What to do\n\n${direct?.done ? "Nothing, if it helps. I look on, and close this with a note when the trouble is gone." : whatToDo(problems)}`,
    `${originLine(origin)}\n${eventMarker(eventId)}`,
  ].join("\n\n");
}

const STOP = "To end the run, comment `/stop` as the first line of a new comment.";

const AFTERWARDS =
  "When the trouble is gone, I close this with a note. To make me look again, comment `/retry`; not to hear of it for a while, `/ignore 30d <reason>`.";

/** Where there is a refusal the run is over already. */
function whatToDo(problems: Problems | undefined): string {
  if (problems?.wait !== undefined) return `Nothing has to be done: when it has passed, I say so and close this. ${STOP}`;
  if (problems?.decide !== undefined) return `This one needs a person, who has to decide: ${ended(decapitalize(prose(problems.decide)))}\n\n${AFTERWARDS}`;
  return problems?.refusal === undefined ? `This one needs a person. ${STOP}` : `This one needs a person.\n\n${AFTERWARDS}`;
}

function decapitalize(sentence: string): string {
  return `${sentence.slice(0, 1).toLowerCase()}${sentence.slice(1)}`;
}

/** Title and body; the body ends in the hidden line and the event's marker. */
export function issueText(input: IssueInput): { readonly title: string; readonly body: string } {
  return { title: titleOf(input), body: bodyOf(input) };
}
