/** The files of a repository that declare an app of its own, by hand or through an ApplicationSet, and what its generators read. */
import type { Git } from "../ports/git.ts";
import type { RepositoryRef } from "../records/fields.ts";
import { parseManifest } from "../records/manifest.ts";
import type { SourceFile } from "../records/source.ts";
import type { AppOfPath } from "./app-of-path.ts";
import { generatorFiles } from "./generated-apps.ts";

/** YAML files that are looked through. */
const MAX_READ = 600;
const DECLARES = /\bkind: *["']?Application/;

export function declaresApps(text: string): boolean {
  return DECLARES.test(text);
}

/** Only what an Application says beside its path can stand in one. */
export function hasSettings({ options }: AppOfPath): boolean {
  return options?.helm !== undefined || options?.kustomize !== undefined;
}

/** Nothing of a repository with more files than are looked through. @throws Unavailable, Refused for one that is too large to list */
export async function declaringFiles(git: Git, repository: RepositoryRef, commit: string): Promise<readonly SourceFile[]> {
  const all = (await git.files(repository, commit, "")).map(({ path }) => path);
  const paths = all.filter((path) => /\.(ya?ml|json)$/.test(path) && !/(^|\/)templates\//.test(path));
  if (paths.length > MAX_READ) return [];
  const files = await Promise.all(paths.map(async (path) => ({ path, text: (await git.read(repository, commit, path)) ?? "" })));
  const declaring = files.filter(({ text }) => declaresApps(text));
  const sets = declaring.flatMap(({ text }) => {
    const parsed = parseManifest(text);
    return "objects" in parsed ? parsed.objects.filter(({ kind }) => kind === "ApplicationSet") : [];
  });
  const read = new Set(sets.flatMap((set) => generatorFiles(set, paths)));
  return files.filter(({ path, text }) => declaresApps(text) || read.has(path));
}
