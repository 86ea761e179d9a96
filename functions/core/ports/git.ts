/** Reading history and computing trees in a clone of our own: no working tree, no hooks, nothing pushed. */
import type { RepositoryRef } from "../records/fields.ts";
import type { Commit, FileDiff, FileEdit, TreeFile } from "../records/source.ts";

export interface Git {
  /** Fetches and resolves a branch, or a full commit id. @returns undefined when there is none @throws Unavailable */
  resolve(repository: RepositoryRef, revision: string): Promise<Commit | undefined>;
  /** Files below `path` (all: ""), at most `limit` (default 2,000). @throws Refused over the limit */
  files(repository: RepositoryRef, commit: string, path: string, limit?: number): Promise<readonly TreeFile[]>;
  /** A file's text. @returns undefined when it is not there @throws Refused when it is a link, binary or over 1 MiB */
  read(repository: RepositoryRef, commit: string, path: string): Promise<string | undefined>;
  /** Commits that are in `to` and not in `from`, touching `path`, newest first, at most `limit`. */
  log(repository: RepositoryRef, range: { from?: string; to: string; path: string; limit: number }): Promise<readonly Commit[]>;
  /** Files below `path` that differ between two commits, whole texts. @throws Refused over 100 files */
  diff(repository: RepositoryRef, from: string, to: string, path: string): Promise<readonly FileDiff[]>;
  /** Files that differ between two trees of our clone, whole texts: what a merge that nobody has committed would change. */
  diffTrees(repository: RepositoryRef, from: string, to: string): Promise<readonly FileDiff[]>;
  /** The tree that a commit of these edits on `base` would have; modes stay. Nothing is referenced, nothing pushed. */
  treeWith(repository: RepositoryRef, base: string, edits: readonly FileEdit[]): Promise<string>;
  /** The tree of a merge of `head` into `base`. @returns undefined on a conflict */
  mergedTree(repository: RepositoryRef, base: string, head: string): Promise<string | undefined>;
  isAncestor(repository: RepositoryRef, ancestor: string, descendant: string): Promise<boolean>;
}
