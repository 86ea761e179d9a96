/** Who may do what: permissions, collaborators, people who may write, and teams (contracts 3.7, 12.1). */
import type { Hono } from "hono";
import { PERMISSIONS, PermissionSchema, type Team, type User } from "../records.ts";
import { type Act, ApiError, current, enter, mayDo, notFound, viewOf } from "../world.ts";
import { viewLogin } from "../views/repositories.ts";
import { viewUser } from "../views/users.ts";
import { actOf, bodyOf, callerOf, type Session, textOf } from "./session.ts";

const REPO = "/api/v1/repos/:owner/:repo";

export function routePeople(app: Hono, session: Session): void {
  app.get(`${REPO}/collaborators/:login/permission`, (http) => {
    const act = actOf(session, http, { area: "repository", permission: "read" });
    return http.json(permissionOf(act, http.req.param("login")));
  });
  app.put(`${REPO}/collaborators/:login`, async (http) => {
    const act = actOf(session, http, { area: "repository", permission: "admin" });
    const permission = PermissionSchema.catch("write").parse(textOf(await bodyOf(http), "permission"));
    setCollaborator(act, http.req.param("login"), permission);
    return http.body(null, 204);
  });
  app.delete(`${REPO}/collaborators/:login`, (http) => {
    const act = actOf(session, http, { area: "repository", permission: "admin" });
    setCollaborator(act, http.req.param("login"), undefined);
    return http.body(null, 204);
  });
  app.get(`${REPO}/assignees`, (http) => {
    const act = actOf(session, http, { area: "repository", permission: "read" });
    const repository = current(act);
    const writers = Object.keys(repository.collaborators).filter(
      (login) => PERMISSIONS.indexOf(repository.collaborators[login] ?? "none") >= PERMISSIONS.indexOf("write"),
    );
    return http.json(writers.map((login) => viewLogin(viewOf(act.world, act.by), login)));
  });
  routeTeams(app, session);
}

/** Only a repository's admin may ask for others (contracts 12.1). */
function permissionOf(act: Act, login: string): object {
  const { state } = act.world;
  if (!mayDo(act, "admin") && act.by.login !== login)
    throw new ApiError(403, "Only admins can query all permissions, repo admins can query all repo permissions, collaborators can query only their own");
  const user = state.user(login);
  if (!user) throw new ApiError(404, `user does not exist [uid: 0, name: ${login}]`);
  const permission = state.permission(current(act), user);
  return { permission, role_name: permission, user: viewUser(act.world.baseUrl, user) };
}

function setCollaborator(act: Act, login: string, permission: (typeof PERMISSIONS)[number] | undefined): void {
  if (!act.world.state.user(login)) throw new ApiError(422, `user does not exist [uid: 0, name: ${login}]`);
  const { [login]: _old, ...others } = current(act).collaborators;
  act.world.state.putRepository({ ...current(act), collaborators: permission === undefined ? others : { ...others, [login]: permission } });
  enter(act, { what: permission === undefined ? "DELETE /collaborators" : "PUT /collaborators", details: { login, permission }, outcome: 204 });
}

/** Asked by a member of the organisation, and about a team's members by somebody who is in it (measured on 1.26). */
function routeTeams(app: Hono, session: Session): void {
  const { teams } = session;
  app.get("/api/v1/orgs/:organization/teams", (http) => {
    const caller = callerOf(session, http, "organization");
    const own = teams.filter((team) => team.organization === http.req.param("organization"));
    if (!own.some((team) => isIn(team, caller))) throw new ApiError(403, "Must be an organization member");
    return http.json(own.map(({ id, name }) => ({ id, name, description: "", permission: "write" })));
  });
  app.get("/api/v1/teams/:id{[0-9]+}/members/:login", (http) => {
    const caller = callerOf(session, http, "organization");
    const team = teams.find(({ id }) => id === Number(http.req.param("id")));
    if (!team) throw notFound();
    if (!isIn(team, caller)) throw new ApiError(403, "Must be a team member");
    const user = session.world.state.user(http.req.param("login"));
    if (!user || !isIn(team, user)) throw notFound();
    return http.json(viewUser(session.world.baseUrl, user));
  });
}

function isIn(team: Team, user: User): boolean {
  return user.siteAdmin || team.members.includes(user.login);
}
