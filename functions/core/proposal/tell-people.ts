/** People's channels beside the thread: the same words, shorter, to whoever is to hear them (design 8.8). */
import type { NotificationRequest, Say } from "../events/catalog.ts";
import type { Chat, ChatMessage } from "../ports/chat.ts";
import type { Thread } from "../records/run.ts";
import type { Effect } from "../shell/define-function.ts";
import { errorWords } from "../shell/outcome.ts";
import type { Shell } from "../shell/shell.ts";
import { personWanted } from "../text/person-wanted.ts";
import { noticeOf } from "./notice-words.ts";

/** A person who is wanted counts as wanted a little longer than the pause between two reminders. */
const WANTED_MINUTES = 49 * 60;

interface ChannelDeps {
  readonly shell: Shell;
  readonly chats: readonly Chat[];
}

export interface Said {
  readonly say: Say;
  readonly thread: Thread | undefined;
}

async function messageOf(effect: Effect<NotificationRequest>, { say: what, thread }: Said, deps: ChannelDeps): Promise<ChatMessage> {
  const words = await noticeOf(deps.shell.store, effect);
  const where = thread ? `${thread.repository.name}#${thread.number}` : undefined;
  const person = personWanted(what);
  return {
    id: effect.id,
    about: effect.runId,
    title: words.title,
    text: [words.text, where].filter(Boolean).join("\n"),
    urgent: effect.data.urgent,
    ...(person && { person }),
    at: effect.now,
    until: effect.now + WANTED_MINUTES * effect.minuteMs,
  };
}

/** One channel that is down does not keep the others from hearing it; all of them are tried again only when none took it. */
export async function tellPeople(effect: Effect<NotificationRequest>, said: Said, deps: ChannelDeps): Promise<void> {
  const { data } = effect;
  const person = personWanted(said.say);
  const chats = deps.chats.filter((chat) => data.chat || data.urgent || (chat.keepsState && person === "over"));
  if (chats.length === 0) return;
  const message = await messageOf(effect, said, deps);
  for (const chat of chats) {
    try {
      await chat.send(message, effect.signal);
    } catch (error) {
      deps.shell.log.warn({ chat: chat.name, event: effect.id, error: errorWords(error) }, "a channel did not take a message");
    }
  }
}
