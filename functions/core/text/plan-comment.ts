/** The comment that shows the plan of a later head, or a plan that came out differently on a moved base: it asks again (engine.md 6). */
import type { Plan } from "../records/plan.ts";
import { checksText } from "./checks-text.ts";
import { inlineCode } from "./harmless.ts";
import { eventMarker } from "./marker.ts";
import { approveText, diffBlock, effectsTable, fullValues, tierText } from "./plan-text.ts";

const DIFF_MAX_LENGTH = 16_000;

export interface PlanComment {
  readonly plan: Plan;
  readonly head: string;
  readonly needsCommit: boolean;
  /** Why the plan is shown again, as Markdown made by us. */
  readonly intro: string;
  readonly eventId: string;
  /** The last line, from `planMarker`. */
  readonly planMarker: string;
}

/** Renders the comment; the marker of the event and the one of the plan stand last. */
export function planComment({ plan, head, needsCommit, intro, eventId, planMarker }: PlanComment): string {
  return [
    intro,
    `The plan for ${inlineCode(head.slice(0, 12))}:`,
    effectsTable(plan),
    fullValues(plan),
    diffBlock(plan, DIFF_MAX_LENGTH),
    checksText(plan.checks),
    tierText(plan),
    `**How to approve**\n\n${approveText(plan, { head, needsCommit })}`,
    `${eventMarker(eventId)}\n${planMarker}`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}
