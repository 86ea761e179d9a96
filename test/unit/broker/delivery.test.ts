/** What the recordings do not show: bounds, Knative Services, and disorder on purpose. */
import { describe, expect, it } from "vitest";
import { createBroker, type Disturbance, type Observation } from "../../../functions/core/local/broker/broker.ts";
import { disorder } from "../../../functions/core/local/broker/disturbance.ts";
import { createVirtualClock, type VirtualClock } from "../../contract/knative/virtual-clock.ts";
import { aBroker, idOf, manifest, post, START, wait } from "./a-broker.ts";

/** A worker that answers at once, and keeps what it got. */
function worker(status = 202): { readonly deliver: (service: string, request: Request) => Promise<Response>; readonly got: Request[] } {
  const got: Request[] = [];
  const deliver = async (_service: string, request: Request): Promise<Response> => {
    got.push(request);
    return new Response(null, { status });
  };
  return { deliver, got };
}

/** A worker that takes a second, and what it saw. */
function slowWorker(clock: VirtualClock): { deliver: (service: string, request: Request) => Promise<Response>; log: string[] } {
  const log: string[] = [];
  const deliver = async (_service: string, request: Request): Promise<Response> => {
    log.push(`+${idOf(request)}`);
    await wait(clock, 1_000);
    log.push(`-${idOf(request)}`);
    return new Response(null, { status: 202 });
  };
  return { deliver, log };
}

describe("a service", () => {
  it("gets its event at the subscriber's path, under its name", async () => {
    const { deliver, got } = worker();
    const { broker } = aBroker(
      {},
      { deliver: async (service, request) => await (service === "worker" ? deliver(service, request) : Promise.reject(new Error(service))) },
    );
    expect(await post(broker, "1")).toBe(202);
    expect(got.map(({ method, url }) => `${method} ${url}`)).toEqual(["POST http://worker.here.svc.cluster.local/events"]);
  });

  it("works on no more than containerConcurrency requests, the rest wait in order", async () => {
    const clock = createVirtualClock(START);
    const { deliver, log } = slowWorker(clock);
    const { broker } = aBroker({ async: true, containerConcurrency: 2 }, { clock, deliver });
    await Promise.all(["1", "2", "3", "4"].map((id) => post(broker, id)));
    await clock.runUntil(() => broker.pending() === 0, 10_000);
    expect(log).toEqual(["+1", "+2", "-1", "+3", "-2", "+4", "-3", "-4"]);
  });

  it("that takes longer than timeoutSeconds is a 504, retried like any other", async () => {
    const clock = createVirtualClock(START);
    const signals: AbortSignal[] = [];
    const deliver = async (_service: string, request: Request, signal: AbortSignal): Promise<Response> => {
      signals.push(signal, request.signal);
      return await new Promise<Response>(() => undefined);
    };
    const { broker } = aBroker({ timeoutSeconds: 5, delivery: "{ retry: 1, backoffPolicy: exponential, backoffDelay: PT1S }" }, { clock, deliver });
    let status = 0;
    void post(broker, "1").then((answer) => (status = answer));
    await clock.runUntil(() => status > 0, 60_000);
    expect(status).toBe(500);
    expect(clock.now() - START).toBe(5_000 + 1_000 + 5_000);
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true, true, true]);
  });
});

describe("the ingress", () => {
  it("answers after the delivery without the annotation, and before it with it", async () => {
    for (const async of [false, true]) {
      const clock = createVirtualClock(START);
      const { broker } = aBroker({ async }, { clock, deliver: slowWorker(clock).deliver });
      let answeredAt = -1;
      void post(broker, "1").then(() => (answeredAt = clock.now() - START));
      await clock.runUntil(() => broker.pending() === 0 && answeredAt >= 0, 10_000);
      expect(answeredAt).toBe(async ? 0 : 1_000);
    }
  });

  it.each([
    [2 * 1024 * 1024, 202],
    [2 * 1024 * 1024 + 1, 413],
  ])("answers %i bytes with %i", async (size, status) => {
    const { broker } = aBroker({}, { deliver: worker().deliver });
    const headers = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/test", "ce-type": "t" };
    const response = await broker.handle(new Request("http://broker/here/default", { method: "POST", headers, body: new Uint8Array(size) }));
    expect(response.status).toBe(status);
  });

  it("asks to come again with 2,000 events on their way", async () => {
    const { broker } = aBroker({ async: true }, { deliver: () => new Promise(() => undefined) });
    for (let id = 0; id < 2_000; id += 1) expect(await post(broker, `${id}`)).toBe(202);
    expect(await post(broker, "one more")).toBe(503);
  });

  it("tells the observer what it refused", async () => {
    const seen: Observation[] = [];
    const { broker } = aBroker({}, { deliver: worker().deliver, observe: (what) => seen.push(what) });
    await post(broker, "");
    expect(seen).toEqual([{ kind: "refused", problem: "id: is missing or empty" }]);
  });

  it("becomes idle when nothing is on its way", async () => {
    const clock = createVirtualClock(START);
    const { broker } = aBroker({ async: true }, { clock, deliver: slowWorker(clock).deliver });
    await post(broker, "1");
    let idle = false;
    void broker.idle().then(() => (idle = true));
    await clock.runFor(999);
    expect(idle).toBe(false);
    await clock.runFor(1);
    expect(idle).toBe(true);
  });
});

