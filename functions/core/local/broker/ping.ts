/** PingSources: cron with a time zone, a little jitter, an id by chance; a missed tick is never replayed (contracts 5.5). */
import { Cron } from "croner";
import type { Clock } from "../../ports/clock.ts";
import type { PingSource } from "./manifest-schemas.ts";
import type { Message } from "./message.ts";

const MINUTE_MS = 60_000;
const JITTER_MS = 500;

/** Longest single wait: timers of Node hold no more than 24.8 days. */
const MAX_WAIT_MS = 24 * 60 * MINUTE_MS;

export interface PingOptions {
  readonly clock: Clock;
  /** How long a minute of the schedule lasts. */
  readonly minuteMs: number;
  readonly random: () => number;
}

/** Starts every ping. @returns what ends them all */
export function schedulePings(pings: readonly PingSource[], options: PingOptions, send: (ping: PingSource, message: Message) => void): () => void {
  const stops = pings.map((ping) => schedulePing(ping, options, send));
  return () => stops.forEach((stop) => stop());
}

function schedulePing(ping: PingSource, options: PingOptions, send: (ping: PingSource, message: Message) => void): () => void {
  const { clock, random } = options;
  const next = ticksOf(ping, options);
  let cancel = (): void => undefined;
  const waitFor = (at: number): void => {
    const left = at - clock.now();
    cancel = clock.after(Math.min(Math.max(0, left), MAX_WAIT_MS), () => {
      if (left > MAX_WAIT_MS) {
        waitFor(at);
        return;
      }
      send(ping, pingMessage(ping, options));
      plan();
    });
  };
  const plan = (): void => {
    const at = next();
    if (at !== undefined) waitFor(at + Math.floor(random() * Math.min(JITTER_MS, (JITTER_MS * options.minuteMs) / MINUTE_MS)));
  };
  plan();
  return () => cancel();
}

/** Ticks in order, none before now and none twice, though a timer may fire a little early; time on the schedule runs faster or slower where a minute lasts another time. */
function ticksOf({ spec }: PingSource, { clock, minuteMs }: PingOptions): () => number | undefined {
  const cron = new Cron(spec.schedule, { timezone: spec.timezone ?? "UTC", paused: true });
  const start = clock.now();
  const scale = minuteMs / MINUTE_MS;
  let last = start;
  return () => {
    const onSchedule = start + (clock.now() - start) / scale;
    const tick = cron.nextRun(new Date(Math.max(last, onSchedule)))?.getTime();
    last = tick ?? last;
    return tick === undefined ? undefined : start + (tick - start) * scale;
  };
}

function pingMessage({ metadata, spec }: PingSource, { clock, random }: PingOptions): Message {
  const body = spec.dataBase64 === undefined ? Buffer.from(spec.data ?? "") : Buffer.from(spec.dataBase64, "base64");
  return {
    attributes: {
      specversion: "1.0",
      id: randomId(random),
      source: `/apis/v1/namespaces/${metadata.namespace}/pingsources/${metadata.name}`,
      type: "dev.knative.sources.ping",
      time: new Date(clock.now()).toISOString(),
      ...spec.ceOverrides?.extensions,
    },
    contentType: body.length === 0 ? undefined : (spec.contentType ?? "application/json"),
    body: new Uint8Array(body),
    passed: {},
  };
}

/** In the shape of a version 4 UUID. */
function randomId(random: () => number): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`;
}
