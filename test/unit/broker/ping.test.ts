/** PingSources tick by the clock of their zone, in minutes that may be shorter, and never twice. */
import { describe, expect, it } from "vitest";
import { createBroker } from "../../../functions/core/local/broker/broker.ts";
import { createVirtualClock, type VirtualClock } from "../../contract/knative/virtual-clock.ts";
import { manifest } from "./a-broker.ts";

interface Setting {
  readonly start?: string;
  readonly schedule: string;
  readonly timezone?: string;
  readonly minuteMs?: number;
  readonly random?: () => number;
  readonly clock?: VirtualClock;
}

/** Runs a ping. @returns when it ticked, and the ids */
async function ticks(
  { start = "2026-11-25T08:00:30Z", schedule, timezone = "UTC", minuteMs = 60_000, random = () => 0, clock = createVirtualClock(Date.parse(start)) }: Setting,
  forMs: number,
): Promise<{ at: string[]; ids: string[] }> {
  const ping = {
    apiVersion: "sources.knative.dev/v1",
    kind: "PingSource",
    metadata: { name: "tick", namespace: "here" },
    spec: { schedule, timezone, sink: { ref: { apiVersion: "eventing.knative.dev/v1", kind: "Broker", name: "default" } } },
  };
  const at: string[] = [];
  const ids: string[] = [];
  const broker = createBroker({
    manifests: [
      { path: "here.yaml", text: manifest() },
      { path: "ping.yaml", text: JSON.stringify(ping) },
    ],
    clock,
    minuteMs,
    random,
    deliver: async (_service, request) => {
      at.push(new Date(clock.now()).toISOString());
      ids.push(request.headers.get("ce-id") ?? "");
      return new Response(null, { status: 202 });
    },
  });
  broker.startPings();
  await clock.runFor(forMs);
  broker.stop();
  await clock.runFor(forMs);
  return { at, ids };
}

/** As many as an id has digits. */
function thirtyTwo(number: number): readonly number[] {
  return Array.from({ length: 32 }, () => number);
}

describe("a ping", () => {
  it("ticks every minute until it is stopped", async () => {
    const { at } = await ticks({ start: "2026-11-25T08:00:30Z", schedule: "* * * * *" }, 150_000);
    expect(at).toEqual(["2026-11-25T08:01:00.000Z", "2026-11-25T08:02:00.000Z", "2026-11-25T08:03:00.000Z"]);
  });

  it("takes seconds as a sixth field in front", async () => {
    const { at } = await ticks({ start: "2026-11-25T08:00:30Z", schedule: "*/20 * * * * *" }, 40_000);
    expect(at).toEqual(["2026-11-25T08:00:40.000Z", "2026-11-25T08:01:00.000Z"]);
  });

  it("follows its time zone, over the change of the clocks", async () => {
    const { at } = await ticks({ start: "2026-10-24T00:00:00Z", schedule: "30 8 * * *", timezone: "Europe/Berlin" }, 2 * 86_400_000);
    expect(at).toEqual(["2026-10-24T06:30:00.000Z", "2026-10-25T07:30:00.000Z"]);
  });

  it("waits longer than a timer can hold", async () => {
    const { at } = await ticks({ start: "2026-01-01T00:00:00Z", schedule: "0 0 1 7 *" }, 200 * 86_400_000);
    expect(at).toEqual(["2026-07-01T00:00:00.000Z"]);
  });

  it("has shorter minutes where minutes are shorter", async () => {
    const { at } = await ticks({ start: "2026-11-25T08:00:00Z", schedule: "*/2 * * * *", minuteMs: 100 }, 600);
    expect(at.map((time) => Date.parse(time) - Date.parse("2026-11-25T08:00:00Z"))).toEqual([200, 400, 600]);
  });

  it("comes up to half a second late, each with an id of its own", async () => {
    const numbers = [0.999, ...thirtyTwo(0.5), 0, ...thirtyTwo(0.9), 0];
    const { at, ids } = await ticks({ start: "2026-11-25T08:00:30Z", schedule: "* * * * *", random: () => numbers.shift() ?? 0 }, 95_000);
    expect(at).toEqual(["2026-11-25T08:01:00.499Z", "2026-11-25T08:02:00.000Z"]);
    expect(ids).toEqual(["88888888-8888-4888-a888-888888888888", "eeeeeeee-eeee-4eee-aeee-eeeeeeeeeeee"]);
  });

  it("is less late where minutes are shorter", async () => {
    const { at } = await ticks({ start: "2026-11-25T08:00:00Z", schedule: "* * * * *", minuteMs: 6_000, random: () => 0.999 }, 6_100);
    expect(at).toEqual(["2026-11-25T08:00:06.049Z"]);
  });

  it("is tried six times at a sink of its own, then lost", async () => {
    const clock = createVirtualClock(Date.parse("2026-11-25T08:00:30Z"));
    const tried: number[] = [];
    const ping = {
      apiVersion: "sources.knative.dev/v1",
      kind: "PingSource",
      metadata: { name: "tick", namespace: "here" },
      spec: { schedule: "* * * * *", sink: { ref: { apiVersion: "serving.knative.dev/v1", kind: "Service", name: "worker" }, uri: "/tick" } },
    };
    const deliver = async (_service: string, request: Request): Promise<Response> => {
      tried.push(clock.now() - Date.parse("2026-11-25T08:01:00Z"));
      return new Response(null, { status: new URL(request.url).pathname === "/tick" && !request.headers.has("prefer") ? 503 : 400 });
    };
    const manifests = [
      { path: "here.yaml", text: manifest() },
      { path: "ping.yaml", text: JSON.stringify(ping) },
    ];
    const broker = createBroker({ manifests, clock, minuteMs: 60_000, random: () => 0, deliver });
    broker.startPings();
    await clock.runFor(60_000);
    expect(tried).toEqual([0, 50, 150, 350, 750, 1_550]);
  });

  it("does not tick twice when a timer fires early", async () => {
    const virtual = createVirtualClock(Date.parse("2026-11-25T08:00:30Z"));
    const clock: VirtualClock = { ...virtual, after: (delayMs, task) => virtual.after(Math.max(0, delayMs - 5), task) };
    const { at } = await ticks({ schedule: "* * * * *", clock }, 100_000);
    expect(at).toEqual(["2026-11-25T08:00:59.995Z", "2026-11-25T08:01:59.995Z"]);
  });

  it("does not make up for ticks that it missed", async () => {
    const virtual = createVirtualClock(Date.parse("2026-11-25T08:00:30Z"));
    let sleptMs = 0;
    const clock: VirtualClock = { ...virtual, now: () => virtual.now() + sleptMs };
    clock.after(10_000, () => (sleptMs = 600_000));
    const { at } = await ticks({ schedule: "* * * * *", clock }, 60_000);
    expect(at).toEqual(["2026-11-25T08:11:00.000Z"]);
  });
});
