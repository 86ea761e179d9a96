/** The people of a test on a real Gitea: accounts, tokens, teams, and their rights in a new repository. */
import { createGiteaForge } from "../../functions/core/adapters/gitea/forge.ts";
import { EVERYBODY, OUR_USERS, type Person } from "../../functions/core/local/people.ts";
import type { Repository } from "../../functions/core/ports/forge.ts";
import type { GiteaServer } from "../servers/gitea-server.ts";

const PERSON_SCOPES = ["write:repository", "write:issue", "read:user"];

export interface GiteaPeople {
  /** Who is there; default: the people of the demo. */
  readonly people?: readonly Person[];
  /** `home/team` with the people in it, and whether everybody may look. */
  readonly teams?: Readonly<Record<string, readonly string[]>>;
  readonly public?: boolean;
}

interface Settled {
  readonly repository: Repository;
  readonly tokens: ReadonlyMap<string, string>;
  readonly ourUserIds: readonly number[];
}

const settled = new WeakMap<GiteaServer, ReadonlyMap<string, string>>();

/** Everybody, made once for a server, with a new repository `home/gitops` that they have their rights in. */
export async function settle(server: GiteaServer, options: GiteaPeople): Promise<Settled> {
  const people = options.people ?? EVERYBODY;
  const tokens = settled.get(server) ?? (await makeEverybody(server, people, options.teams ?? {}));
  settled.set(server, tokens);
  await expectDone(server, "POST", "/orgs/home/repos", { name: "gitops", private: options.public !== true, auto_init: true, default_branch: "main" });
  for (const { login, permission } of people) {
    if (permission === "none" || permission === "owner") continue;
    await expectDone(server, "PUT", `/repos/home/gitops/collaborators/${login}`, { permission });
  }
  const forge = createGiteaForge({ baseUrl: server.baseUrl, token: server.adminToken });
  const repository = await forge.repository("home/gitops");
  if (!repository) throw new Error("home/gitops was not made");
  const ourUserIds: number[] = [];
  for (const { login } of Object.values(OUR_USERS)) ourUserIds.push(await userId(server, login));
  return { repository, tokens, ourUserIds };
}

export async function userId(server: GiteaServer, login: string): Promise<number> {
  return ((await server.call("GET", `/users/${login}`)).json as { id: number }).id;
}

/** Accounts with their tokens; owners of the organization are in its team of owners. */
async function makeEverybody(server: GiteaServer, people: readonly Person[], teams: NonNullable<GiteaPeople["teams"]>): Promise<ReadonlyMap<string, string>> {
  const tokens = new Map<string, string>();
  for (const { login, scopes } of people) tokens.set(login, await server.account(login, scopes ?? PERSON_SCOPES));
  tokens.set(`${OUR_USERS.proposer.login} as a person`, await server.token(OUR_USERS.proposer.login, PERSON_SCOPES));
  await expectDone(server, "POST", "/orgs", { username: "home" });
  const owners = ((await server.call("GET", "/orgs/home/teams")).json as { id: number; name: string }[]).find(({ name }) => name === "Owners");
  for (const { login } of people.filter(({ permission }) => permission === "owner"))
    await expectDone(server, "PUT", `/teams/${owners?.id ?? 0}/members/${login}`, {});
  for (const [team, members] of Object.entries(teams)) {
    const made = await server.call("POST", "/orgs/home/teams", { name: team.split("/")[1], permission: "read", units: ["repo.code"] });
    for (const login of members) await expectDone(server, "PUT", `/teams/${(made.json as { id: number }).id}/members/${login}`, {});
  }
  return tokens;
}

export async function expectDone(server: GiteaServer, method: string, path: string, body: object): Promise<void> {
  const { status, json } = await server.call(method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
}
