/** What the local forge does beyond Gitea's API: pushes by hand, crashes, a ledger, webhooks that go wrong. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { createGiteaForge } from "../../../functions/core/adapters/gitea/forge.ts";
import { createDocuments } from "../../../functions/core/local/documents.ts";
import { openBareRepository } from "../../../functions/core/local/forge/git/bare-repository.ts";
import { createForgeState } from "../../../functions/core/local/forge/state.ts";
import { isPull } from "../../../functions/core/local/forge/records.ts";
import type { DeliveryFault, HookEvent } from "../../../functions/core/local/forge/hooks/deliveries.ts";
import type { Clock } from "../../../functions/core/ports/clock.ts";
import type { Forge, PullRequest, Repository } from "../../../functions/core/ports/forge.ts";
import { until } from "../../contract/forge.suite.ts";
import { type LocalUnderTest, startLocalForge } from "../../contract/forge/local-forge.ts";

const run = promisify(execFile);
const HOOK = { url: "http://hook.test/", secret: "s", events: ["push", "create", "delete", "pull_request", "issues"] };

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});

async function start(given: Parameters<typeof startLocalForge>[0] = {}): Promise<LocalUnderTest> {
  const under = await startLocalForge(given);
  closing.push(() => under.close());
  return under;
}

function as(under: LocalUnderTest, role: keyof LocalUnderTest["tokens"]): Forge {
  return createGiteaForge({ baseUrl: under.baseUrl, token: under.tokens[role], fetch: (request) => under.forge.app.fetch(request) });
}

async function openPull(under: LocalUnderTest): Promise<{ pull: PullRequest; repository: Repository }> {
  const bot = as(under, "bot");
  await under.forge.push("awbot", { branch: "anchorwatch/r-1", onto: under.forge.tip("main") ?? "", message: "Fix", files: { "a.yaml": "n: 1\n" } });
  const repository = await bot.repository("home/gitops");
  if (repository === undefined) throw new Error("no repository");
  const pull = await bot.openPullRequest(repository, { title: "Fix", body: "", head: "anchorwatch/r-1", base: "main" });
  if (pull === undefined) throw new Error("not opened");
  return { pull, repository };
}

/** A forge whose webhooks land in a list of `type action`. */
async function startListening(
  given: Parameters<typeof startLocalForge>[0] = {},
): Promise<{ under: LocalUnderTest; heard: string[]; quiet: () => Promise<void> }> {
  const heard: string[] = [];
  const deliver = (_url: string, headers: Readonly<Record<string, string>>, body: string): Promise<number> => {
    const { action } = JSON.parse(body) as { action?: string };
    heard.push([headers["x-gitea-event-type"], action].filter(Boolean).join(" "));
    return Promise.resolve(202);
  };
  const under = await start({ hooks: [HOOK], deliver, ...given });
  const quiet = (): Promise<void> => until("quiet", () => Promise.resolve(under.forge.deliveries.pending() === 0 ? true : undefined)).then(() => undefined);
  await quiet();
  heard.length = 0;
  return { under, heard, quiet };
}

describe("pushes by hand", () => {
  it("a real git push into the bare repository is noticed by sync, told, and moves the pull request's head", async () => {
    const { under, heard, quiet } = await startListening();
    const { pull, repository } = await openPull(under);
    const work = await mkdtemp(join(tmpdir(), "anchorwatch-push-test-"));
    closing.push(() => rm(work, { recursive: true, force: true }));
    const git = (...args: string[]): Promise<unknown> => run("git", ["-C", work, "-c", "user.name=alice", "-c", "user.email=a@x", ...args]);
    await run("git", ["clone", "--quiet", "--branch", "anchorwatch/r-1", under.forge.directory, work]);
    await writeFile(join(work, "b.yaml"), "n: 2\n");
    await git("add", ".");
    await git("commit", "--quiet", "-m", "By hand");
    await git("push", "--quiet");
    await quiet();
    heard.length = 0;
    await under.forge.sync("alice");
    await quiet();
    expect(heard).toEqual(["push", "pull_request_sync synchronized"]);
    const after = await as(under, "bot").pullRequest(repository, pull.number);
    expect(after?.head.sha).toBe(under.forge.tip("anchorwatch/r-1"));
    expect(after?.head.sha).not.toBe(pull.head.sha);
    await under.forge.sync("alice");
    await quiet();
    expect(heard).toHaveLength(2);
  });

  it("a force push replaces the branch", async () => {
    const { under } = await startListening();
    const { pull, repository } = await openPull(under);
    const id = await under.forge.push("alice", {
      branch: "anchorwatch/r-1",
      onto: under.forge.tip("main") ?? "",
      message: "Instead",
      files: { "c.yaml": "n: 3\n" },
    });
    expect(await as(under, "bot").pullRequest(repository, pull.number)).toMatchObject({ head: { sha: id } });
  });

  it("commit ids depend on nothing but what was done and when", async () => {
    const clock: Clock = {
      now: () => 1_790_000_000_000,
      after: (delayMs, task) =>
        (
          (timer) => () =>
            clearTimeout(timer)
        )(setTimeout(task, delayMs)),
    };
    const [one, other] = [await start({ clock }), await start({ clock })];
    const push = { branch: "main", message: "Same", files: { "a.yaml": "n: 1\n" } };
    expect(await one.forge.push("alice", push)).toBe(await other.forge.push("alice", push));
  });
});

