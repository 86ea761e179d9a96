/** What a revision of the branch says that an app should be: its manifests, each tracked as Argo CD tracks them. */
import { Refused, Unavailable } from "../../ports/errors.ts";
import type { Git } from "../../ports/git.ts";
import type { Renderer } from "../../ports/renderer.ts";
import type { RepositoryRef } from "../../records/fields.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import type { Application } from "./application.ts";

interface Sources {
  readonly git: Git;
  readonly renderer: Renderer;
  /** The repository behind an Application's `repoURL`. */
  readonly repositoryOf: (repoURL: string) => RepositoryRef | undefined;
}

/** What an app should be, and by which revision. */
export interface Manifests {
  readonly revision: string;
  readonly objects: readonly KubernetesObject[];
}

/** @param last what was read last: a revision is rendered once, as Argo CD's repository server does @throws Refused for manifests that cannot be rendered, Unavailable */
export async function manifestsAt(app: Application, { git, renderer, repositoryOf }: Sources, last?: Manifests): Promise<Manifests> {
  const { path, repoURL, targetRevision } = app.spec.source;
  const repository = repositoryOf(repoURL);
  if (!repository) throw new Refused(`repository ${repoURL} is not there`);
  const commit = await git.resolve(repository, targetRevision);
  if (!commit) throw new Unavailable(`branch ${targetRevision} is not there`);
  if (commit.id === last?.revision) return last;
  const files = await git.files(repository, commit.id, path);
  const texts = await Promise.all(
    files
      .filter((file) => /\.(ya?ml|json)$/.test(file.path))
      .map(async (file) => ({ path: file.path, text: (await git.read(repository, commit.id, file.path)) ?? "" })),
  );
  const rendered = await renderer.render(path, texts);
  if (rendered.kind !== "rendered") throw new Refused(rendered.reason);
  return { revision: commit.id, objects: rendered.objects.map((object) => track(app, object)) };
}

function track(app: Application, object: KubernetesObject): KubernetesObject {
  const namespace = object.metadata.namespace ?? app.spec.destination.namespace ?? "default";
  const group = object.apiVersion.includes("/") ? object.apiVersion.split("/")[0] : "";
  const tracking = `${app.metadata.name}:${group ?? ""}/${object.kind}:${namespace}/${object.metadata.name}`;
  return {
    ...object,
    metadata: { ...object.metadata, namespace, annotations: { ...object.metadata.annotations, "argocd.argoproj.io/tracking-id": tracking } },
  };
}
