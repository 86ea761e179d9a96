/** A repository of the installation's list: where workflows and policies are read, and changes proposed. */
import type { RepositoryRef } from "../records/fields.ts";

export interface WatchedRepository extends RepositoryRef {
  readonly defaultBranch: string;
  /** What the installation lets us change in it, as globs, whatever the repository's own policy says; absent = what the policy says. */
  readonly paths?: readonly string[] | undefined;
}

/** The watched repository behind the address that an Application names; undefined when it is none of ours. */
export type RepositoryOf = (repoURL: string) => Promise<WatchedRepository | undefined>;

/** The one of this id. */
export function watchedOf(repositories: readonly WatchedRepository[], { id }: Pick<RepositoryRef, "id">): WatchedRepository | undefined {
  return repositories.find((known) => known.id === id);
}
