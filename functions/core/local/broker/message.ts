/** An event on its way: attributes as text, the body as it came, and the headers that pass through (contracts 12.3). */
import { isJson, isStructured, isText, readAttributes } from "../../events/codec-attributes.ts";
import { encodeHeader } from "../../events/codec-header.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

export interface Message {
  readonly attributes: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly body: Bytes;
  /** Headers that go along; all others are dropped. */
  readonly passed: Readonly<Record<string, string>>;
}

/** How a subscriber is to get its events. */
export interface Form {
  readonly format: "binary" | "json";
  readonly namespace: string;
  /** False for a dead letter sink and a ping's own sink: neither is asked for a reply. */
  readonly reply: boolean;
}

const PASSED = /^(x-request-id|x-b3-.*|knative-.*|traceparent|tracestate)$/;

/** The hops that are left, which subscribers do not see. */
const TTL = "knativebrokerttl";

/** What a new event gets; a loop of replies makes as many deliveries. */
export const FULL_TTL = 255;

/** Does a reply claim to be an event? A batch does not: nobody asked for one. */
export function claimsEvent(headers: Headers): boolean {
  const contentType = headers.get("content-type") ?? "";
  return (headers.has("ce-specversion") || isStructured(contentType)) && !/^application\/cloudevents-batch/i.test(contentType);
}

/** Reads an event, whichever mode it came in; data in binary mode is passed on unread. @throws EventFormatError */
export function readMessage(headers: Headers, body: Bytes): Message {
  const structured = isStructured(headers.get("content-type") ?? "");
  const { data, datacontenttype, ...rest } = readAttributes(headers, structured ? body : "");
  const attributes = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
  const contentType = typeof datacontenttype === "string" ? datacontenttype : undefined;
  const passed = Object.fromEntries([...headers].filter(([name]) => PASSED.test(name)));
  return { attributes, contentType, body: structured ? bytesOf(data, contentType) : body, passed };
}

function bytesOf(data: unknown, contentType: string | undefined): Bytes {
  if (data === undefined) return new Uint8Array();
  if (data instanceof Uint8Array) return new Uint8Array(data);
  const isString = typeof data === "string" && contentType !== undefined && !isJson(contentType);
  return new Uint8Array(Buffer.from(isString ? data : JSON.stringify(data)));
}

/** With more attributes, or other values. */
export function withAttributes(message: Message, more: Readonly<Record<string, string>>): Message {
  return { ...message, attributes: { ...message.attributes, ...more } };
}

/** The hops that are left; undefined for a new event. */
export function ttlOf(message: Message): number | undefined {
  const ttl = Math.trunc(Number(message.attributes[TTL] ?? Number.NaN));
  return Number.isNaN(ttl) ? undefined : ttl;
}

export function withTtl(message: Message, ttl: number): Message {
  return withAttributes(message, { [TTL]: String(ttl) });
}

export function withoutTtl(message: Message): Message {
  const { [TTL]: _ttl, ...attributes } = message.attributes;
  return { ...message, attributes };
}

/** The headers and the body of a delivery: binary unless its Trigger wants JSON. */
export function toHttp(message: Message, form: Form): { readonly headers: Headers; readonly body: Bytes } {
  const headers = new Headers({ "user-agent": "Go-http-client/1.1", "accept-encoding": "gzip", "kn-namespace": form.namespace, ...message.passed });
  if (form.reply) headers.set("prefer", "reply");
  if (form.format === "json") {
    headers.set("content-type", "application/cloudevents+json");
    return { headers, body: structuredBody(message) };
  }
  for (const [name, value] of Object.entries(message.attributes)) headers.set(`ce-${name}`, encodeHeader(value));
  if (message.contentType !== undefined) headers.set("content-type", message.contentType);
  return { headers, body: message.body };
}

function structuredBody({ attributes, contentType, body }: Message): Bytes {
  const type = contentType === undefined ? {} : { datacontenttype: contentType };
  return new Uint8Array(Buffer.from(JSON.stringify({ ...attributes, ...type, ...dataOf(contentType, body) })));
}

/** @throws SyntaxError for data that is called JSON and is none: such an event cannot be delivered in this form */
function dataOf(contentType: string | undefined, body: Bytes): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  if (contentType !== undefined && isText(contentType)) return { data: Buffer.from(body).toString() };
  if (contentType !== undefined && !isJson(contentType)) return { data_base64: Buffer.from(body).toString("base64") };
  const data: unknown = JSON.parse(Buffer.from(body).toString());
  return { data };
}
