/** Which git is there: an old one has no merge without a working tree, and would answer nonsense. */
import { Refused } from "../../ports/errors.ts";

/** The first git that merges without a working tree. */
const OLDEST_GIT = [2, 38] as const;

/** @throws Refused with the version that is there, where it is too old to merge without a working tree */
export function checkGitVersion(words: string): void {
  const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(words) ?? []).map(Number);
  if (major > OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor >= OLDEST_GIT[1])) return;
  throw new Refused(`git: ${words.trim().slice(0, 80)} is too old, ${OLDEST_GIT.join(".")} or later is needed`);
}
