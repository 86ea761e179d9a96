/** What counts as the same delivery. */
import * as z from "zod";
import type { Received } from "./recordings.ts";
import type { Seen } from "./scripted-subscriber.ts";

/** A real broker's own work on two shared cores: between two deliveries, and up to the first with the start-up of a connection. */
const OVERHEAD_MS = 40;
export const START_UP_MS = 130;

/** Of the whole wait. */
const DRIFT = 0.01;

/** Of the connection, or of the moment. */
const IGNORED: ReadonlySet<string> = new Set(["host", "content-length", "date", "connection", "ce-knativearrivaltime"]);

/** The size of a body that is left out of the recording; such a one takes Go's broker a while, which a virtual clock does not show. */
export function sizeOf(body: string): number | undefined {
  const size = /^\((\d+) (bytes|characters)\)$/.exec(body)?.[1];
  return size === undefined ? undefined : Number(size);
}

/** Is the wait here that of the recording, which has real work in it? */
export function isClose(recordedMs: number, ms: number, overheadMs = START_UP_MS): boolean {
  return recordedMs >= ms - 1 && recordedMs <= ms + overheadMs + recordedMs * DRIFT;
}

/** By lower-case name, in the order of names, without what differs between any two connections. */
export function headersOf(pairs: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  const entries = pairs.map(([name, value]) => [name.toLowerCase(), value] as const).filter(([name]) => !IGNORED.has(name));
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Compares the deliveries to each path in their order; those to several paths at once have none. */
export function compareDeliveries(recorded: readonly Received[], seen: readonly Seen[]): readonly string[] {
  const paths = new Set([...recorded, ...seen].map(({ path }) => path));
  return [...paths].toSorted().flatMap((path) => {
    const there = recorded.filter((request) => request.path === path);
    const here = seen.filter((request) => request.path === path);
    if (there.length !== here.length) return [`${path}: ${there.length} deliveries recorded, ${here.length} here`];
    return there.flatMap((request, index) =>
      [...compareWait(there, here, index), ...compareOne(request, here[index])].map((difference) => `${path} #${index + 1} ${difference}`),
    );
  });
}

/** The wait since the delivery before, or since the sending. */
function compareWait(recorded: readonly Received[], seen: readonly Seen[], index: number): readonly string[] {
  if (sizeOf(recorded[index]?.body ?? "") !== undefined) return [];
  const there = gaps(recorded.map(({ at_ms }) => at_ms))[index] ?? 0;
  const here = gaps(seen.map(({ atMs }) => atMs))[index] ?? 0;
  return isClose(there, here, index === 0 ? START_UP_MS : OVERHEAD_MS) ? [] : [`wait: ${there} ms recorded, ${here} ms here`];
}

function gaps(times: readonly number[]): readonly number[] {
  return times.map((time, index) => time - (times[index - 1] ?? 0));
}

function compareOne(recorded: Received, seen: Seen | undefined): readonly string[] {
  if (!seen) return ["missing"];
  const differences: string[] = [];
  if (recorded.method !== seen.method) differences.push(`method: ${recorded.method} recorded, ${seen.method} here`);
  const [there, here] = [headersOf(recorded.headers), headersOf(Object.entries(seen.headers))];
  for (const name of new Set([...Object.keys(there), ...Object.keys(here)])) {
    if (there[name] !== here[name]) differences.push(`header ${name}: ${there[name] ?? "none"} recorded, ${here[name] ?? "none"} here`);
  }
  return [...differences, ...compareArrival(recorded, seen), ...compareBody(recorded, seen)];
}

function compareArrival(recorded: Received, seen: Seen): readonly string[] {
  const stamped = recorded.headers.some(([name]) => name.toLowerCase() === "ce-knativearrivaltime");
  const stamp = seen.headers["ce-knativearrivaltime"];
  const isTime = stamp !== undefined && !Number.isNaN(Date.parse(stamp));
  return stamped === isTime ? [] : [`arrival time: ${stamped ? "stamped" : "none"} recorded, ${stamp ?? "none"} here`];
}

function compareBody(recorded: Received, seen: Seen): readonly string[] {
  const there = recorded.bodyBase64 === undefined ? (recorded.body ?? "") : Buffer.from(recorded.bodyBase64, "base64").toString("latin1");
  const here = Buffer.from(seen.body).toString(recorded.bodyBase64 === undefined ? "utf8" : "latin1");
  return sameBody(there, here, seen.headers["content-type"] ?? "") ? [] : [`body: ${there.slice(0, 300)} recorded, ${here.slice(0, 300)} here`];
}

function sameBody(there: string, here: string, contentType: string): boolean {
  if (contentType.startsWith("application/cloudevents")) return sameEvent(there, here);
  const size = sizeOf(there);
  return size === undefined ? there === here : size === here.length;
}

/** The order of fields says nothing, and the arrival is another moment. */
function sameEvent(there: string, here: string): boolean {
  const sorted = (text: string): string => {
    const fields = Object.entries(z.record(z.string(), z.unknown()).parse(JSON.parse(text))).filter(([name]) => name !== "knativearrivaltime");
    return JSON.stringify(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  };
  return sorted(there) === sorted(here);
}
