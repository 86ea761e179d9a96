/** Who is in the local world: our users with the rights that they need, and people with theirs. */
import { NEEDS, type Role } from "../adapters/gitea/account-needs.ts";
import type { Permission } from "../ports/forge.ts";

export interface Person {
  readonly login: string;
  readonly permission: Permission;
  readonly scopes?: readonly string[];
}

/** Our users: who proposes, merges, checks, talks, and who may ask what others may (design 3). */
export const OUR_USERS = {
  proposer: ours("anchorwatch", "proposer"),
  merger: ours("anchorwatch-merge", "merger"),
  checks: ours("anchorwatch-checks", "checks"),
  words: ours("anchorwatch-words", "words"),
  permissions: ours("anchorwatch-rights", "rights"),
} as const satisfies Readonly<Record<string, Person>>;

function ours<Login extends string>(login: Login, role: Role): Person & { readonly login: Login } {
  const { right, scopes } = NEEDS[role];
  return { login, permission: right, scopes };
}

/** People of the home: the one who approves, the one whose commit broke it, a guest who may only look. */
export const PEOPLE = {
  owner: { login: "ada", permission: "admin" },
  writer: { login: "ben", permission: "write" },
  reader: { login: "guest", permission: "read" },
} as const satisfies Readonly<Record<string, Person>>;

export const EVERYBODY: readonly Person[] = [...Object.values(OUR_USERS), ...Object.values(PEOPLE)];
