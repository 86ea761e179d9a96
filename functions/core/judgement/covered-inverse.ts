/** When a taking back needs no new yes: exactly the inverse of what was approved, soon after, and nobody said keep (engine.md 6). */
import { isInverse } from "../changes/plan.ts";
import type { PullRequest } from "../ports/forge.ts";
import type { Change } from "../records/change.ts";
import type { Plan } from "../records/plan.ts";
import { changeOf } from "../engine/changes.ts";
import type { Effect } from "../shell/define-function.ts";
import type { MergeAuthorityDeps } from "./authority-deps.ts";
import { judgeMerged } from "./merged-by-right.ts";

/** The merge that is taken back must be as young as this, by the forge's clock. */
const MERGED_WITHIN_MS = 24 * 60 * 60 * 1000;

/** The digest of a plan that the first approval covers. @returns undefined when a person has to say yes */
export async function coveringPlan(
  effect: Effect<unknown>,
  at: { change: Change; pull: PullRequest; plans: readonly Plan[] },
  deps: MergeAuthorityDeps,
): Promise<string | undefined> {
  const original = changeOf(effect.run, at.change.inverseOf ?? 0);
  if (original?.pullRequest === undefined) return undefined;
  const merged = await deps.forge.pullRequest(original.repository, original.pullRequest);
  if (!merged?.merged || merged.mergedAt === undefined || effect.now - merged.mergedAt > MERGED_WITHIN_MS) return undefined;
  const recorded = await deps.shell.store.list("Plan", { where: { run: effect.runId }, limit: 100 });
  const firsts = recorded.items.map((plan) => plan.record).filter((plan) => plan.change === original.number);
  const covered = at.plans.find((plan) => firsts.some((first) => isInverse(plan, first)));
  if (!covered) return undefined;
  return (await judgeMerged(effect, { repository: original.repository, pull: merged }, deps)) ? covered.digest : undefined;
}
