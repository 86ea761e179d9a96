/** A Slack incoming webhook: its three control characters escaped, nothing unfurled. */
import type { Chat } from "../../ports/chat.ts";
import type { Fetch } from "../http.ts";
import { addressSecrets, createPost, plainText } from "./post.ts";

export interface SlackOptions {
  readonly url: string;
  readonly fetch?: Fetch | undefined;
}

/** Slack cuts at 40,000; a message of ours is short. */
const TEXT_MAX_LENGTH = 8000;
const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

export function createSlack({ url, fetch }: SlackOptions): Chat {
  const post = createPost({ fetch, secrets: addressSecrets(url) });
  return {
    name: "slack",
    send: (message, signal) =>
      post(
        {
          name: "POST Slack webhook",
          url,
          // Without `mrkdwn: false` asterisks and backticks of a log line would format.
          body: { text: escapeControl(plainText(message, TEXT_MAX_LENGTH)), mrkdwn: false, unfurl_links: false, unfurl_media: false },
        },
        signal,
      ),
  };
}

function escapeControl(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}
