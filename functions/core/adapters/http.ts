/** The one door out over HTTP: every call is bounded in time and size, follows no redirect, and never shows a secret in an error. */
import { Refused, Unavailable } from "../ports/errors.ts";

/** What carries a request: the platform's `fetch`, or a Hono app's in the same process. */
export type Fetch = (request: Request) => Response | Promise<Response>;

export interface HttpCall {
  /** What errors call it, `POST /repos/home/gitops/pulls`: an address may itself be a secret. */
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default 10 s, for the whole answer. */
  readonly timeoutMs?: number;
  /** Default 8 MiB. */
  readonly maxBytes?: number;
  /** `answer`: a redirect is an answer with its `location`, which the caller judges. Default: refused. */
  readonly redirects?: "answer";
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Http {
  /** Any status is an answer. @throws Unavailable without one in time; Refused for a redirect or an answer that is too large */
  send(call: HttpCall): Promise<HttpAnswer>;
  /** The error that an answer of 4xx or 5xx means: 408, 429 and 5xx are Unavailable, the rest Refused. */
  failure(call: Pick<HttpCall, "name">, answer: HttpAnswer, message: string): Unavailable | Refused;
}

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 8 * 1024 * 1024;
const MESSAGE_MAX_LENGTH = 300;

/** @param options `secrets` are blanked in every error; `fetch` is the platform's by default */
export function createHttp(options: { fetch?: Fetch | undefined; secrets?: readonly string[] } = {}): Http {
  const { fetch = globalThis.fetch, secrets = [] } = options;
  const harmless = (text: string): string => blank(text, secrets).slice(0, MESSAGE_MAX_LENGTH);
  return {
    async send(call) {
      const signal = deadlineOf(call);
      try {
        const response = await within(signal, Promise.resolve(fetch(requestOf(call, signal))));
        refuseRedirect(call, response);
        const text = await within(signal, readText(call, response));
        return { status: response.status, headers: response.headers, text };
      } catch (error) {
        if (error instanceof Refused) throw error;
        throw new Unavailable(`${call.name}: ${harmless(reasonOf(error))}`);
      }
    },
    failure(call, answer, message) {
      const text = `${call.name}: ${answer.status} ${harmless(message)}`.trimEnd();
      const { status } = answer;
      if (status !== 408 && status !== 429 && status < 500) return new Refused(text, { status });
      const retryAfterMs = retryAfter(answer.headers);
      return new Unavailable(text, retryAfterMs === undefined ? {} : { retryAfterMs });
    },
  };
}

function deadlineOf(call: HttpCall): AbortSignal {
  const timeout = AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS);
  return call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
}

function requestOf(call: HttpCall, signal: AbortSignal): Request {
  const headers = new Headers(call.headers);
  if (call.body !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
  return new Request(call.url, {
    method: call.method,
    headers,
    redirect: "manual",
    signal,
    ...(call.body === undefined ? {} : { body: call.body }),
  });
}

function refuseRedirect(call: HttpCall, response: Response): void {
  if (call.redirects === "answer") return;
  if (response.type !== "opaqueredirect" && (response.status < 300 || response.status > 399)) return;
  throw new Refused(`${call.name}: answered with a redirect, which is never followed`, { status: response.status });
}

async function readText(call: HttpCall, response: Response): Promise<string> {
  if (response.body === null) return "";
  const maxBytes = call.maxBytes ?? MAX_BYTES;
  const body: AsyncIterable<Uint8Array> = response.body;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new Refused(`${call.name}: the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Ends with the signal also where the carrier does not look at it (an app in the same process). */
async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "the call failed";
  if (error.name === "TimeoutError") return "no answer in time";
  if (error.name === "AbortError") return "given up by the caller";
  const cause = error.cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return code === "" ? `no answer (${error.message})` : `no answer (${code})`;
}

function blank(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret !== "").reduce((left, secret) => left.replaceAll(secret, "[redacted]"), text);
}

function retryAfter(headers: Headers): number | undefined {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 && seconds <= 86_400 ? seconds * 1000 : undefined;
}
