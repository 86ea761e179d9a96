/** From a notification to its words: the records that it is about, and the plan that it shows. */
import { needsCommit } from "../approval/judge-approve.ts";
import { planMarker } from "../approval/showings.ts";
import { changeOf } from "../engine/changes.ts";
import type { NotificationRequest } from "../events/catalog.ts";
import type { Store } from "../ports/store.ts";
import type { Change } from "../records/change.ts";
import type { Health } from "../records/health.ts";
import type { Problems } from "../records/tool-result.ts";
import type { Effect } from "../shell/define-function.ts";
import { explanation } from "../text/explanation.ts";
import { healthMarkdown, healthMessage, healthTitle } from "../text/health-report.ts";
import { issueText } from "../text/issue.ts";
import { type Notice, notice } from "../text/notices.ts";
import { problemsOf } from "./adopted.ts";
import { reportOf } from "./kept-issue.ts";
import { originOf } from "./words.ts";
import type { Issue } from "./say-once.ts";

type Say = Parameters<typeof notice>[0]["say"];

/** The words of a notification. @throws Error for one that says nothing */
export async function noticeOf(store: Store, effect: Effect<NotificationRequest>): Promise<Notice> {
  const { data, run } = effect;
  if (data.say === undefined) throw new Error(`event ${effect.id} says nothing`);
  if (data.say === "report") return reportNotice(await reportOf(store, effect));
  const change = data.change === undefined ? undefined : changeOf(run, data.change);
  const plan = data.plan === undefined ? undefined : (await store.read("Plan", data.plan))?.record;
  const head = plan?.head ?? change?.head;
  return notice({
    say: data.say satisfies Say,
    eventId: effect.id,
    change,
    incident: run.incident,
    workflow: run.spec.pipeline?.name,
    words: data.say === "explained" ? await explanationOf(store, effect, change) : data.words,
    ...(plan && head !== undefined && { plan: { plan, head, needsCommit: needsCommit(plan), planMarker: planMarker(head, plan.digest) } }),
  });
}

function reportNotice(health: Health): Notice {
  return { comment: healthMarkdown(health), title: healthTitle(health), text: healthMessage(health) };
}

async function explanationOf(store: Store, effect: Effect<unknown>, change: Change | undefined): Promise<string> {
  const plan = change?.planned === undefined ? undefined : (await store.read("Plan", change.planned.plan))?.record;
  const problems = change === undefined ? await newestProblems(store, effect) : await problemsOf(store, effect.run, change);
  return explanation({ problems, plan });
}

/** The issue of a run without a pull request: in the repository that the cause's app comes from, where that is one of ours. */
export async function issueOf(store: Store, effect: Effect<NotificationRequest>): Promise<Issue> {
  const problems = await newestProblems(store, effect);
  const { say, words, plan: name } = effect.data;
  const plan = name === undefined ? undefined : (await store.read("Plan", name))?.record;
  const isDirect = (say === "acted" || say === "advised") && words !== undefined;
  const text = issueText({
    incident: effect.run.incident,
    problems,
    why: words,
    plan,
    ...(isDirect && { direct: { done: say === "acted", words } }),
    origin: originOf(effect, undefined),
    eventId: effect.id,
  });
  return { repository: problems?.causes[0]?.app?.repository ?? effect.run.spec.repository, ...text };
}

async function newestProblems(store: Store, effect: Effect<unknown>): Promise<Problems | undefined> {
  const record = effect.run.steps.findLast((step) => step.result !== undefined)?.result;
  return record === undefined ? undefined : (await store.read("ToolResult", record))?.record.problems;
}
