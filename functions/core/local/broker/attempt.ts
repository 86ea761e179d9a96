/** One delivery to one address: what its answer means (contracts 12.3). */
import type { Clock } from "../../ports/clock.ts";
import { readBody } from "./body.ts";
import { type Bytes, claimsEvent, type Form, type Message, toHttp } from "./message.ts";

/** What a subscriber answered beside its status. */
export interface Reply {
  readonly headers: Headers;
  readonly body: Bytes;
}

/** A failure's `code` and `body` go into the dead letter; after a timeout or a body that is no event there is nothing to tell. */
export type Failure =
  | { readonly kind: "retry"; readonly code?: number; readonly body?: string }
  | { readonly kind: "dead"; readonly code?: number; readonly body?: string };

export type Attempt = { readonly kind: "done"; readonly reply?: Reply } | Failure;

/** Calls an address; rejects when nobody answers there. */
export type Call = (request: Request, signal: AbortSignal) => Promise<Response>;

export interface Target extends Form {
  readonly url: string;
  readonly timeoutMs: number | undefined;
}

const RETRIED: ReadonlySet<number> = new Set([404, 408, 409, 429]);

/** Redirects that Go's client follows: as GET without a body, or as they came. */
const AS_GET: ReadonlySet<number> = new Set([301, 302, 303]);
const AS_SENT: ReadonlySet<number> = new Set([307, 308]);
const MAX_REQUESTS = 10;

/** Bytes of an error body that a dead letter carries: 1024 in base64. */
const ERROR_BODY_MAX = 768;

class TimedOut extends Error {}

/** Sends once, and follows redirects as Go's client does. */
export async function attempt(message: Message, target: Target, given: { call: Call; clock: Clock }): Promise<Attempt> {
  try {
    return await inTime(target.timeoutMs, given.clock, async (signal) => judge(await send(message, target, { call: given.call, signal })));
  } catch (error) {
    if (error instanceof TimedOut) return { kind: "retry" };
    return { kind: "retry", code: 500, body: `dispatch error: ${error instanceof Error ? error.message : String(error)}` };
  }
}

async function send(message: Message, target: Target, { call, signal }: { call: Call; signal: AbortSignal }): Promise<Response> {
  const { headers, body } = toHttp(message, target);
  let { url } = target;
  let method = "POST";
  for (let requests = 0; requests < MAX_REQUESTS; requests += 1) {
    const response = await call(new Request(url, { method, headers, signal, ...(method === "POST" && { body }) }), signal);
    const location = response.headers.get("location");
    if (location === null || !(AS_GET.has(response.status) || AS_SENT.has(response.status))) return response;
    if (AS_GET.has(response.status)) {
      method = "GET";
      headers.delete("content-type");
    }
    headers.set("referer", url);
    url = new URL(location, url).href;
  }
  throw new Error(`stopped after ${MAX_REQUESTS} redirects`);
}

async function judge(response: Response): Promise<Attempt> {
  const { bytes: body, cut } = await readBody(response);
  if (cut) await response.body?.cancel();
  if (!response.ok) return judgeStatus(response.status, Buffer.from(body.subarray(0, ERROR_BODY_MAX)).toString());
  if (cut) return { kind: "retry" };
  if (claimsEvent(response.headers)) return { kind: "done", reply: { headers: response.headers, body } };
  return body.length === 0 ? { kind: "done" } : { kind: "retry" };
}

/** What a status outside 2xx means; the dead letter of a redirect that nobody follows has no code. */
export function judgeStatus(status: number, body: string): Failure {
  if (status < 400) return { kind: "dead" };
  return { kind: RETRIED.has(status) || status >= 500 ? "retry" : "dead", code: status, body };
}

async function inTime<T>(timeoutMs: number | undefined, clock: Clock, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  if (timeoutMs === undefined) return await work(controller.signal);
  let cancel = (): void => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(timeoutMs, () => {
      reject(new TimedOut());
      controller.abort();
    });
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    cancel();
  }
}
