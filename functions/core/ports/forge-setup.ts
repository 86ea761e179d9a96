/**
 * What setting up asks of a forge, with an administrator's token: users, tokens, rights, hooks, labels, protection (design 9).
 * Nothing that runs in production holds such a token. Every method @throws Unavailable and Refused.
 */
import type { RepositoryRef } from "../records/fields.ts";
import type { Permission } from "./forge.ts";

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly isAdmin: boolean;
}

export interface Hook {
  readonly id: number;
  readonly url: string;
  readonly active: boolean;
  readonly events: readonly string[];
}

/** A rule of branch protection as the forge gives it: what is not named here is kept as it stands. */
export interface Protection {
  readonly rule_name: string;
  readonly enable_push: boolean;
  readonly enable_push_whitelist: boolean;
  readonly push_whitelist_usernames: readonly string[];
  readonly push_whitelist_teams: readonly string[];
  readonly push_whitelist_deploy_keys: boolean;
  readonly enable_force_push: boolean;
  readonly enable_force_push_allowlist: boolean;
  readonly force_push_allowlist_usernames: readonly string[];
  readonly force_push_allowlist_teams: readonly string[];
  readonly force_push_allowlist_deploy_keys: boolean;
  readonly enable_merge_whitelist: boolean;
  readonly merge_whitelist_usernames: readonly string[];
  readonly merge_whitelist_teams: readonly string[];
}

export interface ForgeSetup {
  whoAmI(): Promise<Account>;
  version(): Promise<string>;

  account(login: string): Promise<Account | undefined>;
  createAccount(account: { login: string; email: string; password: string }): Promise<void>;
  /** Gives an account a password that nobody has to know afterwards. */
  setPassword(login: string, password: string): Promise<void>;
  /** Logins that may do everything everywhere. */
  administrators(): Promise<readonly string[]>;
  deleteAccount(login: string): Promise<void>;
  /** Makes a token in place of one of the same name. @param as the account's own login and password */
  replaceToken(as: { login: string; password: string }, token: { name: string; scopes: readonly string[] }): Promise<string>;

  /** Right of an account on a repository; `none` without any. */
  permission(repository: RepositoryRef, login: string): Promise<Permission>;
  /** Accounts that were given a right on the repository itself, with it. */
  collaborators(repository: RepositoryRef): Promise<readonly { login: string; permission: Permission }[]>;
  /** Teams of its organization that reach it; none for a person's repository. */
  teams(repository: RepositoryRef): Promise<readonly { name: string; permission: Permission }[]>;
  grant(repository: RepositoryRef, login: string, permission: "read" | "write" | "admin"): Promise<void>;
  revoke(repository: RepositoryRef, login: string): Promise<void>;

  hooks(repository: RepositoryRef): Promise<readonly Hook[]>;
  createHook(repository: RepositoryRef, hook: { url: string; secret: string; events: readonly string[] }): Promise<void>;
  deleteHook(repository: RepositoryRef, id: number): Promise<void>;
  /** Has the forge send its test delivery. */
  testHook(repository: RepositoryRef, id: number): Promise<void>;

  labels(repository: RepositoryRef): Promise<readonly { id: number; name: string }[]>;
  createLabel(repository: RepositoryRef, label: { name: string; color: string; description: string }): Promise<void>;
  deleteLabel(repository: RepositoryRef, id: number): Promise<void>;

  /** Whether an account is in a team, `organisation/team`; undefined where there is no such team. */
  isMember(team: string, login: string): Promise<boolean | undefined>;
  join(team: string, login: string): Promise<void>;
  leave(team: string, login: string): Promise<void>;

  /** The text of a file on the default branch; undefined where there is none. */
  file(repository: RepositoryRef, path: string): Promise<string | undefined>;

  /** The rule of exactly this branch. */
  protection(repository: RepositoryRef, branch: string): Promise<Protection | undefined>;
  createProtection(repository: RepositoryRef, protection: Protection): Promise<void>;
  editProtection(repository: RepositoryRef, protection: Protection): Promise<void>;
  deleteProtection(repository: RepositoryRef, branch: string): Promise<void>;
}
