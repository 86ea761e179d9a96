/** Owing something to be said: on the thread, in the chat, as a reaction to a comment. */
import { NotificationRequested, type NotificationRequest, type Say } from "../events/catalog.ts";
import type { Run } from "../records/run.ts";
import type { Context } from "./context.ts";
import { owe } from "./outbox.ts";
import { warnOnce } from "./warnings.ts";

type Reaction = NonNullable<NotificationRequest["react"]>["reaction"];

export interface Notice {
  readonly say?: Say;
  readonly change?: number;
  readonly words?: string;
  readonly plan?: string;
  /** Also to people's channels; the thread always gets it. */
  readonly chat?: boolean;
  readonly urgent?: boolean;
  readonly react?: { readonly comment: number | undefined; readonly reaction: Reaction };
}

/** Notices that may wait at once, where nothing can be said: the run's record stays small. */
const MAX_NOTICES = 16;

/** Owes one notice. Words are cut to what an event carries. */
export function oweNotice(run: Run, notice: Notice, context: Context): Run {
  const comment = notice.react?.comment;
  const data: NotificationRequest = {
    chat: notice.chat ?? false,
    urgent: notice.urgent ?? false,
    ...(notice.say !== undefined && { say: notice.say }),
    ...(notice.change !== undefined && { change: notice.change }),
    ...(notice.words !== undefined && { words: notice.words.slice(0, 2048) }),
    ...(notice.plan !== undefined && { plan: notice.plan }),
    ...(notice.react !== undefined && comment !== undefined && { react: { comment, reaction: notice.react.reaction } }),
  };
  if (data.say === undefined && data.react === undefined) return run;
  const waiting = run.outbox.filter((entry) => entry.type === NotificationRequested.type).length;
  if (waiting >= MAX_NOTICES) return warnOnce(run, `${MAX_NOTICES} notices wait to be said: more are left out`);
  return owe(run, { event: NotificationRequested, data }, context);
}
