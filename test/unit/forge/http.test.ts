/** The one door out: bounded, without redirects, without secrets in its errors. */
import { describe, expect, it } from "vitest";
import { createHttp, type Fetch, type HttpCall } from "../../../functions/core/adapters/http.ts";

const CALL: HttpCall = { name: "GET /thing", method: "GET", url: "http://there.test/thing" };
const answer =
  (body: string | ReadableStream<Uint8Array> | null, init?: ResponseInit): Fetch =>
  () =>
    new Response(body, init);

describe("the door out", () => {
  it("takes any status as an answer, with its text and headers", async () => {
    const seen = await createHttp({ fetch: answer("no", { status: 500, headers: { "retry-after": "3" } }) }).send(CALL);
    expect([seen.status, seen.text, seen.headers.get("retry-after")]).toEqual([500, "no", "3"]);
  });

  it("sends a body as JSON unless it is said to be something else", async () => {
    const types: (string | null)[] = [];
    const http = createHttp({
      fetch: (request) => {
        types.push(request.headers.get("content-type"));
        return new Response("");
      },
    });
    await http.send({ ...CALL, method: "POST", body: "{}" });
    await http.send({ ...CALL, method: "POST", body: "a", headers: { "Content-Type": "text/plain" } });
    expect(types).toEqual(["application/json", "text/plain"]);
  });

  it("never follows a redirect", async () => {
    await expect(createHttp({ fetch: answer(null, { status: 302, headers: { location: "http://evil.test/" } }) }).send(CALL)).rejects.toMatchObject({
      name: "Refused",
      status: 302,
    });
  });

  it("gives up at its deadline, also when the other side never looks at the signal, and in the middle of a body", async () => {
    const never = createHttp({ fetch: () => new Promise<Response>(() => undefined) });
    await expect(never.send({ ...CALL, timeoutMs: 20 })).rejects.toMatchObject({ name: "Unavailable", message: "GET /thing: no answer in time" });
    const stuck = createHttp({ fetch: answer(new ReadableStream<Uint8Array>({ start: (stream) => stream.enqueue(new Uint8Array(3)) })) });
    await expect(stuck.send({ ...CALL, timeoutMs: 20 })).rejects.toMatchObject({ name: "Unavailable" });
  });

  it("gives up when its caller does", async () => {
    const http = createHttp({ fetch: () => new Promise<Response>(() => undefined) });
    await expect(http.send({ ...CALL, signal: AbortSignal.abort() })).rejects.toThrow("GET /thing: given up by the caller");
  });

  it("stops reading an answer that is too large", async () => {
    await expect(createHttp({ fetch: answer("x".repeat(101)) }).send({ ...CALL, maxBytes: 100 })).rejects.toMatchObject({
      name: "Refused",
      message: expect.stringContaining("larger than 100 bytes"),
    });
    expect((await createHttp({ fetch: answer("x".repeat(100)) }).send({ ...CALL, maxBytes: 100 })).text).toHaveLength(100);
  });

  it("says nothing of its secrets, neither when the call fails nor when the answer repeats them", async () => {
    const http = createHttp({ fetch: () => Promise.reject(new Error("cannot reach http://x/s3cret")), secrets: ["s3cret", ""] });
    await expect(http.send(CALL)).rejects.toThrow("cannot reach http://x/[redacted]");
    const refusal = http.failure(CALL, { status: 401, headers: new Headers(), text: "" }, "token s3cret is wrong");
    expect(refusal.message).toBe("GET /thing: 401 token [redacted] is wrong");
  });

  it("tells not now from no by the status", () => {
    const http = createHttp();
    const kind = (status: number): string => http.failure(CALL, { status, headers: new Headers(), text: "" }, "").name;
    expect([400, 401, 403, 404, 405, 409, 422].map(kind)).toEqual(Array.from({ length: 7 }, () => "Refused"));
    expect([408, 429, 500, 502, 503].map(kind)).toEqual(Array.from({ length: 5 }, () => "Unavailable"));
    expect(http.failure(CALL, { status: 429, headers: new Headers({ "retry-after": "7" }), text: "" }, "slow")).toMatchObject({ retryAfterMs: 7_000 });
  });
});
