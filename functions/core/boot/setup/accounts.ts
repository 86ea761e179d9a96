/** Our accounts at the forge, their tokens with the smallest scopes, and their rights on a repository. */
import { NEEDS, type Role } from "../../adapters/gitea/account-needs.ts";
import { createGiteaSetup } from "../../adapters/gitea/setup.ts";
import type { ForgeSetup } from "../../ports/forge-setup.ts";
import type { Permission } from "../../ports/forge.ts";
import { Refused } from "../../ports/errors.ts";
import type { RepositoryRef } from "../../records/fields.ts";
import type { Settings } from "../settings.ts";
import { type Piece, MISSING, THERE } from "./piece.ts";
import { randomSecret, type SecretsFolder } from "./secrets-folder.ts";

const TOKEN_NAME = "anchorwatch";

export interface Setup {
  readonly settings: Settings;
  readonly forge: ForgeSetup;
  readonly secrets: SecretsFolder;
  /** Was the piece of this name made by us, from nothing? */
  readonly made: (name: string) => boolean;
}

const accountName = (login: string): string => `account ${login}`;

export function accountPiece({ settings, forge }: Setup, role: Role): Piece {
  const login = settings.gitea.accounts[role];
  return {
    name: accountName(login),
    async look() {
      const account = await forge.account(login);
      if (account?.isAdmin === true) return { state: "differs", words: `${login} is an administrator of the whole forge, which it must not be` };
      return account ? THERE : MISSING;
    },
    async make() {
      if (await forge.account(login))
        throw new Refused(`${login} is an administrator of the forge: name another account in the settings, or take that right away`);
      await forge.createAccount({ login, email: `${login}@anchorwatch.invalid`, password: randomSecret() });
    },
    async undo() {
      await forge.deleteAccount(login);
      return undefined;
    },
  };
}

/** A token can make no token, and nobody is to know a password: the account gets one for a moment (contracts 3.7). */
export function tokenPiece({ settings, forge, secrets, made }: Setup, role: Role): Piece {
  const login = settings.gitea.accounts[role];
  return {
    name: `token of ${login}`,
    async look() {
      const token = secrets.read(`${role}-token`);
      if (token === undefined) return MISSING;
      const own = createGiteaSetup({ baseUrl: settings.gitea.url, token });
      const account = await own.whoAmI().catch((error: unknown) => {
        if (error instanceof Refused) return undefined;
        throw error;
      });
      if (account?.login === login) return THERE;
      return { state: "differs", words: account ? `the token belongs to ${account.login}` : "the forge does not take the token" };
    },
    async make() {
      // Somebody else's account would lose its password.
      if (!made(accountName(login))) {
        throw new Refused(
          `the account ${login} was not made by init: name another under gitea.accounts in the settings, or put a token of it with ${NEEDS[role].scopes.join(", ")} into ${secrets.directory}/${role}-token`,
        );
      }
      const password = randomSecret();
      await forge.setPassword(login, password);
      secrets.write(`${role}-token`, await forge.replaceToken({ login, password }, { name: TOKEN_NAME, scopes: NEEDS[role].scopes }));
      await forge.setPassword(login, randomSecret());
    },
    undo() {
      secrets.remove(`${role}-token`);
      return Promise.resolve(undefined);
    },
  };
}

export function rightPiece({ settings, forge }: Setup, repository: RepositoryRef, role: Role): Piece {
  const login = settings.gitea.accounts[role];
  const { right, because } = NEEDS[role];
  return {
    name: `right of ${login} on ${repository.name}`,
    async look() {
      const has = await forge.permission(repository, login);
      if (has === "none") return MISSING;
      return has === right ? THERE : { state: "differs", words: `it may ${has}, and needs ${right}: it ${because}` };
    },
    preview: () => Promise.resolve([`${login} may ${right}: it ${because}`]),
    async make(): Promise<Permission | undefined> {
      const before = await forge.permission(repository, login);
      await forge.grant(repository, login, right);
      return before === "none" ? undefined : before;
    },
    async undo(before) {
      const had = before === "read" || before === "write" || before === "admin" ? before : undefined;
      await (had === undefined ? forge.revoke(repository, login) : forge.grant(repository, login, had));
      return undefined;
    },
  };
}
