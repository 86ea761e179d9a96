/** Who is in the local world: our users with the rights that they need, and people with theirs. */
import type { Permission } from "../ports/forge.ts";

export interface Person {
  readonly login: string;
  readonly permission: Permission;
  readonly scopes?: readonly string[];
}

/** Our users: who proposes, merges, checks, talks, and who may ask what others may (design 3). */
export const OUR_USERS = {
  proposer: { login: "anchorwatch", permission: "write", scopes: ["write:repository", "read:issue", "read:user"] },
  merger: { login: "anchorwatch-merge", permission: "write", scopes: ["write:repository", "read:issue", "write:issue", "read:user"] },
  checks: { login: "anchorwatch-checks", permission: "write", scopes: ["write:repository", "read:user"] },
  words: { login: "anchorwatch-words", permission: "write", scopes: ["read:repository", "write:issue", "read:user"] },
  permissions: { login: "anchorwatch-rights", permission: "admin", scopes: ["read:repository", "read:issue", "read:user", "read:organization"] },
} as const satisfies Readonly<Record<string, Person>>;

/** People of the home: the one who approves, the one whose commit broke it, a guest who may only look. */
export const PEOPLE = {
  owner: { login: "ada", permission: "admin" },
  writer: { login: "ben", permission: "write" },
  reader: { login: "guest", permission: "read" },
} as const satisfies Readonly<Record<string, Person>>;

export const EVERYBODY: readonly Person[] = [...Object.values(OUR_USERS), ...Object.values(PEOPLE)];
