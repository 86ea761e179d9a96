/** One git process in a bare repository: no hooks, no configuration of the machine or its user, bounded in time. */
import { simpleGit } from "simple-git";
import { Unavailable } from "../../ports/errors.ts";

export interface GitCommandOptions {
  /** The index to work on instead of the repository's own. */
  readonly index?: string;
  readonly signal?: AbortSignal | undefined;
}

export type GitCommand = (args: readonly string[], options?: GitCommandOptions) => Promise<string>;

const TIMEOUT_MS = 20_000;

/** Guarded by simple-git against injection from outside; set by this file alone. */
const OUR_VARIABLES = ["GIT_INDEX_FILE", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_TERMINAL_PROMPT", "GIT_ALLOW_PROTOCOL"];

/** Before every command: no hook of a fetched repository runs, and only these protocols are spoken. */
const SAFE = ["-c", "core.hooksPath=/dev/null"];

/**
 * @returns a function that runs git in `directory` and answers its standard output, whole
 * The function @throws Unavailable with git's own words, secrets blanked
 */
export function createGitCommand(directory: string, secrets: readonly string[] = []): GitCommand {
  const blank = (text: string): string => secrets.reduce((cut, secret) => cut.replaceAll(secret, "***"), text);
  return async (args, { index, signal } = {}) => {
    try {
      return await simpleGit({
        baseDir: directory,
        allowEnvironment: OUR_VARIABLES,
        unsafe: { allowUnsafeConfigPaths: true, allowUnsafeHooksPath: true, allowUnsafeTemplateDir: true },
        timeout: { block: TIMEOUT_MS },
        maxConcurrentProcesses: 8,
        completion: WHOLE_OUTPUT,
        errors: failureOf,
        // A signal of the command's own: simple-git leaves its listener on the one that it is given.
        ...(signal && { abort: AbortSignal.any([signal]) }),
      })
        .env(environment(index))
        .raw([...SAFE, ...args]);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      throw new Unavailable(`git ${args[0] ?? ""}: ${blank(words).trim().slice(0, 300)}`, { cause: error });
    }
  };
}

/** By default simple-git is done 50 ms after the process is, whether its output has been read or not: on a busy machine an answer came out empty. */
const WHOLE_OUTPUT = { onClose: true, onExit: false } as const;

/** A status of 1 without a word is an answer (nothing found, a conflict); anything else but 0 is none, a death by signal included. */
function failureOf(
  error: Buffer | Error | undefined,
  { exitCode, stdErr }: { readonly exitCode: number; readonly stdErr: readonly Buffer[] },
): Buffer | Error | undefined {
  const silent = stdErr.every((chunk) => chunk.length === 0);
  if (exitCode === 0 || (exitCode === 1 && silent)) return undefined;
  return error ?? (silent ? new Error(`git ended with ${exitCode} and said nothing`) : Buffer.concat([...stdErr]));
}

function environment(index: string | undefined): Record<string, string> {
  return {
    LC_ALL: "C",
    PATH: SEARCH_PATH,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: "file:http:https",
    ...(index !== undefined && { GIT_INDEX_FILE: index }),
  };
}

/** Where git and its helpers are found: the environment is not passed on, so that nothing in it steers git. */
const SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin";
