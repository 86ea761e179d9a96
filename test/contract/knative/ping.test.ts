/** PingSources send what Knative's sent: the same events at the same ticks, up to half a second late. */
import { expect, test } from "vitest";
import { createBroker } from "../../../functions/core/local/broker/broker.ts";
import { compareDeliveries, START_UP_MS } from "./compare.ts";
import { recordedSpec, recordingsOf } from "./recordings.ts";
import { recordedManifests } from "./replay.ts";
import { scriptSubscriber } from "./scripted-subscriber.ts";
import { createVirtualClock } from "./virtual-clock.ts";

const START = Date.parse("2026-11-25T08:05:43.895Z");
const JITTER_MS = 500;

const PINGS = ["direct", "overrides", "seconds", "viabroker"].map((name) => ({
  path: `${name}.yaml`,
  text: JSON.stringify({
    apiVersion: "sources.knative.dev/v1",
    kind: "PingSource",
    metadata: { name, namespace: "kntest" },
    spec: recordedSpec(`pingsource-${name}`),
  }),
}));

test("the pings of G01", async () => {
  const [recording] = recordingsOf("G");
  if (!recording) throw new Error("no recording");
  const clock = createVirtualClock(START);
  const subscriber = scriptSubscriber(recording, clock);
  const broker = createBroker({
    manifests: [...recordedManifests(), ...PINGS],
    clock,
    minuteMs: 60_000,
    random: () => 0,
    deliver: () => Promise.reject(new Error("there is no service")),
    callOutside: subscriber.call,
  });
  broker.startPings();
  await clock.runFor((recording.received.at(-1)?.at_ms ?? 0) + JITTER_MS);
  broker.stop();

  const own = /header ce-(id|time): |wait: /;
  expect(compareDeliveries(recording.received, subscriber.seen).filter((difference) => !own.test(difference))).toEqual([]);
  for (const path of new Set(recording.received.map((request) => request.path))) {
    const there = recording.received.filter((request) => request.path === path).map(({ at_ms }) => at_ms);
    const here = subscriber.seen.filter((request) => request.path === path).map(({ atMs }) => atMs);
    const late = there.map((at, index) => at - (here[index] ?? 0));
    expect(Math.min(...late), `${path} is not early`).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late), `${path} is late by the jitter at most`).toBeLessThan(JITTER_MS + START_UP_MS);
  }
});
