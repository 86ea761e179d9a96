/** The account that asks who may do what, in the teams that may approve: nobody outside of a team is told who is in it. */
import { CODE_OWNERS_PLACES } from "../../judgement/code-owners.ts";
import { POLICY_PATH } from "../../judgement/read-policy.ts";
import { parsePolicy } from "../../policy/policy-file.ts";
import { Refused } from "../../ports/errors.ts";
import type { RepositoryRef } from "../../records/fields.ts";
import type { Setup } from "./accounts.ts";
import { MISSING, type Piece, THERE } from "./piece.ts";

const PREFIX = "place in the team ";
/** Teams of one installation; more than a home has. */
const MAX_TEAMS = 50;

/** Named by a policy, by code owners, or at set-up; and where init has put the account, so that it can be taken away. */
export async function namedTeams(
  { forge }: Setup,
  given: { readonly repositories: readonly RepositoryRef[]; readonly approvers: readonly string[]; readonly made: Iterable<string> },
): Promise<readonly string[]> {
  const inFiles = await Promise.all(given.repositories.map((repository) => teamsIn(forge, repository)));
  const asked = given.approvers.filter((name) => name.includes("/"));
  const kept = [...given.made].filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
  return [...new Map([...inFiles.flat(), ...asked, ...kept].map((team) => [team.toLowerCase(), team])).values()].slice(0, MAX_TEAMS);
}

/** Code owners speak where the policy names nobody. A policy that is not valid is somebody's to mend, and names nobody until then. */
async function teamsIn(forge: Setup["forge"], repository: RepositoryRef): Promise<readonly string[]> {
  const policy = await forge.file(repository, POLICY_PATH);
  const parsed = policy === undefined ? undefined : parsePolicy(policy, POLICY_PATH);
  const approvers = parsed?.ok === true ? parsed.value.approvers : [];
  if (approvers.length > 0) return approvers.flatMap(({ teams = [] }) => teams);
  for (const place of CODE_OWNERS_PLACES) {
    const text = await forge.file(repository, place);
    if (text !== undefined) return [...text.matchAll(/(?<=\s@)[\w.-]+\/[\w.-]+/g)].map(([team]) => team);
  }
  return [];
}

export function teamPiece({ settings, forge }: Setup, team: string): Piece {
  const login = settings.gitea.accounts.rights;
  return {
    name: `${PREFIX}${team}`,
    async look() {
      const isIn = await forge.isMember(team, login);
      if (isIn === undefined) return { state: "differs", words: `the policy names the team ${team}, and there is none: nobody can approve by it` };
      return isIn ? THERE : MISSING;
    },
    preview: () => Promise.resolve([`${login} joins it: only members may ask who is in it. Its token reads, and what it says never counts as a yes`]),
    async make() {
      if (/\/owners$/i.test(team)) throw new Refused(`${login} would own all of ${team.split("/")[0]}, which it must not: name another team as approvers`);
      await forge.join(team, login);
    },
    async undo() {
      await forge.leave(team, login);
      return undefined;
    },
  };
}
