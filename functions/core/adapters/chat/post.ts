/** The one way that channels send: a POST whose address may be a secret, and whose refusal is told. */
import { createHttp, type Fetch } from "../http.ts";

export interface Post {
  /** What errors call it: `POST ntfy`. */
  readonly name: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body: unknown;
}

export interface PostOptions {
  readonly fetch?: Fetch | undefined;
  /** Blanked in every error: addresses and tokens. */
  readonly secrets: readonly string[];
}

/** @returns a function that posts JSON. It @throws Unavailable, Refused */
export function createPost({ fetch, secrets }: PostOptions): (post: Post, signal?: AbortSignal) => Promise<void> {
  const http = createHttp({ fetch, secrets });
  return async ({ name, url, headers, body }, signal) => {
    const call = { name, method: "POST", url, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body), signal };
    const answer = await http.send(call);
    if (answer.status >= 300) throw http.failure(call, answer, answer.text.slice(0, 200));
  };
}

/** What of an address may be its secret: whoever answers may quote it back in part. */
export function addressSecrets(url: string): readonly string[] {
  const { pathname, search, searchParams, password } = new URL(url);
  const parts = [...pathname.split("/"), ...searchParams.values(), password];
  return [url, `${pathname}${search}`, ...parts.filter((part) => part.length >= 6)];
}

/** The message as one text: title, what was said, where to go. */
export function plainText(message: { readonly title: string; readonly text: string; readonly url?: string }, maxLength: number): string {
  const link = message.url === undefined ? "" : `\n${message.url}`;
  const text = `${message.title}\n${message.text}`;
  const room = maxLength - link.length;
  return (text.length <= room ? text : `${text.slice(0, room - 1).replace(/[\ud800-\udbff]$/, "")}…`) + link;
}
