/** The policy in force: the file on the base branch, never on the branch that is to be merged (design 8.2, safety F3). */
import { formatProblem } from "../records/checked-yaml.ts";
import { DEFAULT_POLICY, parsePolicy, type Policy } from "../policy/policy-file.ts";
import { Refused } from "../ports/errors.ts";
import type { Git } from "../ports/git.ts";
import type { RepositoryRef } from "../records/fields.ts";

/** Where the policy lives in the user's repository. */
export const POLICY_PATH = ".anchorwatch/policy.yaml";

/** Reads the policy at a branch or commit; without a file the default holds. @throws Refused for a file that is not valid: no effect without a policy */
export async function readPolicy(git: Git, repository: RepositoryRef, revision: string | undefined): Promise<Policy> {
  if (revision === undefined) return DEFAULT_POLICY;
  const commit = await git.resolve(repository, revision);
  const text = commit && (await git.read(repository, commit.id, POLICY_PATH));
  if (text === undefined) return DEFAULT_POLICY;
  const parsed = parsePolicy(text, POLICY_PATH);
  if (parsed.ok) return parsed.value;
  throw new Refused(`the policy is not valid, so nothing is done: ${parsed.problems.map(formatProblem)[0]}`);
}
