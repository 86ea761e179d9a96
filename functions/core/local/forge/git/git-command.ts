/** One git process in a bare repository: no hooks, no configuration of the machine or its user, bounded in time. */
import { simpleGit } from "simple-git";

export interface Author {
  readonly name: string;
  readonly email: string;
  /** Milliseconds since the epoch; git keeps seconds. */
  readonly at: number;
}

export interface GitOptions {
  /** The index to work on instead of the repository's own. */
  readonly index?: string;
  readonly author?: Author;
}

export type GitCommand = (args: readonly string[], options?: GitOptions) => Promise<string>;

const TIMEOUT_MS = 20_000;

/** Guarded by simple-git against injection from outside; all of them are set by this file alone. */
const PEOPLE = ["AUTHOR", "COMMITTER"].flatMap((role) => ["NAME", "EMAIL", "DATE"].map((field) => `GIT_${role}_${field}`));
const OUR_VARIABLES = ["GIT_INDEX_FILE", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", ...PEOPLE];

/** simple-git waits another 50 ms for a command that printed nothing: an empty chunk at the end of its output is something. */
const NOTHING = Buffer.alloc(0);

/** @returns the command's standard output, whole */
export function createGitCommand(directory: string): GitCommand {
  return (args, options = {}) =>
    simpleGit({
      baseDir: directory,
      allowEnvironment: OUR_VARIABLES,
      unsafe: { allowUnsafeConfigPaths: true, allowUnsafeTemplateDir: true },
      timeout: { block: TIMEOUT_MS },
      maxConcurrentProcesses: 8,
      completion: { onClose: true, onExit: false },
      errors: failureOf,
    })
      .outputHandler((_command, stdout) => stdout.once("end", () => stdout.emit("data", NOTHING)))
      .env(environment(options))
      .raw([...args]);
}

/** A status of 1 without a word on stderr is an answer (a conflict, nothing found), not a failure. */
function failureOf(error: Buffer | Error | undefined, result: { readonly exitCode: number; readonly stdErr: readonly Buffer[] }): Buffer | Error | undefined {
  const silent = result.stdErr.every((chunk) => chunk.length === 0);
  return result.exitCode === 0 || silent ? undefined : (error ?? Buffer.concat([...result.stdErr]));
}

function environment({ index, author }: GitOptions): Record<string, string> {
  const values = author === undefined ? [] : [author.name, author.email, `@${Math.floor(author.at / 1000)} +0000`];
  return {
    LC_ALL: "C",
    PATH: "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
    ...(author === undefined ? {} : Object.fromEntries(PEOPLE.map((name, position) => [name, values[position % 3] ?? ""]))),
  };
}
