import { createServer, type IncomingMessage, type Server } from "node:http";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Channel, openChannel, readChannels } from "../../functions/core/boot/channels.ts";
import { Refused, Unavailable } from "../../functions/core/ports/errors.ts";
import type { ChatMessage } from "../../functions/core/ports/chat.ts";

interface Received {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** A receiver of its own: it keeps what was posted, and answers what it is told to. */
let server: Server;
let base: string;
let received: Received[] = [];
let answer: { status: number; headers?: Record<string, string>; body?: string } = { status: 200 };

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ method: request.method ?? "", path: request.url ?? "", authorization: request.headers.authorization, body: JSON.parse(body) });
      response.writeHead(answer.status, answer.headers).end(answer.body ?? "ok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});
afterAll(() => server.close());

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const AT = Date.parse("2026-11-25T08:00:00Z");
const MESSAGE: ChatMessage = {
  id: "event-1",
  about: "run-1",
  title: "Waits for you: take back 1a2b3c4 für den Laden",
  text: "This waits *for* <you> & @everyone.\nhome/gitops#12",
  url: "http://gitea.example/home/gitops/pulls/12",
  urgent: true,
  person: "wanted",
  at: AT,
  until: AT + 3_600_000,
};

const TOKEN = "123456:abcdefghijklmnopqrstuvwxyz_12345";
const channels = (): Record<Channel["kind"], Channel> => ({
  alertmanager: { kind: "alertmanager", url: `${base}/am/`, token: "am-secret" },
  discord: { kind: "discord", url: `${base}/api/webhooks/1/discord-secret` },
  ntfy: { kind: "ntfy", url: `${base}/deep/my-topic`, token: "tk_secret" },
  slack: { kind: "slack", url: `${base}/services/T/B/slack-secret` },
  telegram: { kind: "telegram", url: base, token: TOKEN, chat: "-100" },
  webhook: { kind: "webhook", url: `${base}/hook?key=hook-secret` },
});
const KINDS: readonly Channel["kind"][] = ["alertmanager", "discord", "ntfy", "slack", "telegram", "webhook"];
const SECRETS = ["am-secret", "discord-secret", "tk_secret", "my-topic", "slack-secret", TOKEN, "hook-secret"];

async function send(kind: Channel["kind"], message = MESSAGE): Promise<Received> {
  received = [];
  await openChannel(channels()[kind]).send(message);
  const [first] = received;
  if (!first || received.length > 1) throw new Error(`${received.length} posts`);
  return first;
}

function field({ body }: Received, name: string): string {
  const value: unknown = body !== null && typeof body === "object" ? Reflect.get(body, name) : undefined;
  return String(value);
}

describe("what a channel posts", () => {
  it("to ntfy: JSON to the server's root with topic, title and a priority, so that every letter arrives", async () => {
    const { path, authorization, body } = await send("ntfy");
    expect([path, authorization]).toEqual(["/deep/", "Bearer tk_secret"]);
    expect(body).toEqual({ topic: "my-topic", title: MESSAGE.title, message: MESSAGE.text, priority: 5, click: MESSAGE.url });
    const long = await send("ntfy", { ...MESSAGE, urgent: false, text: "ü".repeat(4000) });
    expect(long.body).toMatchObject({ priority: 3 });
    expect(Buffer.byteLength(field(long, "message"))).toBeLessThanOrEqual(4096);
  });

  it("to Discord: nobody is mentioned, nothing formats, and it fits", async () => {
    const sent = await send("discord");
    expect(sent.body).toMatchObject({ allowed_mentions: { parse: [] } });
    expect(field(sent, "content")).toContain("\\*for\\* <you\\> & @everyone");
    const long = field(await send("discord", { ...MESSAGE, text: "*".repeat(4000) }), "content");
    expect(long).toHaveLength(2000);
    expect(long.endsWith(MESSAGE.url ?? "")).toBe(true);
  });

  it("to Slack: its control characters are escaped, nothing unfurls", async () => {
    const sent = await send("slack");
    expect(sent.body).toMatchObject({ mrkdwn: false, unfurl_links: false });
    expect(field(sent, "text")).toContain("&lt;you&gt; &amp; @everyone");
  });

  it("to Telegram: plain text, with a sound only when it is urgent", async () => {
    const { path, body } = await send("telegram");
    expect(path).toBe(`/bot${TOKEN}/sendMessage`);
    expect(body).toMatchObject({ chat_id: "-100", disable_notification: false });
    expect(body).not.toHaveProperty("parse_mode");
    expect(field(await send("telegram", { ...MESSAGE, urgent: false, text: "x".repeat(9000) }), "text")).toHaveLength(4096);
  });

  it("to Alertmanager: one alert for each run, which begins when a person is wanted and ends when nobody is", async () => {
    const { path, authorization, body } = await send("alertmanager");
    expect([path, authorization]).toEqual(["/am/api/v2/alerts", "Bearer am-secret"]);
    const labels = { alertname: "AnchorwatchNeedsYou", severity: "warning", run: "run-1" };
    expect(body).toMatchObject([{ labels, annotations: { summary: MESSAGE.title }, startsAt: "2026-11-25T08:00:00.000Z", endsAt: "2026-11-25T09:00:00.000Z" }]);
    expect((await send("alertmanager", { ...MESSAGE, person: "over" })).body).toMatchObject([{ labels, endsAt: "2026-11-25T08:00:00.000Z" }]);
    received = [];
    const { person: _news, ...news } = MESSAGE;
    await openChannel(channels().alertmanager).send(news);
    expect(received).toEqual([]);
  });

  it("to a webhook: the message as it is", async () => expect((await send("webhook")).body).toEqual(MESSAGE));
});

describe("a channel that does not take a message", () => {
  it.each(KINDS)("%s says so without its address or token, and whether to try again", async (kind) => {
    answer = { status: 429, headers: { "retry-after": "7" }, body: `slow down, ${SECRETS.join(" ")}` };
    const busy: unknown = await openChannel(channels()[kind])
      .send(MESSAGE)
      .catch((error: unknown) => error);
    expect(busy).toBeInstanceOf(Unavailable);
    answer = { status: 403, body: "no" };
    const refused: unknown = await openChannel(channels()[kind])
      .send(MESSAGE)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refused);
    answer = { status: 302, headers: { location: "http://elsewhere.example/" } };
    const redirected: unknown = await openChannel(channels()[kind])
      .send(MESSAGE)
      .catch((error: unknown) => error);
    expect(redirected).toBeInstanceOf(Refused);
    answer = { status: 200 };
    const own = JSON.stringify(channels()[kind]);
    for (const error of [busy, refused, redirected]) for (const secret of SECRETS) if (own.includes(secret)) expect(String(error)).not.toContain(secret);
  });
});

