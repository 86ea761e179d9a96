/** The subscriber of a recording: answers each request as it was answered then, takes what comes beyond, and keeps all of it to be compared. */
import type { Call } from "../../../functions/core/local/broker/attempt.ts";
import type { Recording } from "./recordings.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** A request as the subscriber saw it; `atMs` counts from the moment of sending. */
export interface Seen {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const SUBSCRIBER = "127.0.0.1:9600";

/** Statuses that a response cannot have a body with. */
const BODILESS: ReadonlySet<number> = new Set([204, 304]);

export function scriptSubscriber(recording: Recording, clock: VirtualClock): { readonly call: Call; readonly seen: readonly Seen[] } {
  const seen: Seen[] = [];
  const start = clock.now();
  const call: Call = async (request) => {
    clock.stir();
    const { host, pathname } = new URL(request.url);
    const before = seen.filter(({ path }) => path === pathname).length;
    if (host === SUBSCRIBER)
      seen.push({
        atMs: clock.now() - start,
        method: request.method,
        path: pathname,
        headers: Object.fromEntries(request.headers),
        body: new Uint8Array(await request.arrayBuffer()),
      });
    const fault = networkFault(recording, request.url);
    if (fault !== undefined) throw new Error(fault);
    const answered = recording.received.filter(({ path }) => path === pathname)[before]?.answered;
    if (!answered) return new Response(null, { status: 202 });
    if (answered.delay_ms !== undefined) await new Promise<void>((resolve) => clock.after(answered.delay_ms ?? 0, resolve));
    clock.stir();
    return new Response(BODILESS.has(answered.status) ? null : Buffer.from(answered.body), { status: answered.status, headers: answered.headers });
  };
  return { call, seen };
}

/** Where the connection itself failed, the dead letter has the words for it. */
function networkFault(recording: Recording, url: string): string | undefined {
  for (const { headers } of recording.received) {
    const values = new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));
    const destination = values.get("ce-knativeerrordest");
    const words = Buffer.from(values.get("ce-knativeerrordata") ?? "", "base64").toString();
    if (destination !== undefined && new URL(destination).href === url && words.startsWith("dispatch error: ")) return words.slice("dispatch error: ".length);
  }
  return undefined;
}
