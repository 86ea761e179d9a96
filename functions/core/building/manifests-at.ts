/** The files that an app is built from, at a commit: those below its path, and what its kustomizations and values refer to. */
import type { Git } from "../ports/git.ts";
import { Refused } from "../ports/errors.ts";
import { joinPath, KUSTOMIZATION_NAMES, referencesOf } from "../records/build-references.ts";
import type { SourceOptions } from "../records/app-source.ts";
import type { RepositoryRef } from "../records/fields.ts";
import type { SourceFile } from "../records/source.ts";

/** Directories and files that one app may be built from beside its own path. */
const MAX_REFERENCES = 100;
const MAX_FILES = 1_000;

/** Read whole: what is parsed or rendered. Of all others the name is enough, which tells the tool that would be needed. */
const MANIFEST = /\.(ya?ml|json|tpl|txt|env|properties|conf|toml|ini)$|(^|\/)(Kustomization|\.helmignore)$/;

export interface SourceAt {
  readonly commit: string;
  readonly path: string;
  readonly options?: SourceOptions | undefined;
}

/** @throws Unavailable, Refused */
export async function manifestsAt(git: Git, repository: RepositoryRef, { commit, path, options }: SourceAt): Promise<readonly SourceFile[]> {
  const read = new Map<string, SourceFile>();
  const pending = [path, ...(options?.helm?.valueFiles ?? []).flatMap((file) => joinPath(path, file) ?? [])];
  const seen = new Set<string>();
  while (pending.length > 0) {
    const next = pending.shift() ?? "";
    if (seen.has(next)) continue;
    seen.add(next);
    if (seen.size > MAX_REFERENCES) throw new Refused(`${path} is built from more than ${MAX_REFERENCES} directories`);
    for (const file of await filesBelow(git, repository, { commit, path: next, known: read })) {
      read.set(file.path, file);
      if (read.size > MAX_FILES) throw new Refused(`${path} is built from more than ${MAX_FILES} files`);
      pending.push(...referredBy(file));
    }
  }
  return [...read.values()];
}

interface Below {
  readonly commit: string;
  readonly path: string;
  readonly known: ReadonlyMap<string, SourceFile>;
}

async function filesBelow(git: Git, repository: RepositoryRef, { commit, path, known }: Below): Promise<readonly SourceFile[]> {
  const files = await git.files(repository, commit, path);
  const unread = files.filter((file) => !known.has(file.path));
  return await Promise.all(
    unread.map(async (file) => ({ path: file.path, text: MANIFEST.test(file.path) ? ((await git.read(repository, commit, file.path)) ?? "") : "" })),
  );
}

/** What a kustomization reads outside its own directory. */
function referredBy({ path, text }: SourceFile): readonly string[] {
  const slash = path.lastIndexOf("/");
  if (!KUSTOMIZATION_NAMES.some((name) => path.slice(slash + 1) === name)) return [];
  const directory = slash === -1 ? "" : path.slice(0, slash);
  return referencesOf(path, text).local.flatMap((reference) => joinPath(directory, reference) ?? []);
}
