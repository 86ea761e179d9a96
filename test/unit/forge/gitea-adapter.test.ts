/** What the Gitea adapter does with answers that a well-behaved server does not give, and what it makes of refused merges. */
import { describe, expect, it } from "vitest";
import { createGiteaForge } from "../../../functions/core/adapters/gitea/forge.ts";
import { treeId } from "../../../functions/core/adapters/gitea/tree-id.ts";
import type { Clock } from "../../../functions/core/ports/clock.ts";
import type { Forge, MergeOutcome } from "../../../functions/core/ports/forge.ts";

const TOKEN = "a-token-that-must-not-leak";
const REPOSITORY = { id: 1, name: "home/gitops" };
const HEAD = "a".repeat(40);
const USER = { id: 3, login: "alice" };

type Answer = (request: Request) => Response | Promise<Response>;

/** A forge behind answers by method and path; what has none is a 404. @returns it with the calls that were made */
function forgeOf(answers: Readonly<Record<string, Answer>>, clock?: Clock): { forge: Forge; calls: string[] } {
  const calls: string[] = [];
  const fetch: Answer = (request) => {
    const url = new URL(request.url);
    const call = `${request.method} ${url.pathname.replace("/api/v1", "")}`;
    calls.push(call + url.search);
    return answers[call]?.(request) ?? Response.json({ message: "not found" }, { status: 404 });
  };
  return { forge: createGiteaForge({ baseUrl: "http://gitea.test/", token: TOKEN, fetch, ...(clock && { clock }) }), calls };
}

const pull = (change: object = {}): object => ({
  number: 7,
  title: "Fix",
  body: null,
  user: USER,
  state: "open",
  draft: false,
  merged: false,
  merged_by: null,
  merged_at: null,
  merge_commit_sha: null,
  mergeable: true,
  head: { label: "anchorwatch/r-1", ref: "anchorwatch/r-1", sha: HEAD },
  base: { label: "main", ref: "main", sha: "b".repeat(40) },
  created_at: "2026-11-25T07:28:19Z",
  updated_at: "2026-11-25T08:28:19+01:00",
  html_url: "http://gitea.test/home/gitops/pulls/7",
  field_of_tomorrow: true,
  ...change,
});

describe("calls", () => {
  it("carry the token in the header and name themselves in errors, without it", async () => {
    const { forge } = forgeOf({ "GET /user": (request) => Response.json({ message: `bad ${request.headers.get("authorization") ?? ""}` }, { status: 403 }) });
    await expect(forge.whoAmI()).rejects.toThrow("GET /user: 403 bad token [redacted]");
  });

  it("are repeated once when a read gets no answer, and never when a write does", async () => {
    const { forge, calls } = forgeOf({
      "GET /user": () => (calls.length === 1 ? new Response("", { status: 502 }) : Response.json(USER)),
      "POST /repos/home/gitops/issues/7/comments": () => new Response("", { status: 502 }),
    });
    expect(await forge.whoAmI()).toEqual(USER);
    await expect(forge.comment(REPOSITORY, 7, "hello")).rejects.toMatchObject({ name: "Unavailable" });
    expect(calls).toEqual(["GET /user", "GET /user", "POST /repos/home/gitops/issues/7/comments"]);
  });

  it("fail with the field's name when the answer is not what it should be", async () => {
    const { forge } = forgeOf({ "GET /user": () => Response.json({ id: "3" }), "GET /repos/home/gitops": () => new Response("<html>") });
    await expect(forge.whoAmI()).rejects.toThrow(/^GET \/user: unexpected answer at id/);
    await expect(forge.repository("home/gitops")).rejects.toThrow("GET /repos/home/gitops: 200 with a body that is not JSON");
  });

  it("encode what stands in paths", async () => {
    const { forge, calls } = forgeOf({});
    await forge.branch(REPOSITORY, "odd/näme?x#y");
    await forge.permission(REPOSITORY, "a/../b");
    expect(calls).toEqual(["GET /repos/home/gitops/branches/odd/n%C3%A4me%3Fx%23y", "GET /repos/home/gitops/collaborators/a%2F..%2Fb/permission"]);
  });

  it("read lists page by page, up to the limit", async () => {
    const page = (request: Request): Response =>
      Response.json(Array.from({ length: new URL(request.url).searchParams.get("page") === "3" ? 10 : 50 }, () => pull()));
    const { forge, calls } = forgeOf({ "GET /repos/home/gitops/pulls": page });
    expect(await forge.pullRequests(REPOSITORY, "all")).toHaveLength(110);
    expect(await forge.pullRequests(REPOSITORY, "all", 60)).toHaveLength(60);
    expect(calls.map((call) => call.replace(/^.*page=(\d).*$/, "$1"))).toEqual(["1", "2", "3", "1", "2"]);
  });
});

