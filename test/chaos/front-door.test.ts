/** The real process over HTTP, as `curl` with a body of its own would reach it: a clear answer each, one run at most, memory flat; and every event several times at once. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

interface Opened {
  readonly baseUrl: string;
  readonly alertmanagerToken: string;
  readonly webhookSecret: string;
  readonly alert: string;
}

interface State {
  /** Bytes that are still referenced after a collection. */
  readonly kept: number;
  readonly runs: number;
  readonly phases: readonly string[];
  readonly changes: readonly string[];
  readonly owed: readonly { readonly run: string; readonly id: string; readonly type: string; readonly at: number }[];
  readonly pulls: number;
  readonly merges: number;
}

const LIMIT_MS = 40_000;

/** Two hundred bodies of 200 kB and 2 MB, kept for as long as a deadline, would be far over this. */
const MEMORY_BYTES = 6 * 1024 * 1024;

let data: string;
let child: ChildProcess;
let lines: AsyncIterator<string>;
let opened: Opened;

async function readLine<T>(): Promise<T> {
  const { value } = await lines.next();
  return JSON.parse(String(value)) as T;
}

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), "anchorwatch-door-"));
  const env = { ...process.env, ANCHORWATCH_DATA: data, ANCHORWATCH_MINUTE_MS: "200" };
  child = spawn(process.execPath, ["--expose-gc", "--import", "tsx", "test/chaos/door-process.ts"], { env, stdio: ["pipe", "pipe", "inherit"] });
  if (!child.stdout) throw new Error("the process has no output");
  lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  opened = await readLine<Opened>();
});

afterEach(async () => {
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  rmSync(data, { recursive: true, force: true });
});

async function tell(): Promise<State> {
  child.stdin?.write("tell\n");
  return await readLine<State>();
}

async function until(what: string, condition: (state: State) => boolean): Promise<State> {
  const limit = Date.now() + LIMIT_MS;
  for (;;) {
    const state = await tell();
    if (condition(state)) return state;
    if (Date.now() > limit) throw new Error(`never came: ${what}; ${JSON.stringify(state)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Sent {
  readonly body: string;
  readonly token?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a sender sees that still writes a refused body when its connection is closed. */
const CLOSED = [0, "closed"] as const;

/** A connection for each, as curl makes one: the end of a refused body is no concern of the next. */
async function send({ body, token = opened.alertmanagerToken, path = "alert-fired", headers = {} }: Sent): Promise<[number, string]> {
  const authorization = token === "" ? {} : { authorization: `Bearer ${token}` };
  const asked = request(`${opened.baseUrl}/${path}`, {
    method: "POST",
    agent: false,
    headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...authorization, ...headers },
  });
  const response = new Promise<IncomingMessage>((resolve, reject) => asked.once("response", resolve).once("error", reject));
  asked.end(body);
  try {
    const answer = await response;
    asked.on("error", () => undefined); // Because after a refusal the rest of the body has nowhere to go.
    return [answer.statusCode ?? 0, await text(answer)];
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "EPIPE" || error.code === "ECONNRESET")) return [...CLOSED];
    throw error;
  }
}

const withStatus = (status: string): string => opened.alert.replaceAll('"firing"', JSON.stringify(status));

describe("the door of the real process", () => {
  it("answers each kind of body in its own way, starts one run at most, and keeps nothing in memory", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const big = JSON.stringify({ version: "4", pad: "x".repeat(2 * 1024 * 1024) });
    const pushBody = JSON.stringify({ ref: "refs/heads/main" });
    const wrongSignature = createHmac("sha256", `${opened.webhookSecret}x`).update(pushBody).digest("hex");
    const unsigned = "the signature or token is missing or wrong";
    expect(await send({ body: opened.alert, token: "" })).toEqual([401, unsigned]);
    expect(await send({ body: opened.alert, token: "x".repeat(48) })).toEqual([401, unsigned]);
    expect(await send({ body: pushBody, path: "gitea-push", token: "" })).toEqual([401, unsigned]);
    expect(await send({ body: pushBody, path: "gitea-push", headers: { "x-gitea-signature": wrongSignature } })).toEqual([401, unsigned]);
    expect([CLOSED, [413, "the body is over 262144 bytes"]]).toContainEqual(await send({ body: big }));
    expect((await send({ body: deep }))[0]).toBe(400);
    expect((await send({ body: '{"version":"4"}' }))[0]).toBe(422);
    expect((await send({ body: withStatus("resolved") }))[0]).toBe(202);
    expect((await send({ body: opened.alert.replaceAll("KubePodCrashLooping", "NobodysAlert") }))[0]).toBe(202);
    const before = await tell();
    expect(before.runs).toBe(0);

    for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: 10 }, (_item, at) => send({ body: at % 2 === 0 ? big : deep })));
    await expect.poll(async () => (await tell()).kept - before.kept, { timeout: 4_000 }).toBeLessThan(MEMORY_BYTES);

    const answers = await Promise.all(Array.from({ length: 20 }, () => send({ body: opened.alert })));
    expect(new Set(answers.map(([status]) => status))).toEqual(new Set([202]));
    expect((await until("the pull request", ({ pulls }) => pulls > 0)).runs).toBe(1);
  });

  it("does the work of an event once, though every event is delivered five times at once", async () => {
    await send({ body: opened.alert });
    const posted = new Set<string>();
    const post = async (entry: State["owed"][number]): Promise<void> => {
      posted.add(entry.id);
      const headers = { "ce-specversion": "1.0", "ce-id": entry.id, "ce-type": entry.type, "ce-source": "/test", "ce-runid": entry.run };
      const answers = await Promise.all(Array.from({ length: 5 }, () => send({ body: "{}", path: "anchorwatch/default", headers })));
      expect(new Set(answers.map(([status]) => status))).toEqual(new Set([202]));
    };
    let asked = false;
    const posts: Promise<void>[] = [];
    const end = await until("the end", (state) => {
      for (const entry of state.owed.filter(({ id, at }) => at <= Date.now() && !posted.has(id))) posts.push(post(entry));
      if (state.changes[0] === "proposed" && !asked && !state.owed.some(({ type }) => type.endsWith("notification.requested"))) {
        asked = true;
        setTimeout(() => child.stdin?.write("approve\n"), 1_500);
      }
      return state.phases.length > 0 && state.phases.every((phase) => phase === "succeeded" || phase === "failed");
    });
    await Promise.all(posts);
    expect(posted.size).toBeGreaterThan(5);
    expect(end).toMatchObject({ runs: 1, phases: ["succeeded"], changes: ["verified"], pulls: 1, merges: 1 });
  });
});
