/** ntfy, by its JSON publishing: titles in headers could not hold every letter (docs.ntfy.sh/publish). */
import type { Chat } from "../../ports/chat.ts";
import type { Fetch } from "../http.ts";
import { addressSecrets, createPost } from "./post.ts";

export interface NtfyOptions {
  /** The topic's address, `https://ntfy.sh/my-topic`. */
  readonly url: string;
  readonly token?: string | undefined;
  readonly fetch?: Fetch | undefined;
}

/** Bytes of a message; a longer one becomes an attachment. */
const MESSAGE_MAX_BYTES = 4096;
const PRIORITY = { urgent: 5, usual: 3 } as const;

export function createNtfy({ url, token, fetch }: NtfyOptions): Chat {
  const address = new URL(url);
  const topic = address.pathname.split("/").filter(Boolean).at(-1) ?? "";
  const server = new URL(address.pathname.slice(0, address.pathname.lastIndexOf(topic)), address).href;
  const post = createPost({ fetch, secrets: [...addressSecrets(url), topic, token ?? ""] });
  return {
    name: "ntfy",
    send: (message, signal) =>
      post(
        {
          name: "POST ntfy",
          url: server,
          headers: token === undefined ? undefined : { authorization: `Bearer ${token}` },
          body: {
            topic,
            title: message.title,
            message: cutBytes(message.text, MESSAGE_MAX_BYTES),
            priority: message.urgent ? PRIORITY.urgent : PRIORITY.usual,
            ...(message.url !== undefined && { click: message.url }),
          },
        },
        signal,
      ),
  };
}

function cutBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  return `${bytes
    .subarray(0, maxBytes - 3)
    .toString("utf8")
    .replace(/\ufffd+$/, "")}…`;
}
