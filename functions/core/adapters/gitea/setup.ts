/** Gitea (and Forgejo) behind the ForgeSetup port: an administrator's calls (contracts 3.5, 3.7; measured on 1.26). */
import * as z from "zod";
import type { Account, ForgeSetup } from "../../ports/forge-setup.ts";
import { Refused } from "../../ports/errors.ts";
import { PermissionSchema } from "./answers.ts";
import { createGitea, encodePath, type Gitea, type GiteaOptions, read, repositoryPath } from "./client.ts";
import { idOfTeam } from "./people.ts";
import { createProtections } from "./protections.ts";

const AccountSchema = z
  .looseObject({ id: z.number(), login: z.string(), is_admin: z.boolean().default(false) })
  .transform(({ id, login, is_admin }): Account => ({ id, login, isAdmin: is_admin }));
const HookSchema = z
  .looseObject({ id: z.number(), active: z.boolean(), config: z.looseObject({ url: z.string().default("") }), events: z.array(z.string()) })
  .transform(({ id, active, config, events }) => ({ id, active, url: config.url, events }));
const LabelSchema = z.looseObject({ id: z.number(), name: z.string() }).transform(({ id, name }) => ({ id, name }));
const TeamSchema = z.looseObject({ name: z.string(), permission: z.enum(["none", "read", "write", "admin", "owner"]) });

const FileSchema = z.looseObject({ content: z.string().max(2 * 1024 * 1024) });

const TokenSchema = z.looseObject({ sha1: z.string().min(20) });

/** Entries of a list that are read: a home has a handful. */
const MAX_ENTRIES = 500;

export function createGiteaSetup(options: GiteaOptions): ForgeSetup {
  const gitea = createGitea(options);
  return {
    whoAmI: async () => read(AccountSchema, await gitea.get("/user"), "GET /user"),
    version: async () => read(z.looseObject({ version: z.string() }), await gitea.get("/version"), "GET /version").version,
    ...createAccounts(gitea, options),
    ...createRights(gitea),
    ...createHooks(gitea),
    ...createLabels(gitea),
    ...createProtections(gitea),
    ...createTeams(gitea),
    async file(repository, path) {
      const name = `${repositoryPath(repository.name)}/contents/${encodePath(path)}`;
      const answer = await gitea.get(name, { expect: [404] });
      return answer.status === 404 ? undefined : Buffer.from(read(FileSchema, answer, `GET ${name}`).content, "base64").toString("utf8");
    },
  };
}

function createAccounts(
  gitea: Gitea,
  options: GiteaOptions,
): Pick<ForgeSetup, "account" | "createAccount" | "setPassword" | "administrators" | "deleteAccount" | "replaceToken"> {
  return {
    async account(login) {
      const path = `/users/${encodeURIComponent(login)}`;
      const answer = await gitea.get(path, { expect: [404] });
      return answer.status === 404 ? undefined : read(AccountSchema, answer, `GET ${path}`);
    },
    async createAccount({ login, email, password }) {
      // Without `must_change_password: false` every call of its token would be refused.
      const body = { username: login, email, password, must_change_password: false, visibility: "limited" };
      await gitea.write("POST", "/admin/users", { body });
    },
    async setPassword(login, password) {
      const body = { login_name: login, source_id: 0, password, must_change_password: false };
      await gitea.write("PATCH", `/admin/users/${encodeURIComponent(login)}`, { body });
    },
    async administrators() {
      const accounts = await gitea.list("/admin/users", AccountSchema, MAX_ENTRIES);
      return accounts.filter(({ isAdmin }) => isAdmin).map(({ login }) => login);
    },
    async deleteAccount(login) {
      await gitea.write("DELETE", `/admin/users/${encodeURIComponent(login)}`, { expect: [404] });
    },
    async replaceToken(as, token) {
      const own = createGitea({ ...options, login: as.login, token: as.password });
      const path = `/users/${encodeURIComponent(as.login)}/tokens`;
      await own.write("DELETE", `${path}/${encodeURIComponent(token.name)}`, { expect: [404] });
      return read(TokenSchema, await own.write("POST", path, { body: token }), `POST ${path}`).sha1;
    },
  };
}

