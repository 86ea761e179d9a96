/** The Metrics port on what answers as Prometheus does, over a real connection; and what the report makes of it where it does not. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createPrometheusMetrics } from "../../../functions/core/adapters/prometheus/metrics.ts";
import { Refused, Unavailable } from "../../../functions/core/ports/errors.ts";
import { measure } from "../../../functions/core/tools/measure.ts";

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

type Answer = (query: string, response: ServerResponse, request: IncomingMessage) => void;

async function serving(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => answer(new URLSearchParams(body).get("query") ?? "", response, request));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => (server.closeAllConnections(), server.close()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const vector = (...values: readonly (readonly [Record<string, string>, string])[]): string =>
  JSON.stringify({ status: "success", data: { resultType: "vector", result: values.map(([metric, value]) => ({ metric, value: [1_800_000_000.5, value] })) } });

describe("a query", () => {
  it("is posted as a form, and gives labels and numbers; what is no number is left out", async () => {
    const asked: string[] = [];
    const baseUrl = await serving((query, response, { method, url }) => {
      asked.push(`${method} ${url} ${query}`);
      response.end(vector([{ a: "1" }, "0.5"], [{ a: "2" }, "NaN"], [{ a: "3" }, "+Inf"]));
    });
    expect(await createPrometheusMetrics({ baseUrl: `${baseUrl}/` }).query('up{job="a b"}')).toEqual([{ labels: { a: "1" }, value: 0.5 }]);
    expect(asked).toEqual(['POST /api/v1/query up{job="a b"}']);
  });

  it.each([
    ["a wrong question", 400, JSON.stringify({ status: "error", errorType: "bad_data", error: "parse error" }), Refused, /parse error/],
    ["a busy server", 503, JSON.stringify({ status: "error", errorType: "timeout", error: "too slow" }), Unavailable, /503/],
    ["another server", 200, "<html>hello</html>", Refused, /not one of Prometheus/],
    ["another kind of answer", 200, JSON.stringify({ status: "success", data: { resultType: "scalar", result: [1, "1"] } }), Refused, /not one of Prometheus/],
  ])("says what is wrong with %s", async (_what, status, body, kind, words) => {
    const baseUrl = await serving((_query, response) => response.writeHead(status).end(body));
    const asked = createPrometheusMetrics({ baseUrl }).query("up");
    await expect(asked).rejects.toThrow(kind);
    await expect(asked).rejects.toThrow(words);
  });
});

describe("what the report measures", () => {
  it("asks for values only where the metric is there, and says which is not", async () => {
    const baseUrl = await serving((query, response) => {
      const isVolume = query.includes("kubelet_volume_stats");
      if (query.startsWith("count(")) return void response.end(isVolume ? vector([{}, "2"]) : vector());
      return void response.end(vector([{ namespace: "db", persistentvolumeclaim: "data" }, query.startsWith("1 - ") ? "0.93" : "86400"]));
    });
    const measured = await measure(createPrometheusMetrics({ baseUrl }));
    expect(measured.volumes).toEqual([{ labels: { namespace: "db", persistentvolumeclaim: "data" }, value: 0.93 }]);
    expect(measured.volumesFill).toMatchObject([{ value: 86_400 }]);
    expect(measured.memory).toBe("Prometheus has no `container_memory_working_set_bytes`");
  });

  it("says so where nothing answers, or nothing is configured", async () => {
    const baseUrl = await serving((_query, response) => response.writeHead(503).end());
    expect((await measure(createPrometheusMetrics({ baseUrl }))).disks).toMatch(/^Prometheus did not answer: /);
    expect((await measure(undefined)).certificates).toBe("no Prometheus is named (`prometheus` in anchorwatch.yaml, --prometheus on the command line)");
  });
});
