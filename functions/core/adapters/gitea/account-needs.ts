/** What each of our accounts needs on Gitea 1.26, and no more: its right on a repository and the scopes of its token. */

/** Who an account is to the product (design 3). */
export type Role = "proposer" | "merger" | "checks" | "words" | "rights";

export interface Need {
  readonly right: "read" | "write" | "admin";
  readonly scopes: readonly string[];
  /** Why it needs the right, for people who wonder. */
  readonly because: string;
}

/** The calls that each scope is for are held by `test/real/gitea-calls.yaml`. */
export const NEEDS: Readonly<Record<Role, Need>> = {
  proposer: { right: "write", scopes: ["write:repository", "read:issue", "read:user"], because: "pushes anchorwatch/* branches and opens pull requests" },
  merger: {
    right: "write",
    scopes: ["write:repository", "write:issue", "read:user"],
    because: "merges exactly what was approved, and closes what is nobody's",
  },
  checks: { right: "write", scopes: ["write:repository", "read:user"], because: "says at a commit whether its workflow files are valid" },
  words: { right: "write", scopes: ["read:repository", "write:issue", "read:user"], because: "comments, and labels its issues" },
  rights: {
    right: "admin",
    scopes: ["read:repository", "read:issue", "read:user", "read:organization"],
    because: "may ask who may do what, and can write nothing with its token",
  },
};

export const ROLES = ["proposer", "merger", "checks", "words", "rights"] as const satisfies readonly Role[];
