/** Users, repositories, branches, contents, statuses. */
import type { Hono } from "hono";
import { commitContents, ContentsSchema } from "../actions/commits.ts";
import { moveBranch, openPulls } from "../actions/branches.ts";
import { checkPullsInto } from "../actions/merge.ts";
import type { LoggedCommit } from "../git/commit-log.ts";
import { AskedProtectionSchema, type Protection, type Status } from "../records.ts";
import { type Act, ApiError, current, enter, notFound, viewOf } from "../world.ts";
import { viewBranch, viewGitCommit, viewProtection, viewRepository } from "../views/repositories.ts";
import { viewStatus } from "../views/threads.ts";
import { viewUser } from "../views/users.ts";
import { actOf, bodyOf, callerOf, type Session, textOf } from "./session.ts";

const REPO = "/api/v1/repos/:owner/:repo";

/** What git allows as a branch name, as far as Gitea asks. */
const BRANCH_NAME = /^(?![-/.])(?!.*(\.\.|\/\/|@\{|\/\.|\.lock(\/|$)))[^\s~^:?*[\\]{1,100}(?<![/.])$/;

export function routeRepositories(app: Hono, session: Session): void {
  app.get("/api/v1/user", (http) => {
    const user = callerOf(session, http, "user");
    return http.json(viewUser(session.world.baseUrl, user, user));
  });
  app.get(REPO, (http) => {
    const act = actOf(session, http, { area: "repository", permission: "read" });
    return http.json(viewRepository(viewOf(act.world, act.by), current(act)));
  });
  routeBranches(app, session);
  routeObjects(app, session);
  routeProtections(app, session);
  routeContents(app, session);
  routeStatuses(app, session);
}

function routeBranches(app: Hono, session: Session): void {
  app.get(`${REPO}/branches/:name{.+}`, async (http) => {
    const act = actOf(session, http, { area: "repository", permission: "read" });
    const name = http.req.param("name");
    const id = current(act).branches[name];
    const commit = id === undefined ? undefined : await act.world.git(act.repository).commit(id);
    if (!commit) throw notFound();
    return http.json(viewBranch(viewOf(act.world, act.by), current(act), { name, commit }));
  });
  app.post(`${REPO}/branches`, async (http) => {
    const act = actOf(session, http, { area: "repository", permission: "write" });
    const body = await bodyOf(http);
    const name = textOf(body, "new_branch_name") ?? "";
    const from = textOf(body, "old_ref_name") ?? current(act).defaultBranch;
    if (!BRANCH_NAME.test(name)) throw new ApiError(422, "[BranchName]: GitRefName");
    if (current(act).branches[name] !== undefined) throw new ApiError(409, "The branch already exists.");
    const commit = await act.world.git(act.repository).commit(current(act).branches[from] ?? from);
    if (!commit) throw /^[0-9a-f]{40}$/.test(from) ? new ApiError(500, "") : notFound();
    await moveBranch(act, { branch: name, from: undefined, to: commit.id, what: "POST /branches" });
    return http.json(viewBranch(viewOf(act.world, act.by), current(act), { name, commit }), 201);
  });
  app.delete(`${REPO}/branches/:name{.+}`, async (http) => {
    const act = actOf(session, http, { area: "repository", permission: "write" });
    const name = http.req.param("name");
    const from = current(act).branches[name];
    if (from === undefined) throw notFound();
    const isTarget = openPulls(act).some(({ pull }) => pull.base === name);
    if (name === current(act).defaultBranch || isTarget) throw new ApiError(403, "can not delete default or pull request target branch");
    await moveBranch(act, { branch: name, from, to: undefined, what: "DELETE /branches" });
    return http.body(null, 204);
  });
}

function routeObjects(app: Hono, session: Session): void {
  app.get(`${REPO}/git/commits/:sha`, async (http) => {
    const act = actOf(session, http, { area: "repository", permission: "read" });
    const {
      author,
      committer,
      message,
      tree: _tree,
      ...commit
    } = viewGitCommit(viewOf(act.world, act.by), current(act), await commitOf(act, http.req.param("sha")));
    return http.json({ ...commit, commit: { author, committer, message, tree: { sha: http.req.param("sha") } } }); // the commit's own id, as on 1.26
  });
  app.get(`${REPO}/git/trees/:sha`, async (http) => {
    const act = actOf(session, http, { area: "repository", permission: "read" });
    const { id } = await commitOf(act, http.req.param("sha"));
    const tree = await act.world.git(act.repository).entries(id);
    return http.json({ sha: id, tree, truncated: false, page: 1, total_count: tree.length });
  });
}

async function commitOf(act: Act, name: string): Promise<LoggedCommit> {
  const commit = /^[0-9a-f]{40}$/.test(name) ? await act.world.git(act.repository).commit(name) : undefined;
  if (!commit) throw notFound();
  return commit;
}

function routeProtections(app: Hono, session: Session): void {
  app.post(`${REPO}/branch_protections`, async (http) => {
    const act = actOf(session, http, { area: "repository", permission: "admin" });
    const asked = AskedProtectionSchema.safeParse(await bodyOf(http));
    if (!asked.success) throw new ApiError(422, asked.error.issues[0]?.message ?? "invalid");
    const { rule_name: branch, enable_push: enablePush, required_approvals: requiredApprovals } = asked.data;
    const protection = { branch, enablePush, requiredApprovals, statusContexts: asked.data.enable_status_check ? asked.data.status_check_contexts : [] };
    setProtections(act, [...current(act).protections.filter((rule) => rule.branch !== branch), protection]);
    checkPullsInto(act, branch);
    return http.json(viewProtection(protection), 201);
  });
  app.delete(`${REPO}/branch_protections/:name{.+}`, (http) => {
    const act = actOf(session, http, { area: "repository", permission: "admin" });
    setProtections(
      act,
      current(act).protections.filter((rule) => rule.branch !== http.req.param("name")),
    );
    return http.body(null, 204);
  });
}

function setProtections(act: Act, protections: Protection[]): void {
  act.world.state.putRepository({ ...current(act), protections });
  enter(act, { what: "POST /branch_protections", details: protections });
}

function routeContents(app: Hono, session: Session): void {
  app.post(`${REPO}/contents`, async (http) => {
    const act = actOf(session, http, { area: "repository", permission: "read" });
    const contents = ContentsSchema.safeParse(await bodyOf(http));
    if (!contents.success) throw new ApiError(422, contents.error.issues[0]?.message ?? "invalid");
    const id = await commitContents(act, contents.data);
    const commit = await act.world.git(act.repository).commit(id);
    if (!commit) throw new ApiError(500, "");
    return http.json(
      { files: contents.data.files.map(() => null), commit: viewGitCommit(viewOf(act.world, act.by), current(act), commit), verification: null },
      201,
    );
  });
}

function routeStatuses(app: Hono, session: Session): void {
  app.post(`${REPO}/statuses/:sha`, async (http) => {
    const act = actOf(session, http, { area: "repository", permission: "write" });
    const body = await bodyOf(http);
    if (!(await act.world.git(act.repository).commit(http.req.param("sha")))) throw new ApiError(500, "");
    const status: Status = {
      id: act.world.state.documents.nextNumber("forge.statuses"),
      commit: http.req.param("sha"),
      context: textOf(body, "context") ?? "default",
      state: textOf(body, "state") ?? "pending",
      description: textOf(body, "description") ?? "",
      targetUrl: textOf(body, "target_url") ?? "",
      creator: act.by.login,
      at: act.world.clock.now(),
    };
    act.world.state.putStatus(current(act), status);
    enter(act, { what: "POST /statuses", details: { commit: status.commit, context: status.context, state: status.state }, outcome: 201 });
    return http.json(viewStatus(viewOf(act.world, act.by), current(act), status), 201);
  });
  app.get(`${REPO}/commits/:sha/status`, (http) => {
    const act = actOf(session, http, { area: "repository", permission: "read" });
    const statuses = act.world.state.statuses(current(act), http.req.param("sha"));
    return http.json({
      sha: http.req.param("sha"),
      state: statuses[0]?.state ?? "",
      total_count: statuses.length,
      statuses: statuses.map((status) => viewStatus(viewOf(act.world, act.by), current(act), status)),
    });
  });
}
