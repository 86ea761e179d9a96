/** A generic webhook: one JSON POST for each message, for whatever the person has (design 8.8). */
import type { Chat } from "../../ports/chat.ts";
import type { Fetch } from "../http.ts";
import { addressSecrets, createPost } from "./post.ts";

export interface ChatWebhookOptions {
  readonly url: string;
  readonly fetch?: Fetch | undefined;
}

export function createChatWebhook({ url, fetch }: ChatWebhookOptions): Chat {
  const post = createPost({ fetch, secrets: addressSecrets(url) });
  return { name: "webhook", send: (message, signal) => post({ name: "POST chat webhook", url, body: message }, signal) };
}
