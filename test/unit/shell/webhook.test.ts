/** The door for outside systems: each way to be refused has its status and says why, and nothing gets in before it is known. */
import { createHmac } from "node:crypto";
import * as z from "zod";
import { describe, expect, it } from "vitest";
import { Unavailable } from "../../../functions/core/ports/errors.ts";
import { type Authenticate, bearerToken, giteaSignature } from "../../../functions/core/shell/authenticate.ts";
import { createApp } from "../../../functions/core/shell/serve.ts";
import { serveIngress } from "../../../functions/core/shell/webhook.ts";
import { aShell, NOW } from "./a-shell.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const OTHER = "fedcba9876543210fedcba9876543210";
const BodySchema = z.looseObject({ alerts: z.array(z.looseObject({ name: z.string() })) });
const GOOD = JSON.stringify({ alerts: [{ name: "a" }] });
const JSON_TYPE = { "content-type": "application/json" };

function door(options: { authenticate?: Authenticate; accept?: (body: unknown) => Promise<"stored" | { ignored: string }>; maxBytes?: number } = {}) {
  const bench = aShell();
  const accepted: unknown[] = [];
  const app = createApp();
  const keep = (body: unknown): Promise<"stored"> => {
    accepted.push(body);
    return Promise.resolve("stored");
  };
  const { authenticate = bearerToken([TOKEN, OTHER]), accept = keep, maxBytes = 1_024 } = options;
  serveIngress(app, { path: "/", maxBytes, authenticate, schema: BodySchema, accept }, bench.shell);
  const send = async (body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>, headers: Record<string, string> = {}): Promise<[number, string]> => {
    const init = { method: "POST", headers: { authorization: `Bearer ${TOKEN}`, ...JSON_TYPE, ...headers }, body, duplex: "half" };
    const response = await app.request("/", init as RequestInit);
    return [response.status, await response.text()];
  };
  return { app, send, accepted, bench };
}

const sign = (body: string, secret = TOKEN): string => createHmac("sha256", secret).update(body).digest("hex");

describe("who may come in", () => {
  it("is who has one of the tokens, whole", async () => {
    const { send, accepted } = door();
    expect(await send(GOOD)).toEqual([202, ""]);
    expect(await send(GOOD, { authorization: `Bearer ${OTHER}` })).toEqual([202, ""]);
    const wrong = ["", "Bearer", "Bearer ", `Bearer ${TOKEN.slice(1)}`, `Bearer ${TOKEN}0`, `bearer ${TOKEN}`, `Basic ${TOKEN}`, `Bearer ${"x".repeat(600)}`];
    for (const authorization of wrong) expect((await send(GOOD, { authorization }))[0], authorization).toBe(401);
    expect(accepted).toHaveLength(2);
  });

  it("is who signed exactly these bytes: lower-case hex, whole, without a prefix", async () => {
    const { send, accepted } = door({ authenticate: giteaSignature([TOKEN, OTHER]) });
    expect(await send(GOOD, { "x-gitea-signature": sign(GOOD) })).toEqual([202, ""]);
    expect(await send(GOOD, { "x-gitea-signature": sign(GOOD, OTHER) })).toEqual([202, ""]);
    const right = sign(GOOD);
    const wrong = [
      "",
      right.slice(0, 63),
      `${right}0`,
      right.toUpperCase(),
      `sha256=${right}`,
      "g".repeat(64),
      sign(`${GOOD} `),
      sign(GOOD, "another secret of enough length"),
    ];
    for (const signature of wrong) expect((await send(GOOD, { "x-gitea-signature": signature }))[0], signature).toBe(401);
    expect((await send(GOOD))[0]).toBe(401);
    expect(accepted).toHaveLength(2);
  });

  it("is nobody where the secret is missing or short: the function does not start", () => {
    for (const secrets of [[], ["short"], [TOKEN, ""]]) {
      expect(() => bearerToken(secrets)).toThrow("at least 24 characters");
      expect(() => giteaSignature(secrets)).toThrow("at least 24 characters");
    }
  });
});

