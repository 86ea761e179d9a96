/** The Heartbeat port over HTTP: a GET, as Healthchecks, Uptime Kuma and Dead Man's Snitch take it. */
import type { Heartbeat } from "../ports/heartbeat.ts";
import { addressSecrets } from "./chat/post.ts";
import { createHttp, type Fetch } from "./http.ts";

/** Well within the minute to the next one. */
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 64 * 1024;

export interface HeartbeatOptions {
  /** Mostly a secret itself: who knows it can say that we live. */
  readonly url: string;
  readonly watchdogMs?: number | undefined;
  readonly timeoutMs?: number;
  readonly fetch?: Fetch;
}

export function createHeartbeat({ url, watchdogMs, timeoutMs = TIMEOUT_MS, fetch }: HeartbeatOptions): Heartbeat {
  const http = createHttp({ fetch, secrets: addressSecrets(url) });
  const call = { name: "GET the heartbeat address", method: "GET", url, timeoutMs, maxBytes: MAX_BYTES };
  return {
    watchdogMs,
    async beat(signal) {
      const answer = await http.send({ ...call, signal });
      if (answer.status >= 300) throw http.failure(call, answer, answer.text.slice(0, 200));
    },
  };
}