describe("answers", () => {
  it("become records of ours, times in milliseconds, absent what is null", async () => {
    const { forge } = forgeOf({ "GET /repos/home/gitops/pulls/7": () => Response.json(pull()) });
    const seen = await forge.pullRequest(REPOSITORY, 7);
    expect(seen).toMatchObject({ body: "", author: USER, createdAt: Date.UTC(2026, 10, 25, 7, 28, 19), updatedAt: Date.UTC(2026, 10, 25, 7, 28, 19) });
    expect(seen).not.toHaveProperty("mergedAt");
    expect(seen).not.toHaveProperty("mergeCommit");
  });

  it("keep the branch's name after the branch is deleted", async () => {
    const head = { label: "anchorwatch/r-1", ref: "refs/pull/7/head", sha: HEAD };
    const { forge } = forgeOf({ "GET /repos/home/gitops/pulls/7": () => Response.json(pull({ head })) });
    expect((await forge.pullRequest(REPOSITORY, 7))?.head).toEqual({ ref: "anchorwatch/r-1", sha: HEAD });
  });

  it("give a tree the id that git gives it", () => {
    const entries = [
      { path: "a.b", mode: "100644", type: "blob", sha: "ce013625030ba8dba906f756967f9e9ca394464a" },
      { path: "a", mode: "040000", type: "tree", sha: "4b825dc642cb6eb9a060e54bf8d69288fbee4904" },
    ];
    expect(treeId([], "sha1")).toBe("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    expect(treeId(entries, "sha1")).toBe(treeId(entries.toReversed(), "sha1"));
    expect(treeId(entries, "sha1")).toBe("d7c70d9e0320d31c7b3e27f58316239bf3a79b27");
  });
});

describe("a refused merge", () => {
  const MERGE = "POST /repos/home/gitops/pulls/7/merge";
  const SEEN = "GET /repos/home/gitops/pulls/7";
  /** Time that passes only when somebody waits. */
  const waitingClock = (): Clock => {
    let now = 0;
    return { now: () => now, after: (delayMs, task) => (queueMicrotask(() => ((now += delayMs), task())), () => undefined) };
  };
  const outcome = (status: number, body: object, seen: object | undefined): Promise<MergeOutcome> => {
    const answers = { [MERGE]: () => Response.json(body, { status }), ...(seen && { [SEEN]: () => Response.json(pull(seen)) }) };
    return forgeOf(answers, waitingClock()).forge.merge(REPOSITORY, 7, { head: HEAD, title: "Merge", message: "" });
  };

  it.each<[string, number, object, object | undefined, MergeOutcome]>([
    ["gone when there is no such pull request", 404, { message: "not found" }, undefined, { kind: "gone" }],
    ["gone when it was closed", 404, { message: "not found" }, { state: "closed" }, { kind: "gone" }],
    ["merged when it is merged already", 405, { message: "The PR is already merged" }, { state: "closed", merged: true }, { kind: "merged" }],
    [
      "head-moved when another head was merged",
      405,
      { message: "The PR is already merged" },
      { state: "closed", merged: true, head: { label: "x", ref: "x", sha: "c".repeat(40) } },
      { kind: "head-moved" },
    ],
    [
      "head-moved by the head that is there, whatever the words",
      409,
      { message: "?" },
      { head: { label: "x", ref: "x", sha: "c".repeat(40) } },
      { kind: "head-moved" },
    ],
    ["head-moved by the words, in new and old versions", 409, { message: "head target does not match" }, {}, { kind: "head-moved" }],
    ["checking when the base moved in that moment", 409, { message: "merge push out of date" }, {}, { kind: "checking" }],
    [
      "blocked, in the forge's words, when a hook refuses",
      409,
      { message: "PushRejected with remote message: no" },
      {},
      { kind: "blocked", message: "PushRejected with remote message: no" },
    ],
    [
      "blocked when reviews are missing",
      405,
      { message: "Does not have enough approvals" },
      {},
      { kind: "blocked", message: "Does not have enough approvals" },
    ],
    ["checking when it becomes mergeable", 405, { message: "Please try again later" }, {}, { kind: "checking" }],
    [
      "conflicted when it stays unmergeable",
      405,
      { message: "Please try again later" },
      { mergeable: false },
      { kind: "conflicted", message: "the branch has conflicts with its base" },
    ],
    [
      "conflicted when git says so",
      409,
      { Style: "merge", StdOut: "CONFLICT (content)", StdErr: "", Err: {} },
      {},
      { kind: "conflicted", message: "CONFLICT (content)" },
    ],
  ])("is %s", async (_words, status, body, seen, expected) => {
    expect(await outcome(status, body, seen)).toEqual(expected);
  });

  it("is an error when rights or the server fail", async () => {
    await expect(outcome(403, { message: "scope" }, {})).rejects.toMatchObject({ name: "Refused", status: 403 });
    await expect(outcome(500, { message: "" }, {})).rejects.toMatchObject({ name: "Unavailable" });
  });
});
