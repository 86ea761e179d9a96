/** What went wrong without ending the run: kept in its record for people, a bounded number of it. */
import { WARNINGS_PER_RUN } from "../records/limits.ts";
import type { Run } from "../records/run.ts";
import { cut } from "./changes.ts";

/** Keeps a warning; the oldest go first. */
export function warn(run: Run, words: string): Run {
  return { ...run, warnings: [...run.warnings, cut(words)].slice(-WARNINGS_PER_RUN) };
}

/** Keeps a warning that is not there yet: the very same run where it is. */
export function warnOnce(run: Run, words: string): Run {
  return run.warnings.includes(cut(words)) ? run : warn(run, words);
}
