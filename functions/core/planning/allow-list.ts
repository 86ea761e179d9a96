/** The installation's own allow-list: what `anchorwatch.yaml` lets us change at all. The policy in the repository can narrow it, and never widen it. */
import type { RepositoryRef } from "../records/fields.ts";
import { matchesGlob } from "../records/path-glob.ts";
import { type WatchedRepository, watchedOf } from "../shell/watched-repository.ts";

/** Says why a change of these files is refused; undefined = all of them may be changed. */
export function refuseOutside(
  repositories: readonly WatchedRepository[],
  { repository, paths }: { readonly repository: RepositoryRef; readonly paths: readonly string[] },
): string | undefined {
  const watched = watchedOf(repositories, repository);
  if (!watched) return `${repository.name} is not in the list of repositories that I work on`;
  const allowed = watched.paths;
  const outside = allowed && paths.find((path) => !allowed.some((glob) => matchesGlob(path, glob)));
  if (outside === undefined) return undefined;
  return `${outside} is outside of what I may change in ${repository.name}: anchorwatch.yaml allows ${allowed?.join(", ")}`.slice(0, 512);
}
