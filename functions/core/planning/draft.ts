/** The trees that a change is between, and the files that differ: from a remedy, from a plan to take back, or from a head that stands. */
import { addIgnoreRule } from "../changes/add-ignore-rule.ts";
import { invertFiles } from "../changes/invert.ts";
import { incidentTitle } from "../engine/incident.ts";
import type { PlanRequest } from "../events/catalog.ts";
import type { Git } from "../ports/git.ts";
import type { Change } from "../records/change.ts";
import type { EditFieldRemedy, FieldEdit, RevertRemedy } from "../records/finding.ts";
import { IGNORE_PATH, type IgnoreRule } from "../records/ignore.ts";
import type { Commit, FileDiff } from "../records/source.ts";
import type { Effect } from "../shell/define-function.ts";
import { Terminal } from "../shell/outcome.ts";
import { declaringFiles, hasSettings } from "../building/declaring-files.ts";
import { editSource } from "../building/edit-source.ts";
import { manifestsAt } from "../building/manifests-at.ts";
import type { PlanningDeps } from "./planning-deps.ts";

export interface Draft {
  readonly baseCommit: string;
  readonly baseTree: string;
  readonly headTree: string;
  /** The commit that has the head tree, where it stands already. */
  readonly head?: string;
  readonly diffs: readonly FileDiff[];
  /** What the change is called, where its objects do not say it. */
  readonly title?: string;
  /** What the change has to come to when it is rendered, and nothing else. */
  readonly intended?: FieldEdit;
}

type Drafted = Draft | { readonly refusal: string };

/** @throws Unavailable, Refused, Terminal */
export async function draftOf(effect: Effect<PlanRequest>, change: Change, deps: PlanningDeps): Promise<Drafted> {
  const { data } = effect;
  const base = await deps.git.resolve(change.repository, data.from === "head" && data.base !== undefined ? data.base : change.baseRef);
  if (!base) throw new Terminal(`${change.repository.name} has no branch ${change.baseRef}`);
  if (data.from === "head") return await draftOfHead(deps.git, change, { base, head: data.head });
  if (data.from === "inverse") return await draftInverse(deps.git, change, { base, undone: await diffsOfPlan(deps, data.plan) });
  if (data.from === "ignore") return await draftIgnoring(deps.git, change, { base, rule: data.rule });
  const remedy = (await deps.shell.store.read("ToolResult", data.result))?.record.problems?.remedy;
  if (!remedy) throw new Terminal(`record ${data.result} holds no remedy`);
  if (remedy.repository.id !== change.repository.id)
    return { refusal: `what was found is about ${remedy.repository.name}, and was to go into ${change.repository.name}` };
  if (remedy.kind === "edit-field") return await draftEdit(deps, change, { base, remedy });
  return await draftInverse(deps.git, change, { base, undone: await diffsOfCommit(deps.git, remedy) });
}

/** One field in the file that decides it, as the branch is now. */
async function draftEdit(deps: PlanningDeps, { repository }: Change, { base, remedy }: { base: Commit; remedy: EditFieldRemedy }): Promise<Drafted> {
  const { git } = deps;
  const app = (await deps.appsOf(repository)).find(({ name, path }) => name === remedy.app && path === remedy.path);
  if (!app) return { refusal: `the app ${remedy.app} does not come from ${remedy.path} any more` };
  const files = await manifestsAt(git, repository, { commit: base.id, path: app.path, options: app.options });
  const declaring = hasSettings(app) ? await declaringFiles(git, repository, base.id) : [];
  const edited = await editSource(deps.renderer, { app, files, declaring }, remedy.edit);
  if ("refusal" in edited) return edited;
  const { file, before } = edited;
  const headTree = await git.treeWith(repository, base.id, [{ path: file.path, content: file.text }]);
  return { baseCommit: base.id, baseTree: base.tree, headTree, diffs: [{ path: file.path, before, after: file.text }], intended: remedy.edit };
}

/** One more rule, as a person asked for it. */
async function draftIgnoring(git: Git, { repository }: Change, { base, rule }: { base: Commit; rule: IgnoreRule }): Promise<Drafted> {
  const before = await git.read(repository, base.id, IGNORE_PATH);
  const added = addIgnoreRule(before, rule);
  if ("refusal" in added) return added;
  const headTree = await git.treeWith(repository, base.id, [{ path: IGNORE_PATH, content: added.text }]);
  const title = `ignore ${incidentTitle(rule.match)} until ${rule.until}`;
  return { baseCommit: base.id, baseTree: base.tree, headTree, diffs: [{ path: IGNORE_PATH, before, after: added.text }], title };
}

/** What a commit did below its app's path: the remedy is its inverse. */
async function diffsOfCommit(git: Git, remedy: RevertRemedy): Promise<readonly FileDiff[]> {
  const commit = await git.resolve(remedy.repository, remedy.commit);
  const parent = commit?.parents[0];
  if (!commit || parent === undefined) throw new Terminal(`commit ${remedy.commit} is not there any more, or has no parent`);
  return await git.diff(remedy.repository, parent, commit.id, remedy.path);
}

/** What a plan did: a taking back is its inverse, whole files, so that they come out as they were. */
async function diffsOfPlan({ shell }: PlanningDeps, name: string): Promise<readonly FileDiff[]> {
  const plan = (await shell.store.read("Plan", name))?.record;
  if (!plan) throw new Terminal(`plan ${name} is gone`);
  return plan.files.map((file) => ({ path: file.path, before: file.before, after: file.after }));
}

async function draftInverse(git: Git, { repository }: Change, given: { base: Commit; undone: readonly FileDiff[] }): Promise<Drafted> {
  const { base, undone } = given;
  const texts = new Map<string, string | undefined>();
  for (const { path } of undone) texts.set(path, await git.read(repository, base.id, path));
  const inverted = invertFiles(texts, undone);
  if ("conflict" in inverted) return { refusal: `this cannot be taken back as it is: ${inverted.conflict}` };
  const headTree = await git.treeWith(repository, base.id, inverted.edits);
  const diffs = inverted.edits.map((edit) => ({ path: edit.path, before: texts.get(edit.path), after: edit.content }));
  return { baseCommit: base.id, baseTree: base.tree, headTree, diffs };
}

/** A head that stands, as its merge into the base: what would really be merged. */
async function draftOfHead(git: Git, { repository, branch }: Change, at: { base: Commit; head: string }): Promise<Drafted> {
  const head = (await git.resolve(repository, at.head)) ?? (await git.resolve(repository, branch));
  if (head?.id !== at.head) return { refusal: `commit ${at.head.slice(0, 12)} is not there any more` };
  const tree = await git.mergedTree(repository, at.base.id, head.id);
  if (tree === undefined) return { refusal: "it conflicts with the base branch" };
  if (tree === at.base.tree) return { refusal: "nothing of it is left to merge" };
  const diffs = await git.diffTrees(repository, at.base.tree, tree);
  return { baseCommit: at.base.id, baseTree: at.base.tree, headTree: tree, head: head.id, diffs };
}
