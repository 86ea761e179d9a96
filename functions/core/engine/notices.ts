/** Owing something to be said: on the thread, in the chat, as a reaction to a comment. */
import { NotificationRequested, type NotificationRequest, type Say } from "../events/catalog.ts";
import type { RepositoryRef } from "../records/fields.ts";
import type { Run } from "../records/run.ts";
import type { Context } from "./context.ts";
import { owe } from "./outbox.ts";
import { warnOnce } from "./warnings.ts";

type Reaction = NonNullable<NotificationRequest["react"]>["reaction"];

export interface Notice {
  readonly say?: Say;
  readonly change?: number;
  /** The thread where it is to be said, if that is not the run's. */
  readonly on?: number | undefined;
  /** Where that thread, or the comment to react to, is, if not where its change or the run's thread is. */
  readonly repository?: RepositoryRef | undefined;
  readonly words?: string;
  readonly plan?: string;
  /** Also to people's channels; the thread always gets it. */
  readonly chat?: boolean;
  readonly urgent?: boolean;
  /** Said while the kill switch stands on, too: the answer to who moved it. */
  readonly whilePaused?: boolean | undefined;
  readonly react?: { readonly comment: number | undefined; readonly reaction: Reaction };
}

/** Notices that may wait at once, where nothing can be said: the run's record stays small. */
const MAX_NOTICES = 16;

/** What is said, where and about what; words are cut to what an event carries. */
function saidBy({ say, change, on, repository, words, plan }: Notice): Partial<NotificationRequest> {
  return {
    ...(say !== undefined && { say }),
    ...(change !== undefined && { change }),
    ...(on !== undefined && { on }),
    ...(repository !== undefined && { repository }),
    ...(words !== undefined && { words: words.slice(0, 2048) }),
    ...(plan !== undefined && { plan }),
  };
}

/** Owes one notice. */
export function oweNotice(run: Run, notice: Notice, context: Context): Run {
  const comment = notice.react?.comment;
  const data: NotificationRequest = {
    chat: notice.chat ?? false,
    urgent: notice.urgent ?? false,
    ...saidBy(notice),
    ...(notice.react !== undefined && comment !== undefined && { react: { comment, reaction: notice.react.reaction } }),
  };
  if (data.say === undefined && data.react === undefined) return run;
  const waiting = run.outbox.filter((entry) => entry.type === NotificationRequested.type).length;
  if (waiting >= MAX_NOTICES) return warnOnce(run, `${MAX_NOTICES} notices wait to be said: more are left out`);
  return owe(run, { event: NotificationRequested, data, whilePaused: notice.whilePaused }, context);
}
