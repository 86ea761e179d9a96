/** Code owners as Gitea reads them: a regular expression a line, then users and teams (contracts 3.7). */
import { RE2JS } from "@bufbuild/re2";
import type { Git } from "../ports/git.ts";
import type { RepositoryRef } from "../records/fields.ts";

/** Where Gitea looks for them, the first that is there counts. */
export const CODE_OWNERS_PLACES = ["CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS"] as const;
const MAX_LINES = 500;

/** Logins and teams (`organisation/team`) that own any of the paths; undefined where the repository has no such file. */
export async function codeOwnersOf(
  git: Git,
  repository: RepositoryRef,
  at: { commit: string; paths: readonly string[] },
): Promise<readonly string[] | undefined> {
  for (const place of CODE_OWNERS_PLACES) {
    const text = await git.read(repository, at.commit, place);
    if (text !== undefined) return ownersIn(text, at.paths);
  }
  return undefined;
}

/** Owners by the rules that match; a pattern that is no regular expression matches nothing. */
export function ownersIn(text: string, paths: readonly string[]): readonly string[] {
  const rules = text
    .split(/\r?\n/)
    .slice(0, MAX_LINES)
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
  return [...new Set(rules.flatMap((rule) => ownersOfRule(rule.split(/\s+/), paths)))];
}

function ownersOfRule([pattern = "", ...owners]: readonly string[], paths: readonly string[]): readonly string[] {
  const negated = pattern.startsWith("!");
  const matches = matcher(negated ? pattern.slice(1) : pattern);
  const owned = paths.some((path) => matches(path) !== negated);
  return owned ? owners.filter((owner) => /^@[\w.-]+(\/[\w.-]+)?$/.test(owner)).map((owner) => owner.slice(1)) : [];
}

function matcher(pattern: string): (path: string) => boolean {
  try {
    const expression = new RE2JS(`^(?:${pattern})$`);
    return (path) => expression.test(path);
  } catch {
    return () => false; // Because a rule that cannot be read gives nobody a right.
  }
}
