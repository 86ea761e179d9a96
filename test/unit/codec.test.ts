/** Events over HTTP: the table of contracts 4.2, and every trap of the `cloudevents` package that 4.4 lists, closed. */
import { CloudEvent } from "cloudevents";
import { describe, expect, it } from "vitest";
import { decodeEvent, encodeEvent } from "../../functions/core/events/codec.ts";
import { EventFormatError } from "../../functions/core/events/codec-attributes.ts";

const REQUIRED = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/a", "ce-type": "t" } as const;
const ATTRIBUTES = { specversion: "1.0", id: "1", source: "/a", type: "t" } as const;

function binary(headers: Record<string, string>, body: string | Uint8Array = ""): CloudEvent<unknown> {
  return decodeEvent({ ...REQUIRED, ...headers }, body);
}

function structured(fields: Record<string, unknown>, contentType = "application/cloudevents+json"): CloudEvent<unknown> {
  return decodeEvent({ "content-type": contentType }, JSON.stringify({ ...ATTRIBUTES, ...fields }));
}

function attributeOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof EventFormatError) return error.attribute;
    throw error;
  }
  return "taken";
}

describe("the mode", () => {
  it("is binary with a ce-specversion and any other content type", () => {
    const event = binary({ "ce-subject": "s", "ce-runid": "r", "ce-time": "2026-11-24T10:00:00Z", "content-type": "application/json" }, '{"n":12}');
    expect(event).toMatchObject({
      ...ATTRIBUTES,
      subject: "s",
      runid: "r",
      time: "2026-11-24T10:00:00Z",
      datacontenttype: "application/json",
      data: { n: 12 },
    });
  });

  it.each([
    "application/cloudevents+json",
    "application/cloudevents+json; charset=utf-8",
    "application/cloudevents+json;charset=UTF-8",
    "Application/CloudEvents+JSON",
  ])("is structured with %s", (contentType) => {
    expect(structured({ data: { n: 12 } }, contentType)).toMatchObject({ ...ATTRIBUTES, data: { n: 12 } });
  });

  it.each([
    ["application/cloudevents-batch+json", "[]"],
    ["application/cloudevents+xml", "<event/>"],
  ])("is refused as %s", (contentType, body) => {
    expect(attributeOf(() => decodeEvent({ "content-type": contentType }, body))).toBe("content-type");
  });

  it.each(["[]", "null", "7", "", "{"])("structured needs one object, not %j", (body) => {
    expect(attributeOf(() => decodeEvent({ "content-type": "application/cloudevents+json" }, body))).toBe("body");
  });
});

describe("headers", () => {
  it("are read from a fetch Headers object as from a plain one", () => {
    expect(decodeEvent(new Headers({ ...REQUIRED, "ce-runid": "r" }), "")).toMatchObject({ ...ATTRIBUTES, runid: "r" });
  });

  it("are read in upper case, extensions too", () => {
    expect(decodeEvent({ "CE-SPECVERSION": "1.0", "CE-ID": "1", "Ce-Source": "/a", "CE-TYPE": "t", "CE-RUNID": "r" }, "")).toMatchObject({
      ...ATTRIBUTES,
      runid: "r",
    });
  });

  it("are percent-encoded where they have to be, and nowhere else", () => {
    const event = new CloudEvent({ ...ATTRIBUTES, subject: 'café "x" 100% 🦀 ~!' });
    expect(encodeEvent(event).headers["ce-subject"]).toBe("caf%C3%A9%20%22x%22%20100%25%20%F0%9F%A6%80%20~!");
  });

  it.each([
    ["caf%C3%A9%20x", "café x"],
    ['"a \\"b\\""', 'a "b"'],
    ['"caf%C3%A9"', "café"],
    ["100%", "100%"],
    ["%ff", "%ff"],
    ["%2541", "%41"],
    ["%EF%BF%BD", "\uFFFD"],
  ])("are un-quoted, then decoded once: %s", (header, subject) => {
    expect(binary({ "ce-subject": header }).subject).toBe(subject);
  });

  it.each(["data", "data_base64", "datacontenttype"])("cannot smuggle %s in", (name) => {
    expect(attributeOf(() => binary({ [`ce-${name}`]: "x" }))).toBe(name);
  });
});

