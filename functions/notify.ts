/** Says one thing once: on the thread by a hidden marker, in people's channels, as a reaction (engine.md 1, design 8.8). */
import { NotificationRequested, type NotificationRequest } from "./core/events/catalog.ts";
import { changeOf } from "./core/engine/changes.ts";
import type { Result } from "./core/engine/results.ts";
import type { Chat } from "./core/ports/chat.ts";
import type { Forge } from "./core/ports/forge.ts";
import { keepReport, reportOf } from "./core/proposal/kept-issue.ts";
import { tellPeople } from "./core/proposal/tell-people.ts";
import { ensureComment, ensureIssue } from "./core/proposal/say-once.ts";
import { issueOf, noticeOf } from "./core/proposal/notice-words.ts";
import type { RepositoryRef } from "./core/records/fields.ts";
import type { Thread } from "./core/records/run.ts";
import { defineFunction, type Effect } from "./core/shell/define-function.ts";
import type { Shell } from "./core/shell/shell.ts";

export interface NotifyDeps {
  readonly shell: Shell;
  /** The user that says our words. */
  readonly forge: Forge;
  readonly chats: readonly Chat[];
  /** All our users: an issue or comment of any of them may be the one that was made before. */
  readonly ourUserIds: readonly number[];
}

export const notify = defineFunction({
  name: "notify",
  consumes: NotificationRequested,
  limitMs: 30_000,
  async handle(effect: Effect<NotificationRequest>, deps: NotifyDeps): Promise<Result> {
    const { data } = effect;
    if (data.react) {
      await effect.guard();
      await deps.forge.react(repositoryOf(effect), data.react.comment, data.react.reaction);
    }
    if (data.say === undefined) return { result: "said" };
    if (data.say === "report") {
      const thread = await keepReport(effect, await reportOf(deps.shell.store, effect), deps);
      await tellPeople(effect, { say: data.say, thread }, deps);
      return { result: "said" };
    }
    const thread = await say(effect, deps);
    if ((data.say === "recovered" || data.say === "over") && thread?.kind === "issue") {
      await effect.guard();
      await deps.forge.closeIssue(thread.repository, thread.number);
    }
    await tellPeople(effect, { say: data.say, thread }, deps);
    return { result: "said", ...(thread && data.on === undefined && { thread }) };
  },
});

/** Where the pull request or comment that is meant stands. */
function repositoryOf({ run, data }: Effect<NotificationRequest>): RepositoryRef {
  const change = data.change === undefined ? undefined : changeOf(run, data.change);
  return data.repository ?? change?.repository ?? run.thread?.repository ?? run.spec.repository;
}

/** On the run's thread; where it has none an issue is opened, because every run has one. A run that only watches a repository has nobody to talk to. */
async function say(effect: Effect<NotificationRequest>, deps: NotifyDeps): Promise<Thread | undefined> {
  const { run, data } = effect;
  // It is said because the forge takes nothing.
  if (data.say === "forge-down") return undefined;
  const change = data.change === undefined ? undefined : changeOf(run, data.change);
  const pull = data.on ?? change?.pullRequest;
  const thread: Thread | undefined = pull === undefined ? run.thread : { repository: repositoryOf(effect), number: pull, kind: "pull-request" };
  if (!thread && !run.incident) return undefined;
  if (!thread) {
    const issue = await issueOf(deps.shell.store, effect);
    return { repository: issue.repository, number: await ensureIssue(effect, issue, deps), kind: "issue" };
  }
  const words = await noticeOf(deps.shell.store, effect);
  await ensureComment(effect, { thread, body: words.comment }, deps);
  return thread;
}
