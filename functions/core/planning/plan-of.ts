/** A plan from a draft: files, rendered effects, the app that applies them, the tier and why (design 8.2, 8.4). */
import { namedApprovers } from "../approval/approvers.ts";
import { refuseUnintended } from "../changes/edit-field.ts";
import { buildPlan } from "../changes/plan.ts";
import { planFiles } from "../changes/planned-files.ts";
import { isBelow, refuseMode } from "../changes/path-rules.ts";
import { readPolicy } from "../judgement/read-policy.ts";
import { tierOf } from "../policy/tier-of.ts";
import type { Change } from "../records/change.ts";
import type { Check } from "../records/check.ts";
import { IGNORE_PATH } from "../records/ignore.ts";
import type { Effect as PlanEffect, Plan, PlannedFile } from "../records/plan.ts";
import type { TreeFile } from "../records/source.ts";
import { changeOf } from "../engine/changes.ts";
import type { Effect } from "../shell/define-function.ts";
import { refuseOutside } from "./allow-list.ts";
import { checksOf } from "./checks-of.ts";
import type { Draft } from "./draft.ts";
import { manifestsAt } from "../building/manifests-at.ts";
import type { AppOfPath } from "../building/app-of-path.ts";
import { renderBoth, type RenderedBoth } from "./render-both.ts";
import type { PlanningDeps } from "./planning-deps.ts";

interface Given {
  readonly change: Change;
  readonly draft: Draft;
}

/** The plan, or in words why there is none. @throws Unavailable, Refused */
export async function planOf(
  effect: Effect<unknown>,
  { change, draft }: Given,
  deps: PlanningDeps,
): Promise<{ readonly plan: Plan; readonly approvers: readonly string[] } | { readonly refusal: string }> {
  const { repository } = change;
  const outside = refuseOutside(deps.repositories, { repository, paths: judgedPaths(effect, draft) });
  if (outside !== undefined) return { refusal: outside };
  const apps = await appsBuiltFrom(deps, { change, draft });
  const rendered = await renderBoth(deps, { change, draft, apps });
  const unintended = draft.intended && refuseUnintended(intendedOf(rendered), draft.intended);
  if (unintended !== undefined) return { refusal: unintended };
  const looked = await lookAtBoth(effect, { change, draft, rendered }, deps);
  if ("refusal" in looked) return looked;
  const { files, checks } = looked;
  const policy = await readPolicy(deps.git, repository, draft.baseCommit);
  const judged = { files, effects: rendered.effects, rendered: rendered.complete };
  const { tier, reasons } = tierOf(judged, policy);
  const original = changeOf(effect.run, change.inverseOf ?? 0)?.planned?.plan;
  const app = provedBy(rendered, apps);
  const parts = {
    run: effect.runId,
    change: change.number,
    repository,
    baseRef: change.baseRef,
    ...treesOf(draft),
    files: [...files],
    effects: [...rendered.effects],
    ...(app && { app }),
    rendered: rendered.complete,
    tier,
    mode: policy.mode,
    reasons: [...rendered.reasons, ...reasons].slice(0, 50),
    checks: [...checks],
    ...(original !== undefined && { inverseOf: original }),
  };
  const built = buildPlan(parts, { undoes: await undoneBy(deps, change), title: draft.title });
  return "refusal" in built ? built : { ...built, approvers: namedApprovers({ policy, paths: files.map(({ path }) => path) }) };
}

function treesOf({ baseCommit, baseTree, headTree, head }: Draft): Pick<Plan, "baseCommit" | "baseTree" | "headTree" | "head"> {
  return { baseCommit, baseTree, headTree, ...(head !== undefined && { head }) };
}

/** The one app that shows whether it helps; of several none does. */
function provedBy({ declared }: RenderedBoth, apps: readonly AppOfPath[]): Plan["app"] {
  const [app, ...more] = declared.length > 0 ? declared : apps;
  return app && more.length === 0 ? { name: app.name, namespace: app.namespace } : undefined;
}

/** Where a value stands in an Application, its own field differs as well: it is in the plan, and is no other change. */
function intendedOf({ effects, declared }: RenderedBoth): readonly PlanEffect[] {
  return declared.length === 0 ? effects : effects.filter(({ object }) => object.kind !== "Application" && object.kind !== "ApplicationSet");
}

/** The files and the checks, or the first that stands against the change. */
async function lookAtBoth(
  effect: Effect<unknown>,
  { change, draft, rendered }: Given & { rendered: RenderedBoth },
  deps: PlanningDeps,
): Promise<{ readonly files: readonly PlannedFile[]; readonly checks: readonly Check[] } | { readonly refusal: string }> {
  const planned = await filesOf(deps, { change, draft }, rendered.effects);
  if ("refusal" in planned) return planned;
  const checks = await checksOf(effect, { change, draft, rendering: rendered.rendering }, { ...deps, store: deps.shell.store });
  const wrong = checks.find(({ outcome }) => outcome === "refused");
  return wrong ? { refusal: `a check before the pull request stands against it: ${wrong.words}`.slice(0, 512) } : { files: planned.files, checks };
}

/** What a person asked to have ignored goes into its one file, which the list need not name. */
function judgedPaths({ run }: Effect<unknown>, { diffs }: Draft): readonly string[] {
  return diffs.map(({ path }) => path).filter((path) => run.spec.ignore === undefined || path !== IGNORE_PATH);
}

/** The files to commit, each with the blob that it replaces; or, in words, why one is left alone. */
async function filesOf(deps: PlanningDeps, given: Given, effects: readonly PlanEffect[]): Promise<ReturnType<typeof planFiles>> {
  const there = await filesAtBase(deps, given);
  const link = there.map((file) => refuseMode(file.path, file.mode)).find((words) => words !== undefined);
  if (link !== undefined) return { refusal: link };
  return planFiles({ diffs: given.draft.diffs, blobs: new Map(there.map(({ path, blob }) => [path, blob])), effects });
}

/** Apps that any of the changed files goes into: below their path, or in a base or a values file that they read. */
async function appsBuiltFrom(deps: PlanningDeps, { change, draft }: Given): Promise<readonly AppOfPath[]> {
  const paths = draft.diffs.map(({ path }) => path);
  const all = await deps.appsOf(change.repository);
  const reads = await Promise.all(
    all.map(async (app) => {
      if (paths.some((path) => isBelow(path, app.path))) return true;
      const source = await manifestsAt(deps.git, change.repository, { commit: draft.baseCommit, path: app.path, options: app.options });
      return source.some((file) => paths.includes(file.path));
    }),
  );
  return all.filter((_, index) => reads[index]);
}

/** The commit that a change takes back, where that is its remedy. */
async function undoneBy({ shell }: PlanningDeps, { remedy }: Change): Promise<string | undefined> {
  const found = remedy === undefined ? undefined : (await shell.store.read("ToolResult", remedy))?.record.problems?.remedy;
  return found?.kind === "revert-commit" ? found.commit : undefined;
}

/** The changed files as they are at the base commit: blobs and modes. */
async function filesAtBase({ git }: PlanningDeps, { change, draft }: Given): Promise<readonly TreeFile[]> {
  const found = await Promise.all(draft.diffs.slice(0, 100).map(({ path }) => git.files(change.repository, draft.baseCommit, path)));
  return found.flat();
}
