/** The pull request as people read it: what happened, what will change, how sure we are, and what to do (design 8.4). */
import type { Plan } from "../records/plan.ts";
import type { Incident } from "../records/run.ts";
import type { Problems } from "../records/tool-result.ts";
import { checksText } from "./checks-text.ts";
import { disarm, oneLine } from "./harmless.ts";
import { causeText, remedyText, situation } from "./incident-text.ts";
import { type Origin, originLine } from "./marker.ts";
import { approveText, diffBlock, effectsTable, fullValues, tierText, undoText } from "./plan-text.ts";

const TITLE_MAX_LENGTH = 120;

/** Gitea takes more, but nobody reads it, and mail gateways cut it (safety M23). */
const BODY_MAX_BYTES = 60_000;
const DIFF_MAX_LENGTH = 24_000;

export interface Description {
  readonly plan: Plan;
  /** The commit of the branch. */
  readonly head: string;
  /** `/approve` has to name the commit. */
  readonly needsCommit: boolean;
  readonly incident?: Incident | undefined;
  readonly problems?: Problems | undefined;
  readonly origin: Origin;
  /** Who asked for it, from `askedText`. */
  readonly asked?: string | undefined;
  /** The pull request whose change this one takes back. */
  readonly takesBack?: number | undefined;
  /** What the model cost so far, in US dollars: 0 without a model. */
  readonly costUsd: number;
  /** The last line, from `planMarker`. */
  readonly planMarker: string;
}

/** The title: the plan's, harmless and on one line. A title that begins with `WIP:` would be a draft. */
export function pullRequestTitle(plan: Plan): string {
  return disarm(oneLine(plan.title, TITLE_MAX_LENGTH)).replace(/^\[?WIP\b/i, "Work in progress");
}

const COVERED =
  "Whoever approved that change has approved this, too, for 30 minutes after it was applied: until then I merge this by myself, later it needs a yes of its own.";

/** What this does and why, in the first lines: a person may read no further. */
function intro({ problems, takesBack }: Description): string[] {
  const cause = problems?.causes[0];
  const what = cause ? [causeText(cause)] : [];
  if (takesBack !== undefined) {
    return [`The change of #${takesBack} did not help, or made something worse. This takes it back: the same lines, the other way round. ${COVERED}`, ...what];
  }
  return problems?.remedy ? [...what, remedyText(problems.remedy)] : what;
}

function cost(usd: number): string {
  return usd === 0 ? "Cost: 0 (no model was used)." : `Cost: ${usd.toFixed(2)} US dollars for the model.`;
}

function sections(description: Description, diffMaxLength: number): string[] {
  const { plan, head, needsCommit } = description;
  const checks = checksText(plan.checks);
  return [
    description.asked ?? "",
    ...intro(description),
    ...situation(description.incident, description.problems),
    `### What will change\n\n${effectsTable(plan)}`,
    fullValues(plan),
    `### The diff\n\n${diffBlock(plan, diffMaxLength)}`,
    checks === "" ? "" : `### What I checked\n\n${checks}`,
    `### Risk\n\n${tierText(plan)}`,
    `### How to approve\n\n${approveText(plan, { head, needsCommit })}`,
    `### How to undo\n\n${undoText(plan)}`,
    cost(description.costUsd),
  ].filter((section) => section !== "");
}

/** The fence of the code block that is open after these lines. */
function openFence(lines: readonly string[]): string | undefined {
  let fence: string | undefined;
  for (const line of lines) {
    if (fence === undefined) fence = /^`{3,}/.exec(line)?.[0];
    else if (line === fence) fence = undefined;
  }
  return fence;
}

/** Cuts a text to a number of bytes at the end of a line, closing a code block that the cut leaves open. */
function cutToBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const lines = Buffer.from(text).subarray(0, maxBytes).toString().split("\n").slice(0, -1);
  const fence = openFence(lines);
  return [...lines, ...(fence === undefined ? [] : [fence]), "", "This description was too long and is cut here."].join("\n");
}

/** The description. Its two hidden lines stand last, whatever is cut before them. */
export function pullRequestDescription(description: Description): string {
  const hidden = `${originLine(description.origin)}\n${description.planMarker}`;
  const room = BODY_MAX_BYTES - Buffer.byteLength(hidden) - 200;
  const whole = sections(description, DIFF_MAX_LENGTH).join("\n\n");
  const body = Buffer.byteLength(whole) <= room ? whole : sections(description, DIFF_MAX_LENGTH / 8).join("\n\n");
  return `${cutToBytes(body, room)}\n\n${hidden}`;
}
