/** What the exit code of a container says: the shell's conventions, and 128 + the signal that ended it. */

const MEANINGS: ReadonlyMap<number, string> = new Map([
  [1, "an error of the program itself"],
  [2, "wrong arguments or a mistake in a shell script"],
  [126, "the command is there but cannot be executed"],
  [127, "the command was not found"],
  [128, "the container could not be started"],
  [255, "an error that the program did not name"],
]);

/** Signals by the number that Linux gives them, on amd64 and on arm64. */
const SIGNALS: ReadonlyMap<number, string> = new Map([
  [1, "SIGHUP"],
  [2, "SIGINT, interrupted"],
  [3, "SIGQUIT"],
  [4, "SIGILL, an instruction that this CPU does not have"],
  [5, "SIGTRAP"],
  [6, "SIGABRT, the program gave up"],
  [7, "SIGBUS, a bad memory access"],
  [8, "SIGFPE, a bad calculation"],
  [9, "SIGKILL, killed from outside: out of memory, a failed probe, or a stop that took too long"],
  [11, "SIGSEGV, a segmentation fault"],
  [13, "SIGPIPE"],
  [15, "SIGTERM, asked to stop from outside"],
]);

/** The exit code of a process that was killed and could not say anything. */
export const SIGKILL_EXIT = 137;

/** Writes an exit code with what it means: `exit code 127 (the command was not found)`. */
export function exitWords(code: number): string {
  const meaning = MEANINGS.get(code) ?? SIGNALS.get(code - 128);
  return `exit code ${code}${meaning === undefined ? "" : ` (${meaning})`}`;
}
