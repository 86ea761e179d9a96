/** When a change needs nobody's yes: safe by the plan, in the mode `act`, our own commit, and not too many of them (design 8.2, 8.3). */
import { ACTIONS_PER_HOUR, HOUR_MINUTES } from "../policy/actions/cool-down.ts";
import type { Policy } from "../policy/policy-file.ts";
import { tierOf } from "../policy/tier-of.ts";
import type { PullRequest } from "../ports/forge.ts";
import type { Change } from "../records/change.ts";
import type { Plan } from "../records/plan.ts";
import type { Effect } from "../shell/define-function.ts";
import type { MergeAuthorityDeps } from "./authority-deps.ts";
import { isSaidOn } from "./statements.ts";

/** Closed pull requests that are looked at for those that we merged. */
const NEWEST = 50;

interface At {
  readonly change: Change;
  readonly pull: PullRequest;
  /** Plans for the head that stands. */
  readonly plans: readonly Plan[];
  /** As it stands at the base. */
  readonly policy: Policy;
}

const NO: ReadonlySet<string> = new Set(["reject", "stop", "retry", "ignore"]);

/** Somebody said no: whoever it was, it is for people from then on. */
async function isRefused(effect: Effect<unknown>, { change, pull }: Pick<At, "change" | "pull">, { shell }: MergeAuthorityDeps): Promise<boolean> {
  const said = await shell.store.list("Approval", { where: { run: effect.runId }, limit: 200 });
  return said.items.some(({ record }) => isSaidOn(record, change.repository, pull.number) && NO.has(record.verb));
}

/** The digest that may be merged without a yes. @returns undefined where a person has to say it */
export async function ownDigest(effect: Effect<unknown>, { change, pull, plans, policy }: At, deps: MergeAuthorityDeps): Promise<string | undefined> {
  if (policy.mode !== "act" || (await isRefused(effect, { change, pull }, deps)) || !deps.ourUserIds.includes(pull.author.id)) return undefined;
  // A plan without a head is what we committed ourselves; a head of somebody else has only plans that name it.
  const ours = plans.find((plan) => plan.head === undefined && plan.rendered && plan.app !== undefined && tierOf(plan, policy).tier === "safe");
  if (!ours) return undefined;
  const closed = await deps.forge.pullRequests(change.repository, "closed", NEWEST);
  const since = effect.now - HOUR_MINUTES * effect.minuteMs;
  const merged = closed.filter(({ mergedBy, mergedAt = 0 }) => mergedBy !== undefined && deps.ourUserIds.includes(mergedBy.id) && mergedAt > since);
  return merged.length < ACTIONS_PER_HOUR ? ours.digest : undefined;
}
