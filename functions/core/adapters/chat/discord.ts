/** A Discord webhook: plain text that mentions nobody and formats nothing. */
import type { Chat } from "../../ports/chat.ts";
import type { Fetch } from "../http.ts";
import { addressSecrets, createPost, plainText } from "./post.ts";

export interface DiscordOptions {
  readonly url: string;
  readonly fetch?: Fetch | undefined;
}

const CONTENT_MAX_LENGTH = 2000;
/** Links in what we quote show no preview. */
const SUPPRESS_EMBEDS = 4;

export function createDiscord({ url, fetch }: DiscordOptions): Chat {
  const post = createPost({ fetch, secrets: addressSecrets(url) });
  return {
    name: "discord",
    send: (message, signal) =>
      post(
        {
          name: "POST Discord webhook",
          url,
          body: {
            content: plainText({ ...message, title: escapeMarkdown(message.title), text: escapeMarkdown(message.text) }, CONTENT_MAX_LENGTH),
            allowed_mentions: { parse: [] },
            flags: SUPPRESS_EMBEDS,
          },
        },
        signal,
      ),
  };
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\*_~`|>#[\]()-]/g, "\\$&");
}
