/** What the other open changes of ours come to: they are weighed as if they were merged already. */
import { isChangeOpen } from "../engine/transitions.ts";
import type { Store } from "../ports/store.ts";
import type { Effect } from "../records/plan.ts";

/** Open changes that are read; a home cluster has a handful. */
const MAX_PLANS = 30;

/** Of all runs but this one, whose own change is what is weighed. @throws Unavailable */
export async function openEffects(store: Store, ownRun: string): Promise<readonly Effect[]> {
  const { items } = await store.list("Run", { where: { open: "yes" }, limit: 200 });
  const changes = items.filter(({ name }) => name !== ownRun).flatMap(({ record }) => record.changes);
  const plans = changes.flatMap(({ state, pullRequest, planned }) => (isChangeOpen(state) && pullRequest !== undefined && planned ? [planned.plan] : []));
  const read = await Promise.all(plans.slice(0, MAX_PLANS).map((name) => store.read("Plan", name)));
  return read.flatMap((plan) => plan?.record.effects ?? []);
}
