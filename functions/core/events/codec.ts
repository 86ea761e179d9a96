/** CloudEvents over HTTP: the type and the schema of the `cloudevents` package, with the traps closed that its HTTP binding leaves open (contracts 4.4). */
import { CloudEvent, ValidationError } from "cloudevents";
import { EventFormatError, type HeaderSource, isJson, readAttributes } from "./codec-attributes.ts";
import { encodeHeader } from "./codec-header.ts";

/** A message ready to be sent. */
export interface EncodedEvent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Attributes that both modes write in a place of their own. */
const APART = new Set(["data", "data_base64", "datacontenttype"]);

/**
 * Reads one event in binary or structured mode; one without `time` gets the time of its reading, as the package knows no event without.
 * @throws EventFormatError that names the attribute; batches are refused, as Knative's broker does
 */
export function decodeEvent(headers: HeaderSource, body: string | Uint8Array): CloudEvent<unknown> {
  const attributes = readAttributes(headers, body);
  return named(() => new CloudEvent<unknown>(attributes));
}

/** Writes an event in binary mode, or structured where that is asked for. @throws EventFormatError for an event that is not valid */
export function encodeEvent(event: CloudEvent<unknown>, mode: "binary" | "structured" = "binary"): EncodedEvent {
  named(() => event.validate());
  return mode === "structured" ? writeStructured(event) : writeBinary(event);
}

/** The package's schema names the attribute deep inside its error. */
function named<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const errors: unknown = error instanceof ValidationError ? error.errors : [];
    const [first] = (Array.isArray(errors) ? errors : []) as readonly { readonly instancePath?: string; readonly message?: string }[];
    throw new EventFormatError(first?.instancePath?.slice(1) ?? "event", first?.message ?? error.message);
  }
}

/** As text in both modes: Knative compares a number in structured mode with no filter's text (contracts 5.1). */
function attributesOf(event: CloudEvent<unknown>): readonly (readonly [string, string])[] {
  return Object.entries(event)
    .filter(([name, value]) => !APART.has(name) && value !== undefined && value !== null)
    .map(([name, value]) => [name, String(value)]);
}

function contentTypeOf({ data, datacontenttype }: CloudEvent<unknown>): string | undefined {
  if (datacontenttype !== undefined || data === undefined) return datacontenttype;
  return data instanceof Uint8Array ? "application/octet-stream" : "application/json";
}

function writeBinary(event: CloudEvent<unknown>): EncodedEvent {
  const contentType = contentTypeOf(event);
  const headers = Object.fromEntries(attributesOf(event).map(([name, value]) => [`ce-${name}`, encodeHeader(value)]));
  return { headers: { ...headers, ...(contentType !== undefined && { "content-type": contentType }) }, body: writeData(event.data, contentType ?? "") };
}

function writeData(data: unknown, contentType: string): string | Uint8Array {
  if (data === undefined) return "";
  if (data instanceof Uint8Array) return data;
  if (isJson(contentType)) return JSON.stringify(data);
  if (typeof data === "string") return data;
  throw new EventFormatError("data", `cannot be written as ${contentType}: it is neither text nor bytes`);
}

/** By hand: the package's own drops falsy data, and writes bytes as an object. */
function writeStructured(event: CloudEvent<unknown>): EncodedEvent {
  const { data } = event;
  const contentType = contentTypeOf(event);
  const content = data instanceof Uint8Array ? { data_base64: Buffer.from(data).toString("base64") } : { data };
  const body = { ...Object.fromEntries(attributesOf(event)), ...(contentType !== undefined && { datacontenttype: contentType }), ...content };
  return { headers: { "content-type": "application/cloudevents+json; charset=utf-8" }, body: JSON.stringify(body) };
}
