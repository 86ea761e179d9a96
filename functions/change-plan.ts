/** From edits to a plan: the tree before and after, rendered, compared, its tier computed; nothing is written but the record (design 8.2). */
import { PlanRequested, type PlanRequest } from "./core/events/catalog.ts";
import { changeOf } from "./core/engine/changes.ts";
import type { Result } from "./core/engine/results.ts";
import { type Draft, draftOf } from "./core/planning/draft.ts";
import type { PlanningDeps } from "./core/planning/planning-deps.ts";
import { planOf } from "./core/planning/plan-of.ts";
import { StoreError } from "./core/ports/store.ts";
import { hashId } from "./core/records/ids.ts";
import type { Plan } from "./core/records/plan.ts";
import { defineFunction, type Effect } from "./core/shell/define-function.ts";
import { Terminal } from "./core/shell/outcome.ts";

export const changePlan = defineFunction({
  name: "change-plan",
  consumes: PlanRequested,
  limitMs: 50_000,
  async handle(effect: Effect<PlanRequest>, deps: PlanningDeps): Promise<Result> {
    const change = changeOf(effect.run, effect.data.change);
    if (!change) throw new Terminal(`run ${effect.runId} has no change ${effect.data.change}`);
    const draft = await draftOf(effect, change, deps);
    if ("refusal" in draft) return { result: "plan-refused", words: draft.refusal };
    const planned = await planOf(effect, { change, draft }, deps);
    if ("refusal" in planned) return { result: "plan-refused", words: planned.refusal };
    const name = planName(draft, planned.plan);
    const plan = await record(deps, name, planned.plan);
    const { digest, tier, mode, baseCommit, headTree, title } = plan;
    const objects = [...new Map(plan.effects.map(({ object }) => [JSON.stringify(object), object])).values()].slice(0, 20);
    return {
      result: "planned",
      planned: {
        plan: name,
        digest,
        tier,
        baseCommit,
        headTree,
        title,
        objects,
        approvers: planned.approvers.slice(0, 10),
        ...(mode !== undefined && { mode }),
      },
      ...(plan.head !== undefined && { head: plan.head }),
    };
  },
});

/** By repository, base tree and head tree; a head that stands is part of it, and so are run and change, because a plan belongs to one. */
function planName({ baseTree, headTree, head }: Draft, plan: Plan): string {
  return `plan-${hashId("plan", plan.repository.id, baseTree, headTree, head ?? "", plan.baseCommit, plan.run, plan.change)}`;
}

async function record(deps: PlanningDeps, name: string, plan: Plan): Promise<Plan> {
  try {
    return (await deps.shell.store.create("Plan", name, plan)).record;
  } catch (error) {
    if (!(error instanceof StoreError && error.kind === "exists")) throw error;
    return (await deps.shell.store.read("Plan", name))?.record ?? plan;
  }
}
