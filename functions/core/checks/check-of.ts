/** One check's end, in the three ways that there are. */
import type { Check, Topic } from "../records/check.ts";

const MAX_NAMED = 4;
const MAX_LENGTH = 500;

/** Joins what was found, the first few; `and 3 more` for the rest. */
export function named(found: readonly string[], separator = "; "): string {
  const more = found.length > MAX_NAMED ? `${separator}and ${found.length - MAX_NAMED} more` : "";
  return `${found.slice(0, MAX_NAMED).join(separator)}${more}`;
}

export function checked(about: Topic, words: string): Check {
  return { about, outcome: "checked", words: cut(words) };
}

export function notChecked(about: Topic, why: string): Check {
  return { about, outcome: "not-checked", words: cut(why) };
}

export function refused(about: Topic, found: readonly string[]): Check {
  return { about, outcome: "refused", words: cut(named(found)) };
}

function cut(words: string): string {
  return words.length <= MAX_LENGTH ? words : `${words.slice(0, MAX_LENGTH - 1)}…`;
}
