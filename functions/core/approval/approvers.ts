/** Who may approve a change: the policy's rules for its paths, else its code owners, else everybody who may write (design 8.6). */
import type { UserRef } from "../records/approval.ts";
import { matchesGlob } from "../records/path-glob.ts";

/** A person as a policy names them: by numeric id, which cannot be taken over, or by login. */
export type PersonName = number | string;

export interface ApproverRule {
  /** Globs of `*` and `**`; a rule without them covers every path. */
  readonly paths?: readonly string[] | undefined;
  /** A rule with neither people nor teams leaves it to everybody who may write. */
  readonly users?: readonly PersonName[] | undefined;
  readonly teams?: readonly string[] | undefined;
  readonly required?: number | undefined;
}

export interface ApprovalPolicy {
  readonly approvers: readonly ApproverRule[];
  /** Whether the person who started a run may approve its change. */
  readonly allowSelf: boolean;
  /** Accounts of other bots: they never count. */
  readonly bots: readonly PersonName[];
}

export interface Electorate {
  readonly policy: ApprovalPolicy;
  /** Owners of the touched files, where the repository has a CODEOWNERS file and the policy names nobody; a name with a slash is a team. */
  readonly codeOwners?: readonly PersonName[] | undefined;
  /** People who may write, our users and bots left out; known where it matters whether there is more than one. */
  readonly writers?: readonly UserRef[] | undefined;
  /** Paths that the change touches. */
  readonly paths: readonly string[];
}

/** The rule for a path: the last that matches, as in a CODEOWNERS or .gitignore file. */
function ruleFor(path: string, rules: readonly ApproverRule[]): ApproverRule | undefined {
  return rules.filter((rule) => rule.paths === undefined || rule.paths.some((glob) => matchesGlob(path, glob))).at(-1);
}

/** Tells whether names include this user; logins are compared as Gitea does, without regard to case. */
export function names(list: readonly PersonName[], user: UserRef): boolean {
  const login = user.login.toLowerCase();
  return list.some((name) => (typeof name === "number" ? name === user.id : name.replace(/^@/, "").toLowerCase() === login));
}

/** The rules that all have to be content: one for each touched path, code owners where no rule speaks. */
function rulesOf(electorate: Electorate): readonly ApproverRule[] {
  const owners = electorate.codeOwners;
  const isTeam = (name: PersonName): name is string => typeof name === "string" && name.includes("/");
  const owned: ApproverRule = { users: owners?.filter((name) => !isTeam(name)), teams: owners?.filter(isTeam) };
  const fallback: ApproverRule = owners && owners.length > 0 ? owned : {};
  return [...new Set(electorate.paths.map((path) => ruleFor(path, electorate.policy.approvers) ?? fallback))];
}

function admits(rule: ApproverRule, person: { readonly user: UserRef; readonly teams: readonly string[] }): boolean {
  if (rule.users === undefined && rule.teams === undefined) return true;
  return names(rule.users ?? [], person.user) || (rule.teams ?? []).some((team) => person.teams.includes(team));
}

/** Tells whether a person, who may write, is an approver of every path that the change touches. */
export function isApprover(person: { readonly user: UserRef; readonly teams: readonly string[] }, electorate: Electorate): boolean {
  return electorate.paths.length > 0 && rulesOf(electorate).every((rule) => admits(rule, person));
}

/** Logins that the policy or the code owners name for what is touched, to be called by a reminder; whoever is known by number alone is not called. */
export function namedApprovers(electorate: Electorate): readonly string[] {
  const logins = rulesOf(electorate).flatMap((rule) => rule.users ?? []);
  return [...new Set(logins.filter((name) => typeof name === "string").map((name) => name.replace(/^@/, "")))];
}

/** The teams that may speak for the change: the forge is asked who is in them. */
export function teamsOf(electorate: Electorate): readonly string[] {
  return [...new Set(rulesOf(electorate).flatMap((rule) => rule.teams ?? []))];
}

/** How many people have to say yes: what the strictest rule asks for. */
export function requiredYes(electorate: Electorate): number {
  return Math.max(1, ...rulesOf(electorate).map((rule) => rule.required ?? 1));
}

/** Tells whether nobody else could approve: then a person may approve what they started. */
export function isOnlyApprover(user: UserRef, electorate: Electorate): boolean {
  const { paths, writers } = electorate;
  const isAlone = (rule: ApproverRule): boolean => {
    if (rule.teams !== undefined && rule.teams.length > 0) return false;
    if (rule.users === undefined) return writers?.length === 1 && writers[0]?.id === user.id;
    return rule.users.length === 1 && names(rule.users, user);
  };
  return paths.length > 0 && rulesOf(electorate).every(isAlone);
}
