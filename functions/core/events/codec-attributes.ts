/** Reading a message into attributes and data, and checking them: the `cloudevents` package checks nothing that it receives (contracts 4.4). */
import { decodeHeader } from "./codec-header.ts";

/** What a message lacks or has wrong, by attribute. */
export class EventFormatError extends Error {
  override readonly name = "EventFormatError";
  readonly attribute: string;

  constructor(attribute: string, message: string) {
    super(`${attribute}: ${message}`);
    this.attribute = attribute;
  }
}

/** Header names and values, of either kind that HTTP libraries use. */
export type HeaderSource = Headers | Readonly<Record<string, string>>;

/** Checked attributes by name; `data` is there when the message has data. */
export type Attributes = Readonly<Record<string, unknown>>;

/** Attributes of the specification; every other name is an extension. */
const SPECIFIED = new Set(["id", "source", "specversion", "type", "datacontenttype", "dataschema", "subject", "time", "data"]);

/** Names that binary mode has no header for: the content type and the body stand for them. */
const NO_HEADER = new Set(["data", "data_base64", "datacontenttype"]);

/** What a specified attribute has to look like when it is there. */
const FORMS: ReadonlyMap<string, { readonly what: string; readonly takes: (value: string) => boolean }> = new Map([
  ["source", { what: "URI", takes: (value) => URI.test(value) }],
  ["dataschema", { what: "URI", takes: (value) => URI.test(value) }],
  ["subject", { what: "text with something in it", takes: (value) => value !== "" }],
  ["datacontenttype", { what: "text with something in it", takes: (value) => value !== "" }],
  ["time", { what: "RFC 3339 time", takes: (value) => RFC_3339.test(value) && !Number.isNaN(Date.parse(value)) }],
]);

const EVENT_MEDIA_TYPE = "application/cloudevents";
const STRUCTURED_MEDIA_TYPE = "application/cloudevents+json";

/** What RFC 3986 lets stand in a URI or a reference to one. */
const URI = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9a-f]{2})+$/i;

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/** The media type of a content type: lower case, without parameters. */
function mediaType(contentType: string): string {
  return contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** Is data of this content type a JSON value? */
export function isJson(contentType: string): boolean {
  const media = mediaType(contentType);
  return media === "application/json" || media === "text/json" || media.endsWith("+json");
}

/** Is data of this content type text, and no JSON value? */
export function isText(contentType: string): boolean {
  return mediaType(contentType).startsWith("text/") && !isJson(contentType);
}

/** Does this content type announce an event in structured mode, or a batch of them? */
export function isStructured(contentType: string): boolean {
  return mediaType(contentType).startsWith(EVENT_MEDIA_TYPE);
}

/**
 * Reads one event in binary or structured mode, its attributes checked.
 * @throws EventFormatError that names the attribute; batches are refused, as Knative's broker does
 */
export function readAttributes(headers: HeaderSource, body: string | Uint8Array): Attributes {
  const plain = plainHeaders(headers);
  const contentType = plain["content-type"] ?? "";
  const attributes = isStructured(contentType) ? readStructured(mediaType(contentType), body) : readBinary(plain, contentType, body);
  checkRequired(attributes);
  checkForm(attributes);
  return attributes;
}

/** Header names in lower case, whatever kind of object they came in. */
function plainHeaders(headers: HeaderSource): Readonly<Record<string, string>> {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

function readStructured(media: string, body: string | Uint8Array): Attributes {
  if (media !== STRUCTURED_MEDIA_TYPE) throw new EventFormatError("content-type", `${media} is not taken, only ${STRUCTURED_MEDIA_TYPE}`);
  const value = parseJson(body, "body");
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new EventFormatError("body", "is not one event");
  const { data, data_base64: base64, ...rest }: Attributes = { ...value };
  const attributes = Object.fromEntries(Object.entries(rest).filter(([, attribute]) => attribute !== null));
  if (base64 === undefined || base64 === null) return data === undefined ? attributes : { ...attributes, data };
  if (typeof base64 !== "string") throw new EventFormatError("data_base64", "is not text");
  if (data !== undefined) throw new EventFormatError("data_base64", "stands beside data");
  return { ...attributes, data: new Uint8Array(Buffer.from(base64, "base64")) };
}

function readBinary(headers: Readonly<Record<string, string>>, contentType: string, body: string | Uint8Array): Attributes {
  const attributes: Record<string, unknown> = {};
  for (const [header, value] of Object.entries(headers)) {
    if (!header.startsWith("ce-")) continue;
    const name = header.slice("ce-".length);
    if (NO_HEADER.has(name)) throw new EventFormatError(name, "has no header in binary mode");
    attributes[name] = decodeHeader(value);
  }
  if (attributes["specversion"] === undefined) throw new EventFormatError("specversion", "is missing: this is no CloudEvent");
  if (contentType !== "") attributes["datacontenttype"] = contentType;
  return body.length === 0 ? attributes : { ...attributes, data: readData(contentType, body) };
}

function readData(contentType: string, body: string | Uint8Array): unknown {
  if (isJson(contentType)) return parseJson(body, "data");
  if (contentType === "" || isText(contentType)) return toText(body);
  return typeof body === "string" ? body : new Uint8Array(body);
}

function toText(body: string | Uint8Array): string {
  return typeof body === "string" ? body : new TextDecoder().decode(body);
}

function parseJson(body: string | Uint8Array, what: string): unknown {
  try {
    return JSON.parse(toText(body));
  } catch (error) {
    throw new EventFormatError(what, `is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkRequired(attributes: Attributes): void {
  for (const name of ["id", "source", "type"]) {
    const value = attributes[name];
    if (typeof value !== "string" || value === "") throw new EventFormatError(name, "is missing or empty");
  }
  const version = attributes["specversion"];
  if (version !== "1.0") throw new EventFormatError("specversion", `is ${JSON.stringify(version)}, and only "1.0" is taken`);
}

function checkForm(attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!SPECIFIED.has(name)) checkExtension(name, value);
    const form = FORMS.get(name);
    if (form && (typeof value !== "string" || !form.takes(value))) throw new EventFormatError(name, `is no ${form.what}`);
  }
}

function checkExtension(name: string, value: unknown): void {
  if (!/^[a-z0-9]+$/.test(name)) throw new EventFormatError(name, "is not a name of lower-case letters and digits");
  const fits = typeof value === "string" || typeof value === "boolean" || Number.isInteger(value);
  if (!fits) throw new EventFormatError(name, "is no text, whole number or boolean");
}
