/** Protection of the default branch that restricts nobody but our own accounts (design 9). */
import type { ForgeSetup, Protection } from "../../ports/forge-setup.ts";
import type { Repository } from "../../ports/forge.ts";
import type { Setup } from "./accounts.ts";
import { MISSING, type Piece, THERE } from "./piece.ts";

/**
 * Our accounts may write so that they can push their branches; on the default branch only the merger may merge, and none may push.
 * Everybody else keeps what they had: they are listed, because a list is the only way that Gitea restricts some and not others.
 */
export function protectionPiece(setup: Setup, repository: Repository): Piece {
  const { forge } = setup;
  const branch = repository.defaultBranch;
  const name = `protection of ${branch} in ${repository.name}`;
  const wantedProtection = (now: Protection | undefined): Promise<Protection> => wantedFrom(setup, { repository, now, isOurs: setup.made(name) });
  return {
    name,
    async look() {
      const now = await forge.protection(repository, branch);
      if (!now) return MISSING;
      const changes = changesOf(now, await wantedProtection(now));
      return changes.length === 0 ? THERE : { state: "differs", words: changes.join("; ") };
    },
    async preview() {
      const now = await forge.protection(repository, branch);
      return changesOf(now, await wantedProtection(now));
    },
    async make() {
      const now = await forge.protection(repository, branch);
      const wanted = await wantedProtection(now);
      await (now ? forge.editProtection(repository, wanted) : forge.createProtection(repository, wanted));
      return now;
    },
    async undo(before) {
      await (isProtection(before) ? forge.editProtection(repository, before) : forge.deleteProtection(repository, branch));
      return undefined;
    },
  };
}

function isProtection(value: unknown): value is Protection {
  return value !== null && typeof value === "object" && "rule_name" in value;
}

const OPEN: Protection = {
  rule_name: "",
  enable_push: true,
  enable_push_whitelist: false,
  push_whitelist_usernames: [],
  push_whitelist_teams: [],
  push_whitelist_deploy_keys: true,
  enable_force_push: true,
  enable_force_push_allowlist: false,
  force_push_allowlist_usernames: [],
  force_push_allowlist_teams: [],
  force_push_allowlist_deploy_keys: true,
  enable_merge_whitelist: false,
  merge_whitelist_usernames: [],
  merge_whitelist_teams: [],
};

interface Known {
  readonly repository: Repository;
  readonly now: Protection | undefined;
  /** The rule is of our making, so its lists are: whoever came later is listed, too. */
  readonly isOurs: boolean;
}

/** What the rule is to be: a list of people's own is kept, without us; what was open to all who may write lists all of them. */
async function wantedFrom(setup: Setup, { repository, now, isOurs }: Known): Promise<Protection> {
  const { settings, forge } = setup;
  const ours: readonly string[] = Object.values(settings.gitea.accounts);
  const before = now ?? { ...OPEN, rule_name: repository.defaultBranch };
  const everybody = await whoMayWrite(forge, repository, ours);
  const listed = (isOn: boolean, users: readonly string[]): string[] =>
    sorted((isOn && !isOurs ? users : everybody.users).filter((user) => !ours.includes(user)));
  const teams = (isOn: boolean, names: readonly string[]): readonly string[] => (isOn && !isOurs ? names : everybody.teams);
  return {
    ...before,
    ...(before.enable_push && {
      enable_push_whitelist: true,
      push_whitelist_usernames: listed(before.enable_push_whitelist, before.push_whitelist_usernames),
      push_whitelist_teams: teams(before.enable_push_whitelist, before.push_whitelist_teams),
      push_whitelist_deploy_keys: before.enable_push_whitelist ? before.push_whitelist_deploy_keys : true,
    }),
    ...(before.enable_force_push && {
      enable_force_push_allowlist: true,
      force_push_allowlist_usernames: listed(before.enable_force_push_allowlist, before.force_push_allowlist_usernames),
      force_push_allowlist_teams: teams(before.enable_force_push_allowlist, before.force_push_allowlist_teams),
      force_push_allowlist_deploy_keys: before.enable_force_push_allowlist ? before.force_push_allowlist_deploy_keys : true,
    }),
    enable_merge_whitelist: true,
    merge_whitelist_usernames: sorted([...listed(before.enable_merge_whitelist, before.merge_whitelist_usernames), settings.gitea.accounts.merger]),
    merge_whitelist_teams: teams(before.enable_merge_whitelist, before.merge_whitelist_teams),
  };
}

/** Everybody but us who may write: the owner, collaborators, teams of the organization, and administrators of the forge. */
async function whoMayWrite(
  forge: ForgeSetup,
  repository: Repository,
  ours: readonly string[],
): Promise<{ users: readonly string[]; teams: readonly string[] }> {
  const mayWrite = ({ permission }: { permission: string }): boolean => ["write", "admin", "owner"].includes(permission);
  const owner = repository.name.split("/")[0] ?? "";
  const teams = await forge.teams(repository);
  const collaborators = (await forge.collaborators(repository)).filter(mayWrite).map(({ login }) => login);
  const people = [...(teams.length === 0 ? [owner] : []), ...collaborators, ...(await forge.administrators())];
  return { users: [...new Set(people)].filter((login) => !ours.includes(login)), teams: teams.filter(mayWrite).map(({ name }) => name) };
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].toSorted((a, b) => (a < b ? -1 : 1));
}

/** A line for each field that would change, as a diff. */
function changesOf(now: Protection | undefined, wanted: Protection): readonly string[] {
  const before = Object.entries(now ?? OPEN);
  return Object.entries(wanted).flatMap(([field, value]) => {
    const old = before.find(([name]) => name === field)?.[1];
    return same(old, value) || field === "rule_name" ? [] : [`${field}: ${words(old)} -> ${words(value)}`];
  });
}

function same(a: unknown, b: unknown): boolean {
  const plain = (value: unknown): string => JSON.stringify(Array.isArray(value) ? value.map(String).toSorted((x, y) => (x < y ? -1 : 1)) : (value ?? false));
  return plain(a) === plain(b);
}

function words(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "nobody" : value.join(", ");
  return value === true ? "on" : value === false || value === undefined ? "off" : JSON.stringify(value);
}
