/** Telegram's Bot API: plain text, silent unless it is urgent. */
import type { Chat } from "../../ports/chat.ts";
import type { Fetch } from "../http.ts";
import { createPost, plainText } from "./post.ts";

export interface TelegramOptions {
  readonly token: string;
  /** A number, or `@channel`. */
  readonly chat: string;
  /** For a Bot API server of one's own. */
  readonly url?: string | undefined;
  readonly fetch?: Fetch | undefined;
}

const API = "https://api.telegram.org";
const TEXT_MAX_LENGTH = 4096;

export function createTelegram({ token, chat, url = API, fetch }: TelegramOptions): Chat {
  const post = createPost({ fetch, secrets: [token] });
  return {
    name: "telegram",
    send: (message, signal) =>
      post(
        {
          name: "POST Telegram sendMessage",
          url: `${url.replace(/\/$/, "")}/bot${token}/sendMessage`,
          body: {
            chat_id: chat,
            text: plainText(message, TEXT_MAX_LENGTH),
            link_preview_options: { is_disabled: true },
            disable_notification: !message.urgent,
          },
        },
        signal,
      ),
  };
}
