/** A generic webhook: one JSON POST for each message, for whatever the person has (design 8.8). */
import type { Chat } from "../../ports/chat.ts";
import { createHttp, type Fetch } from "../http.ts";

export interface ChatWebhookOptions {
  readonly url: string;
  readonly fetch?: Fetch;
}

export function createChatWebhook({ url, fetch }: ChatWebhookOptions): Chat {
  const http = createHttp({ fetch, secrets: [url] });
  return {
    name: "webhook",
    async send(message, signal) {
      const call = { name: "POST chat webhook", method: "POST", url, headers: { "content-type": "application/json" }, body: JSON.stringify(message), signal };
      const answer = await http.send(call);
      if (answer.status >= 300) throw http.failure(call, answer, answer.text.slice(0, 200));
    },
  };
}
