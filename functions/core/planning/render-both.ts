/** What a change comes to in the cluster: every app that it reaches is built before and after, also those whose Application it alters. */
import { type AppOfPath, appOfPath } from "../building/app-of-path.ts";
import { declaresApps, declaringFiles } from "../building/declaring-files.ts";
import { declaredApps } from "../building/generated-apps.ts";
import { manifestsAt } from "../building/manifests-at.ts";
import { renderApp } from "../building/render-app.ts";
import { diffObjects } from "../changes/diff-objects.ts";
import { isBelow } from "../changes/path-rules.ts";
import type { Rendering } from "../checks/touched.ts";
import { canonicalJson } from "../records/canonical.ts";
import type { Change } from "../records/change.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import type { Effect as PlanEffect } from "../records/plan.ts";
import type { FileDiff, SourceFile } from "../records/source.ts";
import type { Draft } from "./draft.ts";
import type { PlanningDeps } from "./planning-deps.ts";

export interface RenderedBoth {
  /** Apps whose Application the change alters: their objects are part of it, though no file of theirs is. */
  readonly declared: readonly AppOfPath[];
  readonly rendering: Rendering;
  readonly effects: readonly PlanEffect[];
  /** Every changed file belongs to an app that could be rendered, before and after. */
  readonly complete: boolean;
  readonly reasons: readonly string[];
}

type BuildDeps = Pick<PlanningDeps, "git" | "renderer" | "appsOf">;

interface Given {
  readonly change: Pick<Change, "repository">;
  readonly draft: Draft;
  readonly apps: readonly AppOfPath[];
}

interface Pair {
  readonly app: AppOfPath;
  readonly before: readonly SourceFile[];
  readonly after: readonly SourceFile[];
  /** As its Application will be, where that changes. */
  readonly next?: AppOfPath;
}

/** Every app that the change reaches, built before and after. @throws Unavailable, Refused */
export async function renderBoth(deps: BuildDeps, { change, draft, apps }: Given): Promise<RenderedBoth> {
  const reached = new Set<string>();
  const pairs: Pair[] = [];
  for (const app of apps) {
    const before = await manifestsAt(deps.git, change.repository, { commit: draft.baseCommit, path: app.path, options: app.options });
    for (const file of before) reached.add(file.path);
    pairs.push({ app, before, after: applyDiffs(before, draft, app) });
  }
  const isOrphan = ({ path }: FileDiff): boolean => !isOurs(path) && !reached.has(path) && !apps.some((app) => isBelow(path, app.path));
  const declared = draft.diffs.some((diff) => isOrphan(diff) || declaresApps(diff.after ?? "")) ? await declaredPairs(deps, { change, draft, apps }) : NONE;
  const orphan = draft.diffs.find((diff) => isOrphan(diff) && !declared.read.has(diff.path));
  const rendered = await renderPairs(deps, [...pairs.filter(({ app }) => !declared.pairs.some((one) => one.app.name === app.name)), ...declared.pairs]);
  const reasons = [...rendered.reasons, ...(orphan ? [`no app applies ${orphan.path}, so nobody can see whether it helps`] : [])];
  return { ...rendered, declared: declared.pairs.map(({ app }) => app), reasons, complete: reasons.length === 0 };
}

interface Declared {
  readonly pairs: readonly Pair[];
  /** Files that a generator reads straight from Git. */
  readonly read: ReadonlySet<string>;
}

const NONE: Declared = { pairs: [], read: new Set() };

/** Apps whose Application comes out otherwise: declared in a changed file, or generated from one. */
async function declaredPairs({ git, appsOf }: BuildDeps, { change, draft }: Given): Promise<Declared> {
  const { repository } = change;
  const before = await declaringFiles(git, repository, draft.baseCommit);
  const texts = new Map(draft.diffs.map(({ path, after }) => [path, after]));
  const after = before.flatMap((file) =>
    texts.has(file.path) ? (texts.get(file.path) === undefined ? [] : [{ path: file.path, text: texts.get(file.path) ?? "" }]) : [file],
  );
  const pairs: Pair[] = [];
  for (const app of await appsOf(repository)) {
    const [was, is] = [declaredApps(before, app.name), declaredApps(after, app.name)].map(([only, ...more]) =>
      only && more.length === 0 ? appOfPath(only) : undefined,
    );
    if (!was || !is || was.path !== app.path || is.path !== app.path || canonicalJson(was.options ?? {}) === canonicalJson(is.options ?? {})) continue;
    const files = await manifestsAt(git, repository, { commit: draft.baseCommit, path: app.path, options: app.options });
    pairs.push({ app, before: files, after: applyDiffs(files, draft, app), next: { ...app, options: is.options ?? {} } });
  }
  const read = pairs.length === 0 ? [] : before.filter(({ text }) => !declaresApps(text)).map(({ path }) => path);
  return { pairs, read: new Set(read) };
}

async function renderPairs({ renderer }: BuildDeps, pairs: readonly Pair[]): Promise<Pick<RenderedBoth, "effects" | "rendering" | "reasons">> {
  const effects: PlanEffect[] = [];
  const rendering: { readonly before: KubernetesObject[]; readonly after: KubernetesObject[] } = { before: [], after: [] };
  const reasons: string[] = [];
  for (const { app, before, after, next: appAfter = app } of pairs) {
    const [old, next] = [await renderApp(renderer, app, before), await renderApp(renderer, appAfter, after)];
    if (old.kind === "rendered" && next.kind === "rendered") {
      effects.push(...diffObjects(old.objects, next.objects));
      rendering.before.push(...old.objects);
      rendering.after.push(...next.objects);
    } else reasons.push(`${app.path} is not rendered: ${old.kind === "rendered" ? (next.kind === "rendered" ? "" : next.reason) : old.reason}`.slice(0, 512));
  }
  return { effects, rendering, reasons };
}

/** Our own settings are no manifests: nothing renders or applies them, and they change no object. */
function isOurs(path: string): boolean {
  return isBelow(path, ".anchorwatch");
}

function applyDiffs(files: readonly SourceFile[], { diffs }: Draft, app: AppOfPath): readonly SourceFile[] {
  const read = new Set(files.map((file) => file.path));
  const changed = new Map(diffs.filter((diff) => read.has(diff.path) || isBelow(diff.path, app.path)).map((diff) => [diff.path, diff.after]));
  const kept = files.filter((file) => !changed.has(file.path));
  const added = [...changed].flatMap(([path, text]) => (text === undefined ? [] : [{ path, text }]));
  return [...kept, ...added].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
