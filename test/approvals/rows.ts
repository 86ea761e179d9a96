/** How a row of the table of approvals is written, and what our words say in many of them. */
import type { End, Row, Turn } from "./turns.ts";

export const COUNTS = "The approval counts. I merge exactly `HEAD` now.";
export const MERGED = "Merged as `MERGE` by anchorwatch-merge. When Argo CD has applied it, I look whether the trouble is gone.";
export const YES = [COUNTS, MERGED];
export const SHOWN = "I merged nothing: what would be merged now is not what was approved. Please read the plan and approve it again.";
export const HELP =
  "As the first line of a new comment I take `/approve`, `/approve <commit>`, `/approve keep`, `/reject <why>`, `/retry <words>`, `/ignore 30d <reason>`, `/stop`, `/pause 2h`, `/resume`, `/explain`, `/help` and `/greet <name>`.";
export const unknown = (words: string): string => `ada: I do not understand \`${words}\`, so I did nothing. ${HELP}`;
export const MANY =
  "ada: there was more than one line that begins with `/`, so I did nothing. Please write one command, alone, as the first line of a new comment.";
export const right = (who: string): string => `${who}: you need write permission on this repository to approve a change, so I did nothing.`;
export const NOT_APPROVER =
  "the policy names other people as the approvers of these files, so your approval does not count. One of them has to say `/approve`.";
export const TWO = "The approval counts, and I merge as soon as nothing is missing. Still missing: 2 people have to approve, and one has so far.";

/** A row ends as a proposal that is still open, unless the answers say that it was merged. */
export function row(
  title: string,
  area: Row["area"],
  turns: readonly Turn[],
  answers: readonly string[],
  end: End = answers.includes(MERGED) ? "merged" : "open",
): Row {
  return { title, area, turns, answers, end };
}
