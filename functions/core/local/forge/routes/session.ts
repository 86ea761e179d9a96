/** Who calls, and whether their token and their rights allow it: 401, 403 and 404 as Gitea answers them. */
import type { Context } from "hono";
import { PERMISSIONS, type Permission, type Team, type User } from "../records.ts";
import { type Act, ApiError, notFound, type World } from "../world.ts";

/** What a token may do, in Gitea's words: `write:repository`, `read:issue`, ...; `all` is everything. */
export interface Token {
  readonly login: string;
  readonly scopes: readonly string[];
}

export interface Session {
  readonly world: World;
  readonly tokens: ReadonlyMap<string, Token>;
  readonly teams: readonly Team[];
}

export type ScopeArea = "repository" | "issue" | "user" | "organization";

/** The caller. @throws ApiError 401 for a token that nobody has, 403 naming the scope that is missing */
export function callerOf({ world, tokens }: Session, http: Context, area: ScopeArea): User {
  const given = /^(?:token|Bearer) (\S+)$/.exec(http.req.header("authorization") ?? "")?.[1];
  const token = given === undefined ? undefined : tokens.get(given);
  const user = token && world.state.user(token.login);
  if (!token || !user) throw new ApiError(401, "invalid username, password or token");
  const needed = http.req.method === "GET" ? [`read:${area}`, `write:${area}`] : [`write:${area}`];
  if (!token.scopes.includes("all") && !needed.some((scope) => token.scopes.includes(scope))) {
    throw new ApiError(403, `token does not have at least one of required scope(s), required=[${needed[0]}], token scope=${token.scopes.join(",")}`);
  }
  return user;
}

/** The caller in the repository of the path, with at least this right. A repository that one may not see is not there. */
export function actOf(session: Session, http: Context, needs: { area: ScopeArea; permission: Permission }): Act {
  const by = callerOf(session, http, needs.area);
  const { state } = session.world;
  const repository = state.repository(`${http.req.param("owner") ?? ""}/${http.req.param("repo") ?? ""}`);
  const has = repository ? PERMISSIONS.indexOf(state.permission(repository, by)) : 0;
  if (!repository || has < PERMISSIONS.indexOf("read")) throw notFound();
  if (has < PERMISSIONS.indexOf(needs.permission)) throw new ApiError(403, FORBIDDEN[needs.permission] ?? "");
  return { world: session.world, repository, by };
}

const FORBIDDEN: Partial<Record<Permission, string>> = {
  write: "user should have a permission to write to a repo",
  admin: "user should be an owner or a collaborator with admin write of a repository",
};

/** The JSON body. @throws ApiError 422 */
export async function bodyOf(http: Context): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await http.req.json();
    return typeof body === "object" && body !== null ? Object.fromEntries(Object.entries(body)) : {};
  } catch {
    throw new ApiError(422, "[]: Invalid JSON");
  }
}

export function textOf(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name];
  return typeof value === "string" ? value : undefined;
}

/** The number in the path. @throws ApiError 404 */
export function numberOf(http: Context, name: string): number {
  const number = Number(http.req.param(name));
  if (!Number.isInteger(number)) throw notFound();
  return number;
}

/** One page of a list: 30 by default, 50 at most, however many are asked for (contracts 3). */
export function pageOf<T>(http: Context, items: readonly T[]): readonly T[] {
  const page = Math.max(1, Number(http.req.query("page") ?? 1) || 1);
  const limit = Math.min(50, Math.max(1, Number(http.req.query("limit") ?? 30) || 30));
  http.header("x-total-count", String(items.length));
  return items.slice((page - 1) * limit, page * limit);
}
