/** Events to a broker over HTTP: what `K_SINK` names. */
import { encodeEvent } from "../../events/codec.ts";
import type { Events } from "../../ports/events.ts";
import { createHttp, type Fetch } from "../http.ts";

export function createHttpEvents(options: { sink: string; fetch?: Fetch }): Events {
  const http = createHttp({ fetch: options.fetch });
  return {
    async post(event, signal) {
      const { headers, body } = encodeEvent(event);
      const call = {
        name: "POST event",
        method: "POST",
        url: options.sink,
        headers,
        body: typeof body === "string" ? body : Buffer.from(body).toString(),
        timeoutMs: 2_000,
        signal,
      };
      const answer = await http.send(call);
      if (answer.status >= 300) throw http.failure(call, answer, answer.text.slice(0, 200));
    },
  };
}
