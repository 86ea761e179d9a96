/** Issues, comments, reactions and labels. */
import type { Context, Hono } from "hono";
import {
  addComment,
  addLabels,
  editComment,
  editIssue,
  findComment,
  isIssue,
  openIssue,
  react,
  removeComment,
  setIssueState,
  threadOf,
} from "../actions/talk.ts";
import { type Act, ApiError, current, mayDo, viewOf } from "../world.ts";
import { viewComment, viewIssue, viewLabel } from "../views/threads.ts";
import { viewLogin } from "../views/repositories.ts";
import { time } from "../views/users.ts";
import { actOf, bodyOf, numberOf, pageOf, type Session, textOf } from "./session.ts";

const REPO = "/api/v1/repos/:owner/:repo";

const READ = { area: "issue", permission: "read" } as const;

export function routeThreads(app: Hono, session: Session): void {
  routeIssues(app, session);
  routeComments(app, session);
  app.get(`${REPO}/labels`, (http) => {
    const act = actOf(session, http, READ);
    return http.json(pageOf(http, current(act).labels).map((label) => viewLabel(viewOf(act.world), current(act), label)));
  });
  app.post(`${REPO}/labels`, async (http) => {
    const act = actOf(session, http, { area: "issue", permission: "write" });
    const body = await bodyOf(http);
    const label = {
      id: act.world.state.documents.nextNumber("forge.labels"),
      name: textOf(body, "name") ?? "",
      color: (textOf(body, "color") ?? "").replace(/^#/, ""),
      description: textOf(body, "description") ?? "",
    };
    const repository = current(act);
    act.world.state.putRepository({ ...repository, labels: [...repository.labels, label] });
    return http.json(viewLabel(viewOf(act.world), current(act), label), 201);
  });
}

function routeIssues(app: Hono, session: Session): void {
  app.get(`${REPO}/issues`, (http) => {
    const act = actOf(session, http, READ);
    return http.json(pageOf(http, issuesOf(act, http)).map((thread) => viewIssue(viewOf(act.world, act.by), current(act), thread)));
  });
  app.post(`${REPO}/issues`, async (http) => {
    const act = actOf(session, http, READ);
    const body = await bodyOf(http);
    const labels = Array.isArray(body["labels"]) ? body["labels"].filter((label) => typeof label === "number") : [];
    const thread = openIssue(act, { title: textOf(body, "title") ?? "", body: textOf(body, "body") ?? "", labels });
    return http.json(viewIssue(viewOf(act.world, act.by), current(act), thread), 201);
  });
  app.get(`${REPO}/issues/:number{[0-9]+}`, (http) => {
    const act = actOf(session, http, READ);
    return http.json(viewIssue(viewOf(act.world, act.by), current(act), threadOf(act, numberOf(http, "number"))));
  });
  app.post(`${REPO}/issues/:number{[0-9]+}/labels`, async (http) => {
    const act = actOf(session, http, { area: "issue", permission: "write" });
    const { labels } = await bodyOf(http);
    const named = Array.isArray(labels) ? current(act).labels.filter(({ id, name }) => labels.includes(id) || labels.includes(name)) : [];
    const thread = addLabels(
      act,
      numberOf(http, "number"),
      named.map(({ id }) => id),
    );
    return http.json(
      current(act)
        .labels.filter(({ id }) => thread.labels.includes(id))
        .map((label) => viewLabel(viewOf(act.world), current(act), label)),
    );
  });
  app.patch(`${REPO}/issues/:number{[0-9]+}`, async (http) => {
    const act = actOf(session, http, READ);
    requireOwnOrWrite(act, numberOf(http, "number"));
    const next = patchIssue(act, numberOf(http, "number"), await bodyOf(http));
    return http.json(viewIssue(viewOf(act.world, act.by), current(act), next), 201);
  });
}

function patchIssue(act: Act, number: number, body: Readonly<Record<string, unknown>>): ReturnType<typeof threadOf> {
  const thread = editIssue(act, threadOf(act, number), { title: textOf(body, "title"), body: textOf(body, "body") });
  const state = textOf(body, "state");
  return state === "open" || state === "closed" ? setIssueState(act, thread, state) : thread;
}

function requireOwnOrWrite(act: Act, number: number): void {
  if (threadOf(act, number).author !== act.by.login && !mayDo(act, "write")) throw new ApiError(403, "");
}

/** A label that does not exist filters nothing (measured on 1.26). */
function issuesOf(act: Act, http: Context): ReturnType<Act["world"]["state"]["threads"]> {
  const { labels, state = "open", created_by: author } = http.req.query();
  const label = current(act).labels.find((candidate) => candidate.name === labels);
  return act.world.state
    .threads(current(act))
    .filter(isIssue)
    .filter((thread) => state === "all" || thread.state === state)
    .filter((thread) => (label === undefined || thread.labels.includes(label.id)) && (author === undefined || thread.author === author));
}

function routeComments(app: Hono, session: Session): void {
  const show = (act: Act, said: Parameters<typeof viewComment>[2]): Record<string, unknown> => viewComment(viewOf(act.world, act.by), current(act), said);
  app.get(`${REPO}/issues/:number{[0-9]+}/comments`, (http) => {
    const act = actOf(session, http, READ);
    const thread = threadOf(act, numberOf(http, "number"));
    return http.json(thread.comments.map((comment) => show(act, { thread, comment })));
  });
  app.post(`${REPO}/issues/:number{[0-9]+}/comments`, async (http) => {
    const act = actOf(session, http, READ);
    return http.json(show(act, addComment(act, numberOf(http, "number"), textOf(await bodyOf(http), "body") ?? "")), 201);
  });
  app.patch(`${REPO}/issues/comments/:id`, async (http) => {
    const act = actOf(session, http, READ);
    return http.json(show(act, editComment(act, numberOf(http, "id"), textOf(await bodyOf(http), "body") ?? "")));
  });
  app.delete(`${REPO}/issues/comments/:id`, (http) => {
    removeComment(actOf(session, http, READ), numberOf(http, "id"));
    return http.body(null, 204);
  });
  app.get(`${REPO}/issues/comments/:id/reactions`, (http) => {
    const act = actOf(session, http, READ);
    const { comment } = findComment(act, numberOf(http, "id"));
    if (comment.reactions.length === 0) return http.json(null);
    return http.json(
      comment.reactions.map((reaction) => ({ user: viewLogin(viewOf(act.world), reaction.author), content: reaction.content, created_at: time(reaction.at) })),
    );
  });
  app.post(`${REPO}/issues/comments/:id/reactions`, async (http) => {
    const act = actOf(session, http, READ);
    const content = textOf(await bodyOf(http), "content") ?? "";
    const { created } = react(act, numberOf(http, "id"), content);
    return http.json({ user: viewLogin(viewOf(act.world), act.by.login), content, created_at: time(act.world.clock.now()) }, created ? 201 : 200);
  });
}