describe("an event", () => {
  it("keeps its arrival time in every attempt", async () => {
    const clock = createVirtualClock(START);
    const { deliver, got } = worker(503);
    const { broker } = aBroker({ async: true, delivery: "{ retry: 2, backoffPolicy: exponential, backoffDelay: PT1S }" }, { clock, deliver });
    await post(broker, "1");
    await clock.runUntil(() => broker.pending() === 0, 10_000);
    expect(clock.now() - START).toBe(3_000);
    expect(got.map(({ headers }) => headers.get("ce-knativearrivaltime"))).toEqual([
      "2026-11-25T08:00:00.000Z",
      "2026-11-25T08:00:00.000Z",
      "2026-11-25T08:00:00.000Z",
    ]);
  });

  it("is reported as lost when nobody takes it", async () => {
    const seen: Observation[] = [];
    const { broker } = aBroker({}, { deliver: worker(422).deliver, observe: (what) => seen.push(what) });
    expect(await post(broker, "1")).toBe(500);
    expect(seen).toEqual([{ kind: "lost", trigger: "worker", event: "1" }]);
  });

  it("goes nowhere where there is neither a service nor a network", async () => {
    const text = manifest().replace("{ ref: { apiVersion: serving.knative.dev/v1, kind: Service, name: worker }, uri: /events }", "{ uri: http://elsewhere/ }");
    const broker = createBroker({
      manifests: [{ path: "here.yaml", text }],
      clock: createVirtualClock(START),
      minuteMs: 60_000,
      random: () => 0,
      deliver: worker().deliver,
    });
    expect(await post(broker, "1")).toBe(500);
  });
});

describe("a delivery", () => {
  it("is tried eleven times where no manifest says how often", async () => {
    const clock = createVirtualClock(START);
    const { deliver, got } = worker(503);
    const text = manifest({ async: true, delivery: "{ retry: 0 }" }).replace("  delivery: { retry: 0 }\n", "");
    const broker = createBroker({ manifests: [{ path: "here.yaml", text }], clock, minuteMs: 60_000, random: () => 0, deliver });
    await post(broker, "1");
    await clock.runUntil(() => broker.pending() === 0, 300_000);
    expect(got).toHaveLength(11);
    expect(clock.now() - START).toBe(200 * (2 ** 10 - 1));
  });

  it("follows redirects up to ten requests", async () => {
    const urls: string[] = [];
    const deliver = async (_service: string, { url }: Request): Promise<Response> => {
      urls.push(url);
      return new Response(null, { status: 307, headers: { location: `/${urls.length}` } });
    };
    const { broker } = aBroker({}, { deliver });
    expect(await post(broker, "1")).toBe(500);
    expect(urls).toHaveLength(10);
  });

  it("fails when the answer is larger than an event may be, which is read no further", async () => {
    let read = 0;
    let cancelled = false;
    const endless = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        pull: (controller) => {
          read += 65_536;
          controller.enqueue(new Uint8Array(65_536));
        },
        cancel: () => void (cancelled = true),
      });
    const headers = { "ce-specversion": "1.0", "ce-id": "2", "ce-source": "/worker", "ce-type": "t", "content-type": "image/png" };
    const answers = [new Response(endless(), { headers })];
    const { broker } = aBroker({}, { deliver: async () => answers.pop() ?? new Response(null, { status: 202 }) });
    expect(await post(broker, "1")).toBe(500);
    expect(read).toBeLessThan(3 * 1024 * 1024);
    expect(cancelled).toBe(true);
  });

  it.each([
    ["text/plain", "grüße", { data: "grüße" }],
    ["image/png", "\u0001", { data_base64: "AQ==" }],
    ["application/vnd.x+json", '{"n":1}', { data: { n: 1 } }],
  ])("in JSON holds data of %s as the specification says", async (contentType, body, data) => {
    const { deliver, got } = worker();
    const { broker } = aBroker({ delivery: "{ format: json }" }, { deliver });
    const headers = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/test", "ce-type": "t", "content-type": contentType };
    await broker.handle(new Request("http://broker/here/default", { method: "POST", headers, body }));
    expect(await got[0]?.json()).toMatchObject({ datacontenttype: contentType, ...data });
  });
});

describe("disorder on purpose", () => {
  it("loses, doubles and delays deliveries", async () => {
    const clock = createVirtualClock(START);
    const log: string[] = [];
    const fates: Disturbance[] = ["drop", "double", { lateMs: 500 }, "deliver"];
    const deliver = async (_service: string, request: Request): Promise<Response> => {
      log.push(`${idOf(request)} at ${clock.now() - START}`);
      return new Response(null, { status: 202 });
    };
    const { broker } = aBroker({ async: true }, { clock, disturb: () => fates.shift() ?? "deliver", deliver });
    for (const id of ["lost", "twice", "late", "plain"]) await post(broker, id);
    await clock.runUntil(() => broker.pending() === 0, 10_000);
    expect(log).toEqual(["twice at 0", "twice at 0", "plain at 0", "late at 500"]);
  });

  it("is drawn by chances that random numbers decide", () => {
    const numbers = [0.05, 0.15, 0.25, 0.5, 0.9];
    const draw = disorder({ drop: 0.1, double: 0.1, late: 0.1, lateMs: 1_000 }, () => numbers.shift() ?? 1);
    expect([draw(), draw(), draw(), draw()]).toEqual(["drop", "double", { lateMs: 500 }, "deliver"]);
  });
});
