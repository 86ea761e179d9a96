/** Where in Git an object comes from: its app, its repository, and the commit that a fix would be based on. */
import { appOfPath } from "../building/app-of-path.ts";
import { manifestsAt } from "../building/manifests-at.ts";
import { renderApp } from "../building/render-app.ts";
import type { Git } from "../ports/git.ts";
import type { OwnerApp } from "../records/finding.ts";
import { buildingSource } from "../records/app-source.ts";
import { formatObject, type ObjectRef, type RepositoryRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { parseManifest } from "../records/manifest.ts";
import { textAt } from "../records/read-object.ts";
import type { SourceFile } from "../records/source.ts";
import { applicationOf, ownerAppOf } from "../triage/owner-app.ts";
import { findObject } from "../triage/remedies/suspects.ts";
import type { Snapshot } from "../triage/snapshot.ts";
import type { ToolPorts } from "./tool.ts";

export interface AppSource {
  readonly application: KubernetesObject;
  readonly app: OwnerApp;
  readonly repository: RepositoryRef;
}

const NODE = "whether the node comes back by itself, or somebody looks at its power, network and disk, or it is drained and taken out";

/** Names the app's one source in a configured repository, or says why there is none. @throws Unavailable */
export async function appSource(
  object: ObjectRef,
  snapshot: Snapshot,
  ports: Pick<ToolPorts, "repositoryOf">,
): Promise<AppSource | { readonly refusal: string; readonly decide?: string }> {
  const application = applicationOf(snapshot, object);
  if (object.kind === "Node") return { refusal: "a node is no matter of Git: what it lacks is at the machine", decide: NODE };
  if (!application) return { refusal: `no Argo CD Application owns ${formatObject(object)}, so its cause is not looked for in Git` };
  if (buildingSource(application) === undefined)
    return { refusal: `the app ${application.metadata.name} has several sources, and which of them decides is not known` };
  const app = ownerAppOf(application);
  const repository = await ports.repositoryOf(app.repoURL);
  if (!repository) return { refusal: `the repository ${app.repoURL} of the app ${app.name} is not one that is configured` };
  return { application, app: { ...app, repository }, repository };
}

/** The commit that the app's branch is at. `HEAD` means the default branch, whose name only the forge knows: what is compared now is the next best, and the plan looks again. */
export async function branchHead(git: Git, { application, app, repository }: AppSource): Promise<{ readonly commit: string } | { readonly refusal: string }> {
  const revision = app.targetRevision === "HEAD" ? (textAt(application, "status", "sync", "revision") ?? "HEAD") : app.targetRevision;
  const head = await git.resolve(repository, revision);
  return head ? { commit: head.id } : { refusal: `the app ${app.name} follows ${revision}, which is no branch of ${repository.name}` };
}

/** Files whose text is read; of all others the name is enough, which tells the tool that would be needed. */
const MANIFEST = /\.(ya?ml|json)$/;

/** All files below the app's path at a commit. @throws Unavailable, Refused */
export async function appFiles(git: Git, { app, repository }: AppSource, commit: string): Promise<readonly SourceFile[]> {
  const files = await git.files(repository, commit, app.path);
  return await Promise.all(files.map(async ({ path }) => ({ path, text: MANIFEST.test(path) ? ((await git.read(repository, commit, path)) ?? "") : "" })));
}

/** What an app comes to at a commit; nothing where it cannot be built. @throws Unavailable, Refused */
export async function objectsAt(
  { git, renderer }: Pick<ToolPorts, "git" | "renderer">,
  source: AppSource,
  commit: string,
): Promise<readonly KubernetesObject[]> {
  const app = appOfPath(source.application);
  const rendered = await renderApp(renderer, app, await manifestsAt(git, source.repository, { commit, path: app.path, options: app.options }));
  return rendered.kind === "rendered" ? rendered.objects : [];
}

/** An object as plain manifests declare it; undefined where none does. */
export function declaredIn(files: readonly SourceFile[], object: ObjectRef): KubernetesObject | undefined {
  const objects = files.flatMap(({ text }) => {
    const parsed = parseManifest(text);
    return "objects" in parsed ? parsed.objects : [];
  });
  return findObject(objects, object);
}