function createRights(gitea: Gitea): Pick<ForgeSetup, "permission" | "collaborators" | "teams" | "grant" | "revoke"> {
  const permission: ForgeSetup["permission"] = async (repository, login) => {
    const path = `${repositoryPath(repository.name)}/collaborators/${encodeURIComponent(login)}/permission`;
    const answer = await gitea.get(path, { expect: [404] });
    return answer.status === 404 ? "none" : read(PermissionSchema, answer, `GET ${path}`).permission;
  };
  return {
    permission,
    async collaborators(repository) {
      const accounts = await gitea.list(`${repositoryPath(repository.name)}/collaborators`, AccountSchema, MAX_ENTRIES);
      return Promise.all(accounts.map(async ({ login }) => ({ login, permission: await permission(repository, login) })));
    },
    async teams(repository) {
      const path = `${repositoryPath(repository.name)}/teams`;
      // 405: the repository is a person's, not an organization's.
      const answer = await gitea.get(path, { expect: [404, 405] });
      return answer.status >= 400 ? [] : (read(z.array(TeamSchema).nullable(), answer, `GET ${path}`) ?? []);
    },
    async grant(repository, login, right) {
      await gitea.write("PUT", `${repositoryPath(repository.name)}/collaborators/${encodeURIComponent(login)}`, { body: { permission: right } });
    },
    async revoke(repository, login) {
      await gitea.write("DELETE", `${repositoryPath(repository.name)}/collaborators/${encodeURIComponent(login)}`, { expect: [404, 422] });
    },
  };
}

/** Who is in a team is told only to those in it, to owners of its organization, and to administrators (measured on 1.26). */
function createTeams(gitea: Gitea): Pick<ForgeSetup, "isMember" | "join" | "leave"> {
  const memberPath = async (team: string, login: string): Promise<string | undefined> => {
    const [organization = "", name = ""] = team.split("/");
    const id = await teamId(gitea, organization, name);
    return id === undefined ? undefined : `/teams/${id}/members/${encodeURIComponent(login)}`;
  };
  return {
    async isMember(team, login) {
      const path = await memberPath(team, login);
      return path === undefined ? undefined : (await gitea.get(path, { expect: [404] })).status !== 404;
    },
    async join(team, login) {
      const path = await memberPath(team, login);
      if (path === undefined) throw new Refused(`there is no team ${team}`);
      await gitea.write("PUT", path);
    },
    async leave(team, login) {
      const path = await memberPath(team, login);
      if (path !== undefined) await gitea.write("DELETE", path, { expect: [404] });
    },
  };
}

/** An organization that is not there has no teams. */
async function teamId(gitea: Gitea, organization: string, name: string): Promise<number | undefined> {
  try {
    return await idOfTeam(gitea, organization, name);
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return undefined;
    throw error;
  }
}

function createHooks(gitea: Gitea): Pick<ForgeSetup, "hooks" | "createHook" | "deleteHook" | "testHook"> {
  return {
    hooks: (repository) => gitea.list(`${repositoryPath(repository.name)}/hooks`, HookSchema, MAX_ENTRIES),
    async createHook(repository, { url, secret, events }) {
      const body = { type: "gitea", active: true, config: { url, content_type: "json", secret }, events };
      await gitea.write("POST", `${repositoryPath(repository.name)}/hooks`, { body });
    },
    async deleteHook(repository, id) {
      await gitea.write("DELETE", `${repositoryPath(repository.name)}/hooks/${id}`, { expect: [404] });
    },
    async testHook(repository, id) {
      await gitea.write("POST", `${repositoryPath(repository.name)}/hooks/${id}/tests`);
    },
  };
}

function createLabels(gitea: Gitea): Pick<ForgeSetup, "labels" | "createLabel" | "deleteLabel"> {
  return {
    labels: (repository) => gitea.list(`${repositoryPath(repository.name)}/labels`, LabelSchema, MAX_ENTRIES),
    async createLabel(repository, label) {
      await gitea.write("POST", `${repositoryPath(repository.name)}/labels`, { body: label });
    },
    async deleteLabel(repository, id) {
      await gitea.write("DELETE", `${repositoryPath(repository.name)}/labels/${id}`, { expect: [404] });
    },
  };
}
