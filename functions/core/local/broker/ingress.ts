/** The broker's ingress: exactly the answers that were recorded (group E). */
import { EventFormatError } from "../../events/codec-attributes.ts";
import { readBody } from "./body.ts";
import { type Bytes, FULL_TTL, type Message, readMessage, ttlOf, withTtl } from "./message.ts";
import type { BrokerSpec } from "./topology.ts";

const ALLOW = { allow: "POST, OPTIONS" };

export interface IngressDeps {
  readonly brokers: readonly BrokerSpec[];
  /** Takes an event in. @returns the status for the sender */
  readonly receive: (broker: BrokerSpec, message: Message) => Promise<number>;
  readonly onRefused: (problem: string) => void;
}

/** Answers every request to the broker's address. */
export async function answerIngress(request: Request, deps: IngressDeps): Promise<Response> {
  if (request.method === "OPTIONS")
    return new Response(null, { status: 200, headers: { ...ALLOW, "webhook-allowed-origin": "*", "webhook-allowed-rate": "*" } });
  if (request.headers.get("user-agent")?.startsWith("kube-probe/")) return new Response(null, { status: 200 });
  return new Response(null, { status: await statusOf(request, deps), headers: ALLOW });
}

async function statusOf(request: Request, deps: IngressDeps): Promise<number> {
  if (request.method !== "POST") return 405;
  const { pathname, search } = new URL(request.url);
  const [namespace, name, ...more] = pathname.replace(/^\//, "").replace(/\/$/, "").split("/");
  if (namespace === "") return 404;
  if (name === undefined || more.length > 0) return 400;
  const { bytes: body, cut } = await readBody(request);
  if (cut) return 413;
  const broker = deps.brokers.find((candidate) => candidate.namespace === namespace && candidate.name === name);
  if (!broker || search !== "") return 404;
  return await takeIn(broker, { headers: request.headers, body }, deps);
}

/** Takes an event in, whether a sender's or a subscriber's reply. @returns the status */
export async function takeIn(broker: BrokerSpec, { headers, body, ttl }: { headers: Headers; body: Bytes; ttl?: number }, deps: IngressDeps): Promise<number> {
  try {
    const message = readMessage(headers, body);
    const hops = hopsLeft(ttl ?? ttlOf(message));
    if (hops > 0) return await deps.receive(broker, withTtl(ttl === undefined ? message : withContentType(message), hops));
    deps.onRefused("the event has made all its hops");
  } catch (error) {
    if (!(error instanceof EventFormatError)) throw error;
    deps.onRefused(error.message);
  }
  return 400;
}

function hopsLeft(ttl: number | undefined): number {
  return ttl === undefined ? FULL_TTL : ttl - 1;
}

/** A reply with data but without its content type leaves Go's server as plain text. */
function withContentType(message: Message): Message {
  return message.contentType === undefined && message.body.length > 0 ? { ...message, contentType: "text/plain; charset=utf-8" } : message;
}
