/** The files below an app's path at a commit, as a renderer and the locator take them. */
import type { Git } from "../ports/git.ts";
import type { RepositoryRef } from "../records/fields.ts";
import type { SourceFile } from "../records/source.ts";

/** Files whose text is rendered; of all others the name is enough, which tells the tool that would be needed. */
const MANIFEST = /\.(ya?ml|json)$/;

/** @throws Unavailable, Refused */
export async function manifestsAt(git: Git, repository: RepositoryRef, at: { readonly commit: string; readonly path: string }): Promise<readonly SourceFile[]> {
  const files = await git.files(repository, at.commit, at.path);
  return await Promise.all(files.map(async ({ path }) => ({ path, text: MANIFEST.test(path) ? ((await git.read(repository, at.commit, path)) ?? "") : "" })));
}
