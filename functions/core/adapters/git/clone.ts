/** A bare clone of our own for each repository, fetched into and never pushed from. */
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Unavailable } from "../../ports/errors.ts";
import type { RepositoryRef } from "../../records/fields.ts";
import { createGitCommand, type GitCommand } from "./git-command.ts";
import { checkGitVersion } from "./git-version.ts";
import { checkBranch, checkCommit, isCommitId } from "./safe-names.ts";

export interface CloneOptions {
  /** Where the clones lie, one folder per repository id. */
  readonly directory: string;
  /** The address of a repository, credentials included where it needs some. */
  readonly urlOf: (repository: RepositoryRef) => string;
  /** Blanked in errors. */
  readonly secrets?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export interface Clones {
  /** The git of a repository's clone, made when it is not there. */
  git(repository: RepositoryRef): Promise<GitCommand>;
  /** Fetches a branch, or looks a commit up and fetches it when it is missing. @returns the commit id, or undefined */
  resolve(repository: RepositoryRef, revision: string): Promise<string | undefined>;
}

export function createClones(options: CloneOptions): Clones {
  const git = async (repository: RepositoryRef): Promise<GitCommand> => {
    const directory = join(options.directory, `repository-${repository.id}.git`);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const command = createGitCommand(directory, options.secrets);
    const run: GitCommand = (args, given = {}) => command(args, { signal: options.signal, ...given });
    if ((await readdir(directory)).length === 0) {
      checkGitVersion(await run(["version"]));
      await run(["init", "--bare", "--quiet", "--template=", "."]);
    }
    return run;
  };
  return {
    git,
    async resolve(repository, revision) {
      const run = await git(repository);
      return isCommitId(revision)
        ? await resolveCommit(run, options.urlOf(repository), checkCommit(revision))
        : await resolveBranch(run, options.urlOf(repository), checkBranch(revision));
    },
  };
}

async function verify(run: GitCommand, revision: string): Promise<string | undefined> {
  return (await run(["rev-parse", "--verify", "--quiet", `${revision}^{commit}`])).trim() || undefined;
}

/** Objects alone are fetched and no ref is written: two fetches at once have nothing to lock against each other. */
async function fetchCommit(run: GitCommand, url: string, commit: string): Promise<void> {
  await run(["-c", "gc.auto=0", "-c", "maintenance.auto=false", "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", url, commit]);
}

async function resolveCommit(run: GitCommand, url: string, commit: string): Promise<string | undefined> {
  const known = await verify(run, commit);
  if (known !== undefined) return known;
  try {
    await fetchCommit(run, url, commit);
  } catch (error) {
    if (error instanceof Unavailable && /not our ref|bad object|no such remote ref|couldn't find remote ref/i.test(error.message)) return undefined;
    throw error;
  }
  return await verify(run, commit);
}

async function resolveBranch(run: GitCommand, url: string, branch: string): Promise<string | undefined> {
  const listed = (await run(["ls-remote", "--heads", url, `refs/heads/${branch}`])).split("\n")[0] ?? "";
  const [tip = "", ref] = listed.split("\t");
  if (ref !== `refs/heads/${branch}`) return undefined;
  if ((await verify(run, tip)) === undefined) await fetchCommit(run, url, tip);
  return await verify(run, tip);
}
