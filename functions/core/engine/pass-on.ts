/** What a look found that webhooks should have brought: reviews go to be judged, lost commands are asked about (engine.md 5). */
import { JudgementRequested, NotificationRequested } from "../events/catalog.ts";
import { approvalName } from "../records/approval.ts";
import type { Run } from "../records/run.ts";
import { changeOf } from "./changes.ts";
import type { Context } from "./context.ts";
import { oweNotice } from "./notices.ts";
import { owe } from "./outbox.ts";
import type { PullSeen } from "./results.ts";

/** Of each kind at one look; the next look finds the others. */
const MAX_AT_ONCE = 3;

/** Owes an answer for each that has none on its way already. */
export function passOn(run: Run, change: number, seen: PullSeen, context: Context): Run {
  const { repository } = changeOf(run, change) ?? run.spec;
  const isKnown = (review: number): boolean => run.noted.includes(approvalName(repository, "review", review));
  const reviews = seen.reviews.filter((review) => !isKnown(review) && !run.outbox.some(({ data }) => data["review"] === review)).slice(0, MAX_AT_ONCE);
  const judged = reviews.reduce((state, review) => owe(state, { event: JudgementRequested, data: { of: "review", change, review } }, context), run);
  const asked = new Set(run.outbox.map(({ data }) => NotificationRequested.schema.safeParse(data).data?.react?.comment));
  const lost = seen.lostComments.filter((comment) => !asked.has(comment)).slice(0, MAX_AT_ONCE);
  return lost.reduce((state, comment) => oweNotice(state, { say: "lost-comment", change, react: { comment, reaction: "confused" } }, context), judged);
}
