/** The one door in for outside systems: limits first, then who it is, then JSON, then the schema, then code (design 3, safety W). */
import type { Context as HonoContext, Hono } from "hono";
import type * as z from "zod";
import { Unavailable } from "../ports/errors.ts";
import type { Authenticate } from "./authenticate.ts";
import { errorWords } from "./outcome.ts";
import { parseJson } from "./parse-json.ts";
import { readBody } from "./read-body.ts";
import type { Shell } from "./shell.ts";

/** Bodies that are worked on at once; more are asked to come again with 503, never dropped. */
const MAX_AT_ONCE = 64;

export interface Ingress<Body> {
  readonly path: string;
  /** Bytes of the body at most. */
  readonly maxBytes: number;
  readonly authenticate: Authenticate;
  readonly schema: z.ZodType<Body>;
  /** Stores what the body says; when it resolves nothing can be lost any more. `ignored` says why nothing was to be done. */
  readonly accept: (body: Body, headers: Headers) => Promise<"stored" | { readonly ignored: string }>;
}

/** Serves one ingress path. Answers: 202 stored or ignored, 400 JSON, 401, 405, 413, 415, 422 with the field, 503 try again. */
export function serveIngress<Body>(app: Hono, ingress: Ingress<Body>, shell: Shell): void {
  let atOnce = 0;
  app.all(ingress.path, async (http) => {
    if (http.req.method !== "POST") return http.text("POST only", 405, { allow: "POST" });
    if (atOnce >= MAX_AT_ONCE) return http.text("busy: send it again", 503, { "retry-after": "1" });
    atOnce += 1;
    try {
      return await answer(http, ingress, shell);
    } finally {
      atOnce -= 1;
    }
  });
}

async function answer<Body>(http: HonoContext, ingress: Ingress<Body>, shell: Shell): Promise<Response> {
  const contentType = http.req.header("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(contentType)) return http.text("send application/json", 415);
  if (http.req.header("content-encoding") !== undefined) return http.text("send it without content-encoding", 415);
  const body = await readBody(http.req.raw, ingress.maxBytes, shell.clock);
  if (body === "too-large") return http.text(`the body is over ${ingress.maxBytes} bytes`, 413);
  if (body === "cut") return http.text("the body ended early or came too slowly", 400);
  if (!ingress.authenticate(http.req.raw.headers, body)) return http.text("the signature or token is missing or wrong", 401);
  const json = parseJson(body);
  if ("problem" in json) return http.text(json.problem, 400);
  const parsed = ingress.schema.safeParse(json.value);
  if (!parsed.success) return http.text(describeIssue(parsed.error), 422);
  return await accept(http, ingress, { body: parsed.data, shell });
}

async function accept<Body>(http: HonoContext, ingress: Ingress<Body>, given: { body: Body; shell: Shell }): Promise<Response> {
  const { shell } = given;
  try {
    const accepted = await ingress.accept(given.body, http.req.raw.headers);
    if (accepted !== "stored") shell.log.info({ path: ingress.path, why: accepted.ignored }, "nothing to do");
    return http.body(null, 202);
  } catch (error) {
    shell.log.error({ path: ingress.path, error: errorWords(error) }, "not stored");
    const busy = error instanceof Unavailable;
    return http.text(busy ? "not stored: send it again" : "not stored: an internal error", busy ? 503 : 500);
  }
}

/** Names the field that is wrong, in at most 512 characters (contracts 12.3). */
function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join(".") ?? "body"}: ${issue?.message ?? "invalid"}`.slice(0, 512);
}
