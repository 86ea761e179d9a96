/** One field set in the source that decides it: plain manifests by reading them, built ones by trying each candidate and building again. */
import { diffObjects } from "../changes/diff-objects.ts";
import { editCandidates, type Candidate } from "../changes/edit-candidates.ts";
import { editField, type Edited, refuseUnintended } from "../changes/edit-field.ts";
import { isBelow } from "../changes/path-rules.ts";
import type { Renderer } from "../ports/renderer.ts";
import { plainManifests } from "../records/directory-source.ts";
import { formatField } from "../records/field-path.ts";
import { formatObject } from "../records/fields.ts";
import type { FieldEdit } from "../records/finding.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { isSameObject, refOf, valueAt } from "../records/read-object.ts";
import type { SourceFile } from "../records/source.ts";
import { canonicalJson } from "../records/canonical.ts";
import { type AppOfPath, appOfPath } from "./app-of-path.ts";
import { declaredApps } from "./generated-apps.ts";
import { renderApp } from "./render-app.ts";

/** Builds that one edit may take: each is a fraction of a second. */
const MAX_TRIALS = 40;
const MAX_NAMED = 5;

export interface Sources {
  readonly app: AppOfPath;
  /** Everything that the app is built from. */
  readonly files: readonly SourceFile[];
  /** Files that may declare the Application itself, with what its generators read: values stand there, too. */
  readonly declaring?: readonly SourceFile[];
}

/** @throws Unavailable */
export async function editSource(renderer: Renderer, { app, files, declaring = [] }: Sources, edit: FieldEdit): Promise<Edited> {
  const kind = plainManifests(app.path, files);
  if (!("tool" in kind)) return editField({ path: app.path, files: files.filter(({ path }) => isBelow(path, app.path)) }, edit);
  const before = await renderApp(renderer, app, files);
  if (before.kind !== "rendered") return { refusal: before.reason };
  const isProved = async (built: AppOfPath, from: readonly SourceFile[]): Promise<boolean> => {
    const after = await renderApp(renderer, built, from);
    return after.kind === "rendered" && refuseUnintended(diffObjects(before.objects, after.objects), edit) === undefined;
  };
  const candidates = editCandidates(files, edit, { appPath: app.path, beside: builtBeside(before.objects, edit) });
  for (const candidate of candidates.slice(0, MAX_TRIALS)) if (await isProved(app, replaced(files, candidate))) return editedBy(files, candidate);
  const above = declaredAs(app, declaring) ? editCandidates(declaring, edit, { appPath: app.path, beside: undefined }) : [];
  for (const candidate of above.slice(0, MAX_TRIALS)) {
    const [declared] = declaredApps(replaced(declaring, candidate), app.name);
    if (declared && (await isProved({ ...app, options: appOfPath(declared).options ?? {} }, files))) return editedBy(declaring, candidate);
  }
  return { refusal: refusalFor(edit, { app, candidates: [...candidates, ...above] }) };
}

/** The files are about the app only where they declare it once, and just as it is. */
function declaredAs(app: AppOfPath, declaring: readonly SourceFile[]): boolean {
  const [only, ...more] = declaredApps(declaring, app.name);
  const declared = only && more.length === 0 ? appOfPath(only) : undefined;
  return declared?.path === app.path && canonicalJson(declared.options ?? {}) === canonicalJson(app.options ?? {});
}

/** The mapping around the field, as it was built. */
function builtBeside(objects: readonly KubernetesObject[], { object, field }: FieldEdit): unknown {
  const built = objects.find((one) => isSameObject(refOf(one), object));
  return field.slice(0, -1).reduce<unknown>((value, step) => {
    if (typeof step === "string") return valueAt(value, step);
    return Array.isArray(value) ? value.find((item) => valueAt(item, "name") === step.name) : undefined;
  }, built);
}

function replaced(files: readonly SourceFile[], { path, text }: Candidate): readonly SourceFile[] {
  return files.map((file) => (file.path === path ? { path, text } : file));
}

function editedBy(files: readonly SourceFile[], { path, line, col, text }: Candidate): Edited {
  const before = files.find((file) => file.path === path)?.text ?? "";
  return { file: { path, text }, before, location: { file: path, line, col, range: [0, 0] } };
}

/** What was tried is named, so that a person can look at the same places. */
function refusalFor(edit: FieldEdit, { app, candidates }: { app: AppOfPath; candidates: readonly Candidate[] }): string {
  const field = `${formatField(edit.field)} of ${formatObject(edit.object)}`;
  const own = ownSettings(app);
  if (candidates.length === 0 && own !== undefined) return `no file of the app decides ${field}; the Application ${app.name} itself has ${own}, and that may`;
  if (candidates.length === 0 && edit.from === undefined) return `no file of the app declares ${field} in a way that a key can be added to`;
  if (candidates.length === 0) return `no file of the app has the value of ${field} as it stands in the cluster`;
  const places = candidates.slice(0, MAX_NAMED).map(({ path, line }) => `${path}:${line}`);
  const more = candidates.length > MAX_NAMED ? ` and ${candidates.length - MAX_NAMED} more` : "";
  return `no single place changes just ${field}; it may stand at ${places.join(", ")}${more}`;
}

/** What an Application says beside its path: such a value is changed in the file that declares the Application, by a person. */
function ownSettings({ options }: AppOfPath): string | undefined {
  const { helm, kustomize } = options ?? {};
  const has = [
    ...(helm?.values === undefined ? [] : ["helm.values"]),
    ...(helm?.valuesObject === undefined ? [] : ["helm.valuesObject"]),
    ...((helm?.parameters.length ?? 0) > 0 ? ["helm.parameters"] : []),
    ...((kustomize?.images.length ?? 0) > 0 ? ["kustomize.images"] : []),
  ];
  return has.length === 0 ? undefined : has.join(" and ");
}