describe("a crash in the middle of a merge", () => {
  async function crash(
    branchMoved: boolean,
  ): Promise<{ reopened: LocalUnderTest; commit: string; pull: PullRequest; heard: string[]; quiet: () => Promise<void> }> {
    const first = await start({ documents: createDocuments(":memory:") });
    const { pull } = await openPull(first);
    const git = await openBareRepository(first.forge.directory);
    const at = Date.now();
    const commit = (await git.merge(pull.base.sha, pull.head.sha, { message: "Merge", author: { name: "awbot", email: "b@x", at } })) ?? "";
    const state = createForgeState(first.documents);
    const repository = state.repository("home/gitops");
    const thread = repository && state.thread(repository, pull.number);
    if (!repository || !thread || !isPull(thread)) throw new Error("no pull request");
    state.putThread(repository, { ...thread, pull: { ...thread.pull, merging: { commit, by: "awbot", at } } });
    if (branchMoved) await git.move("refs/heads/main", pull.base.sha, commit);
    const heard: string[] = [];
    const deliver = (_url: string, headers: Readonly<Record<string, string>>): Promise<number> => {
      heard.push(headers["x-gitea-event-type"] ?? "");
      return Promise.resolve(200);
    };
    const reopened = await startLocalForge({ documents: first.documents, directory: first.directory, hooks: [HOOK], deliver });
    const quiet = (): Promise<void> =>
      until("quiet", () => Promise.resolve(reopened.forge.deliveries.pending() === 0 ? true : undefined)).then(() => undefined);
    return { reopened, commit, pull, heard, quiet };
  }

  it("is finished at the next start when the branch has moved", async () => {
    const { reopened, commit, pull, heard, quiet } = await crash(true);
    const repository = await as(reopened, "bot").repository("home/gitops");
    expect(repository && (await as(reopened, "bot").pullRequest(repository, pull.number))).toMatchObject({
      merged: true,
      mergeCommit: commit,
      mergedBy: { login: "awbot" },
    });
    expect(reopened.forge.tip("main")).toBe(commit);
    await quiet();
    expect(heard).toEqual(["pull_request", "push"]);
  });

  it("never happened when it has not", async () => {
    const { reopened, pull } = await crash(false);
    const bot = as(reopened, "bot");
    const repository = await bot.repository("home/gitops");
    if (repository === undefined) throw new Error("no repository");
    expect(await bot.pullRequest(repository, pull.number)).toMatchObject({ state: "open", merged: false });
    expect(reopened.forge.tip("main")).toBe(pull.base.sha);
    expect(await bot.merge(repository, pull.number, { head: pull.head.sha, title: "Merge", message: "" })).toEqual({ kind: "merged" });
  });
});

describe("what happens at the same time", () => {
  it("a comment that is made while the merge runs is kept", async () => {
    const { under } = await startListening();
    const { pull, repository } = await openPull(under);
    const merge = as(under, "bot").merge(repository, pull.number, { head: pull.head.sha, title: "Merge", message: "" });
    const words = Array.from({ length: 20 }, (_, index) => `while merging ${index}`);
    for (const body of words) await as(under, "writer").comment(repository, pull.number, body);
    expect(await merge).toEqual({ kind: "merged" });
    expect((await as(under, "bot").comments(repository, pull.number)).map(({ body }) => body)).toEqual(words);
  });

  it("of two merges one is made", async () => {
    const { under } = await startListening();
    const { pull, repository } = await openPull(under);
    const merge = (): Promise<unknown> => as(under, "bot").merge(repository, pull.number, { head: pull.head.sha, title: "Merge", message: "" });
    expect(await Promise.all([merge(), merge()])).toEqual([{ kind: "merged" }, { kind: "merged" }]);
    expect(under.forge.ledger().filter(({ what, outcome }) => what === "POST /merge" && outcome === 200)).toHaveLength(1);
  });
});

