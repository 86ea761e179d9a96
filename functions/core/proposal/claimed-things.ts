/** What a proposal holds while it is open: its cause, and each field in each file, so that two runs never propose the same lines. */
import { formatObject } from "../records/fields.ts";
import type { Cause } from "../records/finding.ts";
import type { Plan } from "../records/plan.ts";

/** Names of everything that is to be locked, the same for every run that would touch it. */
export function claimedThings(plan: Plan, cause: Cause | undefined): readonly string[] {
  const repository = plan.repository.id;
  const fields = plan.effects.map((effect) => `field ${repository} ${formatObject(effect.object)} ${effect.field}`);
  const files = plan.rendered ? [] : plan.files.map((file) => `file ${repository} ${file.path}`);
  return [...(cause ? [`cause ${cause.id}`] : []), ...fields, ...files];
}
