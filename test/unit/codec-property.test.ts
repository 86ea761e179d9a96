/** Whatever is encoded is decoded to the same event, in both modes. */
import { CloudEvent } from "cloudevents";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEvent, encodeEvent } from "../../functions/core/events/codec.ts";

describe("any event", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
  const extension = fc.stringMatching(/^x[a-z0-9]{0,15}$/);
  /** As `JSON.stringify` writes it: minus zero becomes zero. */
  const json = fc
    .json()
    .map((raw) => JSON.stringify(JSON.parse(raw)))
    .map((written): unknown => JSON.parse(written));
  const content = fc.oneof(
    fc.constant({}),
    fc.record({ datacontenttype: fc.constantFrom("application/json", "application/vnd.x+json; charset=utf-8"), data: json }),
    fc.record({ datacontenttype: fc.constant("text/plain"), data: text }),
    fc.record({ datacontenttype: fc.constant("application/octet-stream"), data: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
  );
  const time = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString());
  const events = fc
    .record({ id: text, source: fc.webPath().map((path) => `/s${path}`), type: text, subject: text, time }, { requiredKeys: ["id", "source", "type", "time"] })
    .chain((attributes) =>
      fc.tuple(
        fc.constant(attributes),
        fc.dictionary(extension, fc.string({ unit: "grapheme", maxLength: 40 }), { maxKeys: 4, noNullPrototype: true }),
        content,
      ),
    )
    .map(([attributes, extensions, data]) => new CloudEvent<unknown>({ ...extensions, ...attributes, ...data }));

  it.each(["binary", "structured"] as const)("is the same after %s mode", (mode) => {
    fc.assert(
      fc.property(events, (event) => {
        const { headers, body } = encodeEvent(event, mode);
        expect(plain(decodeEvent(new Headers(headers), body))).toEqual(plain(event));
      }),
      { numRuns: 300 },
    );
  });
});

/** Own fields that have a value; bytes as numbers. */
function plain(event: CloudEvent<unknown>): unknown {
  const fields = Object.entries(event).filter(([name, value]) => value !== undefined && name !== "data_base64");
  return Object.fromEntries(fields.map(([name, value]: [string, unknown]) => [name, value instanceof Uint8Array ? [...value] : value]));
}