describe("webhooks that go wrong", () => {
  const only =
    (type: string, fault: DeliveryFault) =>
    (event: HookEvent): DeliveryFault =>
      event.type === type ? fault : "deliver";

  it("can be lost, doubled and late", async () => {
    const heardWith = async (fault: DeliveryFault): Promise<string[]> => {
      const { under, heard, quiet } = await startListening({ fault: only("create", fault) });
      await under.forge.push("awbot", { branch: "b", onto: under.forge.tip("main") ?? "", message: "Fix", files: { "a.yaml": "n: 1\n" } });
      await quiet();
      return heard;
    };
    expect(await heardWith("drop")).toEqual(["push"]);
    expect(await heardWith("double")).toEqual(["create", "create", "push"]);
    expect(await heardWith({ lateMs: 30 })).toEqual(["push", "create"]);
  });

  it("are tried once: a receiver's 500 is noted and nothing more", async () => {
    let calls = 0;
    const countAndFail = (): Promise<number> => {
      calls += 1;
      return Promise.resolve(500);
    };
    const { under } = await startListening({ deliver: countAndFail });
    await until("the first push", () => Promise.resolve(under.forge.deliveries.finished.length > 0 ? true : undefined));
    expect(under.forge.deliveries.finished.every(({ status }) => status === 500)).toBe(true);
    expect(calls).toBe(under.forge.deliveries.finished.length);
  });

  it("count as failed when nobody answers for five seconds", async () => {
    const tasks: { at: number; task: () => void }[] = [];
    const clock: Clock = { now: () => 0, after: (delayMs, task) => (tasks.push({ at: delayMs, task }), () => undefined) };
    const under = await start({ hooks: [HOOK], clock, deliver: () => new Promise<number>(() => undefined), deliveryDelayMs: 190 });
    expect(tasks.map(({ at }) => at)).toEqual([190, 190]);
    for (const { task } of tasks.splice(0)) task();
    expect(tasks.map(({ at }) => at)).toEqual([5_000, 5_000]);
    for (const { task } of tasks.splice(0)) task();
    await until("given up", () => Promise.resolve(under.forge.deliveries.finished.length === 2 ? true : undefined));
    expect(under.forge.deliveries.finished.map(({ type, status }) => [type, status])).toEqual([
      ["create", 0],
      ["push", 0],
    ]);
  });

  it("go to those who asked for them: a hook for pushes hears nothing else", async () => {
    const heard: string[] = [];
    const deliver = (_url: string, headers: Readonly<Record<string, string>>): Promise<number> => {
      heard.push(headers["x-gitea-event-type"] ?? "");
      return Promise.resolve(200);
    };
    const under = await start({ hooks: [{ ...HOOK, events: ["push"] }], deliver });
    await openPull(under);
    await until("quiet", () => Promise.resolve(under.forge.deliveries.pending() === 0 ? true : undefined));
    expect(new Set(heard)).toEqual(new Set(["push"]));
  });

  it("without a secret carry empty signatures, as Gitea's do", async () => {
    const signatures: (string | undefined)[] = [];
    const deliver = (_url: string, headers: Readonly<Record<string, string>>): Promise<number> => {
      signatures.push(headers["x-gitea-signature"], headers["x-hub-signature-256"]);
      return Promise.resolve(200);
    };
    const under = await start({ hooks: [{ ...HOOK, secret: "" }], deliver });
    await until("quiet", () => Promise.resolve(under.forge.deliveries.pending() === 0 ? true : undefined));
    expect(new Set(signatures)).toEqual(new Set(["", "sha256="]));
  });
});

describe("the ledger", () => {
  it("has who did what, and refused merges too", async () => {
    const { under } = await startListening();
    const { pull, repository } = await openPull(under);
    await as(under, "writer").comment(repository, pull.number, "/approve");
    await as(under, "reader").merge(repository, pull.number, { head: pull.head.sha, title: "x", message: "" });
    const entries = under.forge.ledger().map(({ who, what, outcome }) => [who, what, outcome]);
    expect(entries.slice(-4)).toEqual([
      ["awbot", "push", 200],
      ["awbot", "POST /pulls", 201],
      ["alice", "POST /comments", 201],
      ["rita", "POST /merge", 405],
    ]);
  });
});
