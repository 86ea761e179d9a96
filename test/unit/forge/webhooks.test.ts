/** The local forge's webhooks are Gitea's: the recorded story, told again, gives the same deliveries field for field. */
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Hook } from "../../../functions/core/local/forge/hooks/deliveries.ts";
import { until } from "../../contract/forge.suite.ts";
import { type LocalUnderTest, startLocalForge } from "../../contract/forge/local-forge.ts";

const FOLDER = new URL("../../fixtures/gitea/", import.meta.url);
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json") && !name.endsWith(".headers.json"))
  .toSorted();
const SECRET = "a-secret-of-sufficient-length";
const EVENTS = ["push", "create", "delete", "pull_request", "issues"];

type Role = keyof LocalUnderTest["tokens"];

interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function recorded(name: string): { headers: Record<string, string>; body: unknown } {
  const read = (file: string): string => readFileSync(new URL(file, FOLDER), "utf8");
  return { headers: JSON.parse(read(name.replace(/\.json$/, ".headers.json"))) as Record<string, string>, body: JSON.parse(read(name)) };
}

/** A body without its values: names and types of all fields, null where null stands, the first entry of lists. */
function shape(value: unknown): unknown {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, field]) => [key, shape(field)])
      .toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
  );
}

async function tellTheStory(under: LocalUnderTest, settled: () => Promise<void>): Promise<void> {
  const call = async (role: Role, method: string, path: string, body: object = {}): Promise<Record<string, unknown>> => {
    const headers = { authorization: `token ${under.tokens[role]}` };
    const response = await under.forge.app.fetch(
      new Request(`${under.baseUrl}/api/v1/repos/home/gitops${path}`, { method, headers, ...(method === "GET" ? {} : { body: JSON.stringify(body) }) }),
    );
    expect(response.status, `${method} ${path}`).toBeLessThan(300);
    await settled();
    return response.status === 204 ? {} : ((await response.json().catch(() => ({}))) as Record<string, unknown>);
  };
  const file = (operation: string, replicas: number): object => ({
    operation,
    path: "apps/shop/deployment.yaml",
    content: Buffer.from(`replicas: ${replicas}\n`).toString("base64"),
  });
  const branch = "anchorwatch/r1-1";
  await call("writer", "POST", "/contents", { branch: "main", message: "Add the shop", files: [file("create", 1)] });
  await call("bot", "POST", "/contents", { branch: "main", new_branch: branch, message: "Give the shop three replicas", files: [file("update", 3)] });
  await call("bot", "POST", "/pulls", { title: "Give the shop three replicas", body: "why", head: branch, base: "main" });
  await call("writer", "POST", "/issues/1/comments", { body: "/approve" });
  const prose = await call("writer", "POST", "/issues/1/comments", { body: "looks fine to me" });
  await call("writer", "PATCH", `/issues/comments/${String(prose["id"])}`, { body: "/approve" });
  const admins = await call("admin", "POST", "/issues/1/comments", { body: "hm" });
  await call("writer", "PATCH", `/issues/comments/${String(admins["id"])}`, { body: "/approve" });
  await call("writer", "DELETE", `/issues/comments/${String(prose["id"])}`);
  await call("writer", "POST", "/pulls/1/reviews", { event: "APPROVED", body: "ok" });
  await call("admin", "POST", "/pulls/1/reviews", { event: "REQUEST_CHANGES", body: "no" });
  await call("admin", "POST", "/pulls/1/reviews", { event: "COMMENT", body: "/approve" });
  await call("writer", "POST", "/contents", { branch, message: "Four", files: [file("update", 4)] });
  await call("bot", "PATCH", "/pulls/1", { title: "Give the shop four replicas" });
  const label = await call("bot", "POST", "/labels", { name: "anchorwatch", color: "#00aabb" });
  await call("bot", "POST", "/issues/1/labels", { labels: [label["id"]] });
  await call("bot", "PATCH", "/pulls/1", { state: "closed" });
  await call("bot", "PATCH", "/pulls/1", { state: "open" });
  await until("mergeable", async () => ((await call("bot", "GET", "/pulls/1"))["mergeable"] === true ? true : undefined));
  await call("admin", "POST", "/pulls/1/merge", { Do: "merge" });
  await call("writer", "POST", "/issues/1/comments", { body: "/approve" });
  await call("writer", "POST", "/issues", { title: "I want to run Paperless", body: "please" });
  await call("writer", "POST", "/issues/2/comments", { body: "/approve" });
  await call("admin", "DELETE", `/branches/${branch}`);
}

describe("webhooks of the local forge", () => {
  let under: LocalUnderTest;
  const received: Received[] = [];

  beforeAll(async () => {
    const hooks: Hook[] = [{ url: "http://hook.test/", secret: SECRET, events: EVENTS }];
    const deliver = (_url: string, headers: Readonly<Record<string, string>>, body: string): Promise<number> => {
      received.push({ headers, body });
      return Promise.resolve(202);
    };
    under = await startLocalForge({ hooks, deliver });
    const settled = (): Promise<void> =>
      until("deliveries", () => Promise.resolve(under.forge.deliveries.pending() === 0 ? true : undefined)).then(() => undefined);
    await settled();
    received.length = 0;
    await tellTheStory(under, settled);
  }, 60_000);
  afterAll(() => under.close());

  it("are as many as Gitea sent", () => {
    expect(received.map(({ headers }) => headers["x-gitea-event-type"])).toEqual(NAMES.map((name) => recorded(name).headers["x-gitea-event-type"]));
  });

  it.each(NAMES.map((name, index) => ({ name, index })))("$name has the same headers and fields", ({ name, index }) => {
    const delivery = received[index];
    const original = recorded(name);
    expect(Object.keys(delivery?.headers ?? {}).toSorted()).toEqual(
      Object.keys(original.headers)
        .filter((header) => header !== "content-length" && header !== "host")
        .toSorted(),
    );
    for (const header of ["x-gitea-event", "x-gitea-event-type", "x-gogs-event", "x-github-event-type"])
      expect(delivery?.headers[header]).toBe(original.headers[header]);
    expect(shape(JSON.parse(delivery?.body ?? "null"))).toEqual(shape(original.body));
  });

  it("are signed over the raw, indented body, all signatures alike", () => {
    for (const { headers, body } of received) {
      const signature = createHmac("sha256", SECRET).update(body).digest("hex");
      expect(headers["x-gitea-signature"]).toBe(signature);
      expect(headers["x-hub-signature-256"]).toBe(`sha256=${signature}`);
      expect(headers["x-hub-signature"]).toBe(`sha1=${createHmac("sha1", SECRET).update(body).digest("hex")}`);
      expect(body).toMatch(/^\{\n {2}"/);
    }
  });

  it("name the editor as sender and the author as user when a comment is edited by another", () => {
    const edited = JSON.parse(received[8]?.body ?? "null") as { sender: { login: string }; comment: { user: { login: string } } };
    expect([edited.sender.login, edited.comment.user.login]).toEqual(["alice", "awadmin"]);
  });
});
