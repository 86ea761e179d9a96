/** Pull requests, their reviews and their merge. */
import type { Context, Hono } from "hono";
import { threadNow } from "../actions/branches.ts";
import { mergePull } from "../actions/merge.ts";
import { editPull, findPull, openPull } from "../actions/pulls.ts";
import { dismissReview, reviewPull } from "../actions/reviews.ts";
import { isPull, type PullThread } from "../records.ts";
import { type Act, ApiError, current, mayDo, notFound, viewOf } from "../world.ts";
import { viewPull, viewReview } from "../views/threads.ts";
import { actOf, bodyOf, numberOf, pageOf, type Session, textOf } from "./session.ts";

const PULLS = "/api/v1/repos/:owner/:repo/pulls";
const STYLES = new Set(["merge", "rebase", "rebase-merge", "squash", "fast-forward-only", "manually-merged"]);

function show(act: Act, thread: PullThread): Record<string, unknown> {
  return viewPull(viewOf(act.world, act.by), current(act), thread);
}

export function routePulls(app: Hono, session: Session): void {
  app.get(PULLS, (http) => {
    const act = actOf(session, http, { area: "repository", permission: "read" });
    const state = http.req.query("state") ?? "open";
    const threads = act.world.state
      .threads(current(act))
      .filter(isPull)
      .filter((thread) => state === "all" || thread.state === state);
    return http.json(pageOf(http, threads).map((thread) => show(act, thread)));
  });
  app.post(PULLS, async (http) => {
    const act = actOf(session, http, { area: "repository", permission: "read" });
    const body = await bodyOf(http);
    const thread = await openPull(act, {
      title: textOf(body, "title") ?? "",
      body: textOf(body, "body") ?? "",
      head: textOf(body, "head") ?? "",
      base: textOf(body, "base") ?? current(act).defaultBranch,
    });
    return http.json(show(act, thread), 201);
  });
  app.get(`${PULLS}/:number{[0-9]+}`, (http) => {
    const act = actOf(session, http, { area: "repository", permission: "read" });
    return http.json(show(act, threadNow(act, numberOf(http, "number"))));
  });
  app.patch(`${PULLS}/:number{[0-9]+}`, async (http) => {
    const act = actOf(session, http, { area: "repository", permission: "read" });
    const body = await bodyOf(http);
    const number = numberOf(http, "number");
    if (threadNow(act, number).author !== act.by.login && !mayDo(act, "write")) throw new ApiError(403, "");
    const state = (["open", "closed"] as const).find((known) => known === textOf(body, "state"));
    return http.json(
      show(act, await editPull(act, number, { title: textOf(body, "title"), body: textOf(body, "body"), base: textOf(body, "base"), state })),
      201,
    );
  });
  routeReviews(app, session);
  app.get(`${PULLS}/:base/:head{.+}`, (http) => {
    const act = actOf(session, http, { area: "repository", permission: "read" });
    const thread = findPull(act, http.req.param("base"), http.req.param("head"));
    if (!thread) throw notFound();
    return http.json(show(act, thread));
  });
}

function routeReviews(app: Hono, session: Session): void {
  app.post(`${PULLS}/:number{[0-9]+}/merge`, async (http) => {
    const act = actOf(session, http, { area: "repository", permission: "read" });
    const body = await bodyOf(http);
    const style = textOf(body, "Do");
    if (style === undefined || !STYLES.has(style)) throw new ApiError(422, style === undefined ? "[Do]: Required" : "[Do]: In");
    await mergePull(act, numberOf(http, "number"), {
      style,
      head: textOf(body, "head_commit_id") ?? "",
      title: textOf(body, "MergeTitleField") ?? "",
      message: textOf(body, "MergeMessageField") ?? "",
    });
    return http.body(null, 200);
  });
  app.get(`${PULLS}/:number{[0-9]+}/reviews`, (http) => {
    const act = actOf(session, http, { area: "repository", permission: "read" });
    const thread = threadNow(act, numberOf(http, "number"));
    return http.json(pageOf(http, thread.pull.reviews).map((review) => viewReview(viewOf(act.world, act.by), current(act), { thread, review })));
  });
  app.post(`${PULLS}/:number{[0-9]+}/reviews`, (http) => postReview(session, http));
  app.post(`${PULLS}/:number{[0-9]+}/reviews/:id{[0-9]+}/dismissals`, (http) => {
    const act = actOf(session, http, { area: "repository", permission: "admin" });
    return http.json(viewReview(viewOf(act.world, act.by), current(act), dismissReview(act, numberOf(http, "number"), numberOf(http, "id"))));
  });
}

async function postReview(session: Session, http: Context): Promise<Response> {
  const act = actOf(session, http, { area: "repository", permission: "read" });
  const body = await bodyOf(http);
  const asked = { event: textOf(body, "event") ?? "", body: textOf(body, "body") ?? "", commit: textOf(body, "commit_id") };
  const reviewed = await reviewPull(act, numberOf(http, "number"), asked);
  return http.json(viewReview(viewOf(act.world, act.by), current(act), reviewed));
}
