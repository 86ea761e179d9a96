/** What a proposal holds while it is open: its cause, and each field in each file, so that two runs never propose the same lines. */
import { formatObject } from "../records/fields.ts";
import type { Cause } from "../records/finding.ts";
import type { Plan } from "../records/plan.ts";

/** What an approval would bind: the same lines, fields and tier, whatever commit they are on. */
export function proposalOf(plan: Pick<Plan, "repository" | "digest">): string {
  return `proposal ${plan.repository.id} ${plan.digest}`;
}

/** Names of everything that is to be locked, the same for every run that would touch it. */
export function claimedThings(plan: Plan, cause: Cause | undefined): readonly string[] {
  const repository = plan.repository.id;
  const fields = plan.effects.map((effect) => `field ${repository} ${formatObject(effect.object)} ${effect.field}`);
  const files = plan.rendered ? [] : plan.files.map((file) => `file ${repository} ${file.path}`);
  return [proposalOf(plan), ...(cause ? [`cause ${cause.id}`] : []), ...fields, ...files];
}
