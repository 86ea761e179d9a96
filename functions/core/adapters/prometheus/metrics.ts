/** The Metrics port on Prometheus' HTTP API, or on what speaks it (contracts 8.1). */
import * as z from "zod";
import { Refused } from "../../ports/errors.ts";
import type { Metrics } from "../../ports/metrics.ts";
import { createHttp, type Fetch } from "../http.ts";

const MAX_SAMPLES = 1_000;
const NAME = "POST Prometheus /api/v1/query";

const AnswerSchema = z.discriminatedUnion("status", [
  z.looseObject({
    status: z.literal("success"),
    data: z.looseObject({
      resultType: z.literal("vector"),
      result: z
        .array(z.looseObject({ metric: z.record(z.string().max(256), z.string().max(4096)), value: z.tuple([z.number(), z.string().max(64)]) }))
        .max(50_000),
    }),
  }),
  z.looseObject({ status: z.literal("error"), error: z.string().max(10_000) }),
]);

export function createPrometheusMetrics({ baseUrl, fetch, signal }: { baseUrl: string; fetch?: Fetch; signal?: AbortSignal | undefined }): Metrics {
  const http = createHttp({ fetch });
  const url = `${baseUrl.replace(/\/+$/, "")}/api/v1/query`;
  return {
    async query(expression) {
      const body = new URLSearchParams({ query: expression, timeout: "8s", limit: String(MAX_SAMPLES) }).toString();
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const answer = await http.send({ name: NAME, method: "POST", url, headers, body, signal });
      if (answer.status >= 500 || answer.status === 429) throw http.failure({ name: NAME }, answer, answer.text.slice(0, 200));
      const read = AnswerSchema.safeParse(parse(answer.text));
      if (!read.success) throw new Refused(`${NAME}: the answer (${answer.status}) is not one of Prometheus`, { status: answer.status });
      if (read.data.status === "error") throw http.failure({ name: NAME }, answer, read.data.error);
      return read.data.data.result
        .slice(0, MAX_SAMPLES)
        .map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
        .filter(({ value }) => Number.isFinite(value));
    },
  };
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined; // Said by the caller, with the status.
  }
}