describe("data", () => {
  it.each([
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=utf-8",
    "application/json; charset=UTF-8",
    "APPLICATION/JSON",
    "application/vnd.x+json",
    "text/json",
  ])("is JSON with %s", (contentType) => {
    expect(binary({ "content-type": contentType }, '{"n":1}').data).toEqual({ n: 1 });
    expect(structured({ datacontenttype: contentType, data: { n: 1 } }).data).toEqual({ n: 1 });
  });

  it.each([
    ["123", 123],
    ["true", true],
    ["false", false],
    ["0", 0],
    ['""', ""],
    ["null", null],
    [' \n\t{"n":1}', { n: 1 }],
    ['"text"', "text"],
  ])("is the JSON value of %j", (body, data) => {
    expect(binary({ "content-type": "application/json" }, body).data).toEqual(data);
  });

  it.each([0, false, "", null, "text", 123, [], {}])("survives both modes as JSON: %j", (data) => {
    const event = new CloudEvent<unknown>({ ...ATTRIBUTES, datacontenttype: "application/json", data });
    for (const mode of ["binary", "structured"] as const) {
      const { headers, body } = encodeEvent(event, mode);
      expect(decodeEvent(headers, body).data).toEqual(data);
    }
  });

  it("of a JSON content type is refused where it is none", () => {
    expect(attributeOf(() => binary({ "content-type": "application/json" }, "not json"))).toBe("data");
  });

  it("is text with text/*, and bytes with all else", () => {
    expect(binary({ "content-type": "text/plain" }, Buffer.from("grüße")).data).toBe("grüße");
    expect(binary({ "content-type": "image/png" }, Buffer.from([0, 255])).data).toEqual(new Uint8Array([0, 255]));
  });

  it("is bytes from data_base64", () => {
    expect(structured({ datacontenttype: "image/png", data_base64: "AAEC/w==" }).data).toEqual(new Uint8Array([0, 1, 2, 255]));
  });

  it("is not there twice", () => {
    expect(attributeOf(() => structured({ data: 1, data_base64: "AA==" }))).toBe("data_base64");
  });

  it("that is missing has no content type", () => {
    const { headers, body } = encodeEvent(new CloudEvent(ATTRIBUTES));
    expect(headers).not.toHaveProperty("content-type");
    expect(body).toBe("");
    expect(binary({}).data).toBeUndefined();
  });

  it("that is neither text nor bytes cannot be text", () => {
    expect(attributeOf(() => encodeEvent(new CloudEvent<unknown>({ ...ATTRIBUTES, datacontenttype: "text/plain", data: { n: 1 } })))).toBe("data");
  });
});

describe("a faulty attribute is named", () => {
  const { "ce-specversion": _version, ...unversioned } = REQUIRED;

  it("specversion", () => {
    expect(attributeOf(() => decodeEvent(unversioned, ""))).toBe("specversion");
    expect(attributeOf(() => binary({ "ce-specversion": "0.3" }))).toBe("specversion");
    expect(attributeOf(() => structured({ specversion: undefined }))).toBe("specversion");
  });

  it.each(["id", "source", "type"])("%s, missing or empty", (name) => {
    const headers = Object.entries(REQUIRED).filter(([header]) => header !== `ce-${name}`);
    expect(attributeOf(() => decodeEvent(Object.fromEntries(headers), ""))).toBe(name);
    expect(attributeOf(() => binary({ [`ce-${name}`]: "" }))).toBe(name);
    expect(attributeOf(() => structured({ [name]: 7 }))).toBe(name);
  });

  it.each([
    ["time", "yesterday"],
    ["time", "2026-13-40T00:00:00Z"],
    ["time", "2026-11-24"],
    ["source", "ht tp://["],
    ["source", "/ü"],
    ["subject", ""],
    ["dataschema", "not absolute"],
    ["dataschema", "/relative"],
    ["my_ext", "x"],
  ])("%s: %j", (name, value) => {
    expect(attributeOf(() => binary({ [`ce-${name}`]: value }))).toBe(name);
  });

  it.each([[{ a: 1 }], [1.5], [[]]])("an extension that is no text, whole number or boolean: %j", (value) => {
    expect(attributeOf(() => structured({ myext: value }))).toBe("myext");
  });

  it("but numbers and booleans are, which go out as text, since filters compare text", () => {
    const event = structured({ num: 7, flag: true });
    expect(event).toMatchObject({ num: 7, flag: true });
    expect(JSON.parse(String(encodeEvent(event, "structured").body))).toMatchObject({ num: "7", flag: "true" });
    expect(encodeEvent(event).headers).toMatchObject({ "ce-num": "7", "ce-flag": "true" });
  });

  it("but null is as good as absent", () => {
    expect(structured({ subject: null, myext: null })).not.toHaveProperty("myext");
  });
});