describe("what may come in", () => {
  it("is a POST", async () => {
    const { app } = door();
    for (const method of ["GET", "PUT", "DELETE", "PATCH"]) {
      const response = await app.request("/", { method });
      expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
    }
  });

  it("is JSON by its header, not packed", async () => {
    const { send } = door();
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""]) {
      expect((await send(GOOD, { "content-type": type }))[0], type).toBe(415);
    }
    expect((await send(GOOD, { "content-type": "application/json; charset=utf-8" }))[0]).toBe(202);
    expect((await send(GOOD, { "content-encoding": "gzip" }))[0]).toBe(415);
  });

  it("is as long as is allowed: by its header, and by what really comes", async () => {
    const { send, accepted } = door();
    expect(await send(GOOD, { "content-length": "99999999" })).toEqual([413, "the body is over 1024 bytes"]);
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(512).fill(32));
      },
    });
    expect((await send(endless))[0]).toBe(413);
    expect([pulled < 10, accepted]).toEqual([true, []]);
  });

  it("is a body that arrives whole", async () => {
    const { send } = door();
    const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error("connection reset")) });
    expect(await send(broken)).toEqual([400, "the body ended early or came too slowly"]);
  });

  it("is a body that arrives in time", async () => {
    const { send, bench, accepted } = door();
    const stalled = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(Buffer.from(GOOD)) });
    const answer = send(stalled);
    await expect.poll(() => (bench.later(0.2), bench.now())).toBeGreaterThan(NOW + 60_000);
    expect([await answer, accepted]).toEqual([[400, "the body ended early or came too slowly"], []]);
  });

  it("is UTF-8 JSON of sane depth: 400 says what is wrong, and no stack is used up", async () => {
    const { send } = door({ maxBytes: 1_000_000 });
    expect(await send("{")).toEqual([400, expect.stringContaining("the body is not JSON") as string]);
    expect(await send("")).toEqual([400, expect.stringContaining("the body is not JSON") as string]);
    expect(await send(new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]))).toEqual([400, "the body is not UTF-8"]);
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(await send(deep)).toEqual([400, "the JSON is nested deeper than 64"]);
    const brackets = JSON.stringify({ alerts: [{ name: `${"[".repeat(500)} \\" ${"{".repeat(500)}` }] });
    expect((await send(brackets))[0]).toBe(202);
  });

  it("fits its schema: 422 names the field, in at most 512 characters", async () => {
    const { send } = door();
    expect(await send('{"alerts":[{"name":"a"},{"name":5}]}')).toEqual([422, expect.stringMatching(/^alerts\.1\.name: /) as string]);
    expect((await send("null"))[0]).toBe(422);
    const [, words] = await send(JSON.stringify({ alerts: "x".repeat(900) }));
    expect(words.length).toBeLessThanOrEqual(512);
  });

  it("cannot reach a prototype", async () => {
    const { send, accepted } = door();
    await send('{"alerts":[],"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"kept":{"__proto__":1,"more":2}}');
    expect(accepted).toEqual([{ alerts: [], kept: { more: 2 } }]);
    expect(Object.getPrototypeOf(accepted[0])).toBe(Object.prototype);
    expect("admin" in {}).toBe(false);
  });

  it("is nothing yet that says who it is: a wrong token learns nothing of the body's faults", async () => {
    const { send } = door();
    expect((await send("{", { authorization: "Bearer no" }))[0]).toBe(401);
  });
});

describe("the answer", () => {
  it("is 202 only when it is stored, or there is nothing to do, which is logged", async () => {
    const { send, bench } = door({ accept: () => Promise.resolve({ ignored: "no workflow wants it" }) });
    expect(await send(GOOD)).toEqual([202, ""]);
    expect(bench.logged.join("\n")).toContain("no workflow wants it");
  });

  it("is 503 where it could not be stored now, 500 where something is wrong with us; neither tells why", async () => {
    const away = door({ accept: () => Promise.reject(new Unavailable("store at /secret/path")) });
    expect(await away.send(GOOD)).toEqual([503, "not stored: send it again"]);
    const broken = door({ accept: () => Promise.reject(new Error("secret")) });
    expect(await broken.send(GOOD)).toEqual([500, "not stored: an internal error"]);
    expect(broken.bench.logged.join("\n")).toContain("secret");
  });

  it("is 503 with a time where too many are worked on, and 202 again when they are done", async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { send, app } = door({ accept: () => gate.then(() => "stored" as const) });
    const working = Array.from({ length: 64 }, () => send(GOOD));
    const busy = await app.request("/", { method: "POST", headers: { authorization: `Bearer ${TOKEN}`, ...JSON_TYPE }, body: GOOD });
    expect([busy.status, busy.headers.get("retry-after")]).toEqual([503, "1"]);
    release();
    expect(new Set((await Promise.all(working)).map(([status]) => status))).toEqual(new Set([202]));
    expect((await send(GOOD))[0]).toBe(202);
  });
});