describe("the channels file", () => {
  const write = (content: string): string => {
    const path = join(mkdtempSync(join(tmpdir(), "anchorwatch-channels-")), "channels.yaml");
    writeFileSync(path, content);
    return path;
  };

  it("names each channel once, with what it needs", () => {
    const path = write(`channels:\n  - { kind: ntfy, url: "https://ntfy.sh/topic" }\n  - { kind: telegram, token: "${TOKEN}", chat: -100123 }\n`);
    expect(readChannels(path)).toEqual([
      { kind: "ntfy", url: "https://ntfy.sh/topic" },
      { kind: "telegram", token: TOKEN, chat: "-100123" },
    ]);
  });

  it.each([
    ["an unknown kind", "channels:\n  - { kind: pigeon }\n", /:2:13: channels\.0\.kind/],
    ["a typo in a key", "channels:\n  - { kind: slack, url: 'https://x.example', tokn: a }\n", /:2:\d+: tokn is not a field of channels\.0/],
    ["an address that is none", "channels:\n  - { kind: discord, url: 'ftp://x' }\n", /:2:\d+: channels\.0\.url/],
    ["an ntfy server without a topic", "channels:\n  - { kind: ntfy, url: 'https://ntfy.sh/' }\n", /must end in the topic/],
    ["a token that is none", "channels:\n  - { kind: telegram, token: abc, chat: 1 }\n", /:2:\d+: channels\.0\.token: must be a bot's token/],
  ])("with %s is refused with its place", (_, content, message) => {
    const path = write(content);
    expect(() => readChannels(path)).toThrow(message);
    expect(() => readChannels(path)).toThrow(path);
  });
});
