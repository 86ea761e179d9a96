/** What every forge behind the `Forge` port must do: each fact of contracts 12.1 that we build on, on the local forge and on a real Gitea alike. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGiteaForge } from "../../functions/core/adapters/gitea/forge.ts";
import type { Fetch } from "../../functions/core/adapters/http.ts";
import type { Forge, MergeOutcome, PullRequest, Repository } from "../../functions/core/ports/forge.ts";

export type Role = "admin" | "bot" | "writer" | "reader" | "stranger";

export interface ForgeUnderTest {
  readonly baseUrl: string;
  readonly fetch?: Fetch;
  /** A private repository with a commit on `main`: `bot` and `writer` may write, `reader` read, `stranger` nothing. */
  readonly repository: string;
  readonly logins: Readonly<Record<Role, string>>;
  readonly tokens: Readonly<Record<Role, string>>;
  /** A token of `bot` that may only read repositories. */
  readonly narrowToken: string;
  close(): Promise<void>;
}

/** The blob id that git gives a text. */
export function blobOf(text: string): string {
  return createHash("sha1")
    .update(`blob ${Buffer.byteLength(text)}\0`)
    .update(text)
    .digest("hex");
}

/** Waits until `look` answers something that is not undefined. */
export async function until<T>(what: string, look: () => Promise<T | undefined>, deadlineMs = 10_000): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const NO_COMMIT = "f".repeat(40);

interface Opened {
  readonly pull: PullRequest;
  readonly path: string;
  readonly text: string;
}

export function forgeContract(name: string, setup: () => Promise<ForgeUnderTest>): void {
  describe(`the forge contract on ${name}`, () => {
    let under: ForgeUnderTest;
    let repository: Repository;
    let made = 0;
    const as = (role: Role, token = under.tokens[role]): Forge =>
      createGiteaForge({ baseUrl: under.baseUrl, token, ...(under.fetch && { fetch: under.fetch }) });
    const rest = async (role: Role, method: string, path: string, body: object): Promise<{ status: number; json: Record<string, unknown> }> => {
      const headers = { authorization: `token ${under.tokens[role]}`, "content-type": "application/json" };
      const request = new Request(`${under.baseUrl}/api/v1/repos/${under.repository}${path}`, { method, headers, body: JSON.stringify(body) });
      const response = await (under.fetch ?? fetch)(request);
      const text = await response.text();
      return { status: response.status, json: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
    };
    const fresh = (): string => `anchorwatch/t${Date.now()}-${(made += 1)}`;
    const head = async (branch = "main"): Promise<string> => (await as("admin").branch(repository, branch))?.id ?? "";
    const write = (role: Role, branch: string, path: string, content: string): Promise<{ id: string }> =>
      as(role).commitFiles(repository, { branch, message: `Write ${path}`, files: [{ path, operation: "create", content }] });
    const branchWithFile = async (path: string, text: string): Promise<string> => {
      const branch = fresh();
      await as("bot").createBranch(repository, branch, await head());
      await write("bot", branch, path, text);
      return branch;
    };
    const open = async (path = `apps/${(made += 1)}-${Date.now()}.yaml`): Promise<Opened> => {
      const text = `replicas: ${made}\n`;
      const branch = await branchWithFile(path, text);
      const pull = await as("bot").openPullRequest(repository, { title: `Add ${path}`, body: "why", head: branch, base: "main" });
      if (pull === undefined) throw new Error("the pull request was not opened");
      return { pull, path, text };
    };
    const merge = (role: Role, pull: PullRequest, commit = pull.head.sha): Promise<MergeOutcome> =>
      as(role).merge(repository, pull.number, { head: commit, title: "Merge it", message: "Because." });
    const merged = async (pull: PullRequest): Promise<void> =>
      until("the merge", async () => ((await merge("bot", pull)).kind === "merged" ? true : undefined)).then(() => undefined);
    const now = async (pull: PullRequest): Promise<PullRequest> => {
      const seen = await as("bot").pullRequest(repository, pull.number);
      if (seen === undefined) throw new Error("the pull request is gone");
      return seen;
    };

    beforeAll(async () => {
      under = await setup();
      const seen = await as("bot").repository(under.repository);
      if (seen === undefined) throw new Error("the repository is not there");
      repository = seen;
    }, 60_000);
    afterAll(() => under.close());

    describe("access", () => {
      it("tells whose token it is, and the repository by its numeric id", async () => {
        expect((await as("writer").whoAmI()).login).toBe(under.logins.writer);
        expect(repository).toMatchObject({ name: under.repository, defaultBranch: "main" });
        expect(repository.id).toBeGreaterThan(0);
      });

      it("answers a private repository that the caller may not see as none at all", async () => {
        expect(await as("stranger").repository(under.repository)).toBeUndefined();
      });

      it("refuses a token that nobody has with 401, without showing it", async () => {
        const error: unknown = await as("bot", "0".repeat(40))
          .whoAmI()
          .catch((error_: unknown) => error_);
        expect(error).toMatchObject({ name: "Refused", status: 401 });
        expect(String(error)).not.toContain("0".repeat(40));
      });

      it("refuses what the token's scopes do not cover with 403, naming call and scope", async () => {
        const narrow = as("bot", under.narrowToken);
        await expect(narrow.createBranch(repository, fresh(), await head())).rejects.toMatchObject({
          name: "Refused",
          status: 403,
          message: expect.stringMatching(/^POST \/repos\/.*\/branches: 403 .*write:repository/),
        });
        await expect(narrow.comment(repository, 1, "hello")).rejects.toThrow("write:issue");
      });

      it("tells others' permissions to admins alone, with the id that has the login now", async () => {
        const admin = as("admin");
        expect(await admin.permission(repository, under.logins.writer)).toEqual({ permission: "write", user: await as("writer").whoAmI() });
        expect((await admin.permission(repository, under.logins.reader))?.permission).toBe("read");
        expect((await admin.permission(repository, under.logins.stranger))?.permission).toBe("none");
        expect(await admin.permission(repository, "nobody-has-this-name")).toBeUndefined();
        await expect(as("writer").permission(repository, under.logins.reader)).rejects.toMatchObject({ name: "Refused", status: 403 });
        expect((await as("writer").permission(repository, under.logins.writer))?.permission).toBe("write");
      });
    });

    describe("branches and contents", () => {
      it("creates a branch at a commit once, and deletes it as often as asked", async () => {
        const [branch, commit] = [fresh(), await head()];
        expect(await as("bot").createBranch(repository, branch, commit)).toBe(true);
        expect(await as("bot").createBranch(repository, branch, commit)).toBe(false);
        expect((await as("bot").branch(repository, branch))?.id).toBe(commit);
        await as("bot").deleteBranch(repository, branch);
        await as("bot").deleteBranch(repository, branch);
        expect(await as("bot").branch(repository, branch)).toBeUndefined();
      });

      it("commits several files at once and answers with tree and parent, which a later look at the branch confirms", async () => {
        const [branch, parent] = [fresh(), await head()];
        await as("bot").createBranch(repository, branch, parent);
        const files = [1, 2].map((number) => ({ path: `deep/${branch}/${number}.yaml`, operation: "create" as const, content: `n: ${number}\n` }));
        const commit = await as("bot").commitFiles(repository, { branch, message: "Two files", files });
        expect(commit.parents).toEqual([parent]);
        expect(commit.tree).not.toBe(commit.id);
        expect(await as("bot").branch(repository, branch)).toEqual(commit);
      });

      it("replaces and deletes only the blob that is named", async () => {
        const path = `blobs/${Date.now()}.yaml`;
        const branch = await branchWithFile(path, "one\n");
        const change = (operation: "update" | "delete", blob: string): Promise<unknown> =>
          as("bot").commitFiles(repository, { branch, message: "Change", files: [{ path, operation, content: "two\n", blob }] });
        await expect(change("update", blobOf("other\n"))).rejects.toMatchObject({ name: "Refused", status: 422 });
        await change("update", blobOf("one\n"));
        await expect(change("delete", blobOf("one\n"))).rejects.toMatchObject({ name: "Refused", status: 422 });
        await change("delete", blobOf("two\n"));
        await expect(change("delete", blobOf("two\n"))).rejects.toMatchObject({ name: "Refused", status: 404 });
      });

      it("overwrites blindly when no blob is named, which is why one always is", async () => {
        const path = `blind/${Date.now()}.yaml`;
        const branch = await branchWithFile(path, "one\n");
        const body = { branch, message: "Blind", files: [{ operation: "update", path, content: Buffer.from("two\n").toString("base64") }] };
        expect((await rest("bot", "POST", "/contents", body)).status).toBe(201);
      });

      it("makes an empty commit of no files", async () => {
        const branch = await branchWithFile(`empty/${Date.now()}.yaml`, "one\n");
        const before = await as("bot").branch(repository, branch);
        const commit = await as("bot").commitFiles(repository, { branch, message: "Nothing", files: [] });
        expect(commit).toMatchObject({ tree: before?.tree, parents: [before?.id] });
      });

      it("refuses what it cannot place: files that are there, branches that are not, paths inside .git", async () => {
        const path = `there/${Date.now()}.yaml`;
        const branch = await branchWithFile(path, "one\n");
        await expect(write("bot", branch, path, "two\n")).rejects.toMatchObject({ status: 422 });
        await expect(write("bot", "no-such-branch", path, "two\n")).rejects.toMatchObject({ status: 404 });
        await expect(write("bot", branch, ".git/config", "x")).rejects.toMatchObject({ status: 422 });
        await expect(write("bot", branch, "../x", "x")).rejects.toMatchObject({ name: "Unavailable" });
        await expect(write("reader", branch, `${path}.2`, "x")).rejects.toMatchObject({ status: 403 });
      });

      it("lets one of three writers through and tells the others to come again", async () => {
        const branch = await branchWithFile(`race/${Date.now()}.yaml`, "one\n");
        const tries = await Promise.allSettled([1, 2, 3].map((number) => write("bot", branch, `race/${branch}-${number}`, "x")));
        const failures = tries.filter((attempt) => attempt.status === "rejected");
        expect(failures.length).toBeGreaterThan(0);
        expect(failures.length).toBeLessThan(3);
        for (const failure of failures) expect(failure.reason).toMatchObject({ name: "Unavailable", message: expect.stringContaining("cannot lock ref") });
      });
    });

    describe("pull requests", () => {
      it("opens one per head branch and finds it by number and by branch", async () => {
        const { pull } = await open();
        expect(pull).toMatchObject({ state: "open", draft: false, merged: false, mergeable: true, body: "why", base: { ref: "main" } });
        expect(pull.author).toEqual(await as("bot").whoAmI());
        expect(await as("bot").openPullRequest(repository, { title: "Again", body: "", head: pull.head.ref, base: "main" })).toBeUndefined();
        expect((await now(pull)).head).toEqual(pull.head);
        expect((await as("bot").pullRequestsOf(repository, pull.head.ref, "open")).map(({ number }) => number)).toEqual([pull.number]);
        expect((await as("bot").pullRequests(repository, "open"))[0]?.number).toBe(pull.number);
        expect(await as("bot").pullRequest(repository, 99_999)).toBeUndefined();
      });

      it("opens none without a head, none from a branch into itself", async () => {
        const ask = (from: string): Promise<unknown> => as("bot").openPullRequest(repository, { title: "x", body: "", head: from, base: "main" });
        await expect(ask("no-such-branch")).rejects.toMatchObject({ name: "Refused", status: 404 });
        await expect(ask("main")).rejects.toMatchObject({ name: "Refused", status: 422 });
      });

      it("closes, and keeps the branch's name when the branch is deleted", async () => {
        const { pull } = await open();
        await as("bot").closePullRequest(repository, pull.number);
        await as("bot").deleteBranch(repository, pull.head.ref);
        expect(await now(pull)).toMatchObject({ state: "closed", merged: false, head: pull.head });
        expect(await as("bot").pullRequestsOf(repository, pull.head.ref, "open")).toEqual([]);
        expect(await as("bot").pullRequestsOf(repository, pull.head.ref, "all")).toHaveLength(1);
      });

      it("closes by itself when its branch is deleted", async () => {
        const { pull } = await open();
        await as("bot").deleteBranch(repository, pull.head.ref);
        await until("closed", async () => ((await now(pull)).state === "closed" ? true : undefined));
      });
    });

    describe("the merge", () => {
      it("makes a merge commit of base and head, and says who merged", async () => {
        const { pull } = await open();
        const base = await head();
        await merged(pull);
        const after = await now(pull);
        expect(after).toMatchObject({ state: "closed", merged: true, mergedBy: { login: under.logins.bot }, base: { sha: after.mergeCommit } });
        expect(await as("bot").branch(repository, "main")).toMatchObject({ id: after.mergeCommit, parents: [base, pull.head.sha] });
        expect(after.mergedAt).toBeGreaterThan(Date.now() - 60_000);
      });

      it("said again of what is merged is merged; of what is closed, gone", async () => {
        const [{ pull }, { pull: closed }] = [await open(), await open()];
        await merged(pull);
        expect(await merge("bot", pull)).toEqual({ kind: "merged" });
        await as("bot").closePullRequest(repository, closed.number);
        expect(await merge("bot", closed)).toEqual({ kind: "gone" });
        expect(await merge("bot", { ...closed, number: 99_999 })).toEqual({ kind: "gone" });
      });

      it("refuses any head but the one that is there, and checks again before it merges the right one", async () => {
        const { pull } = await open();
        expect(await merge("bot", pull, NO_COMMIT)).toEqual({ kind: "head-moved" });
        expect((await now(pull)).mergeable).toBe(false);
        expect(await merge("bot", pull)).toEqual({ kind: "checking" });
        await merged(pull);
      });

      it("refuses the old head after a person's commit", async () => {
        const { pull, path } = await open();
        const { id } = await write("writer", pull.head.ref, `${path}.2`, "more\n");
        expect(await merge("bot", pull)).toEqual({ kind: "head-moved" });
        expect((await now(pull)).head.sha).toBe(id);
      });

      it("merges though the base has moved, as long as nothing conflicts", async () => {
        const { pull, path } = await open();
        await write("writer", "main", `${path}.other`, "other\n");
        await merged(pull);
      });

      it("calls a conflict a conflict, before and after the forge has noticed it", async () => {
        const { pull, path } = await open();
        await write("writer", "main", path, "another text\n");
        expect(await merge("bot", pull)).toMatchObject({ kind: "conflicted" });
        await until("noticed", async () => ((await now(pull)).mergeable === false ? true : undefined));
        expect(await merge("bot", pull)).toMatchObject({ kind: "conflicted" });
      }, 30_000);

      it("is refused to a reader and for work in progress, in the forge's words", async () => {
        const { pull } = await open();
        expect(await merge("reader", pull)).toEqual({ kind: "blocked", message: "User not allowed to merge PR" });
        await rest("bot", "PATCH", `/pulls/${pull.number}`, { title: "WIP: not yet" });
        expect(await now(pull)).toMatchObject({ draft: true, mergeable: false });
        expect(await merge("bot", pull)).toMatchObject({ kind: "blocked", message: expect.stringContaining("Work in progress") });
      });

      it("waits for what a protected branch asks: checks, then reviews", async () => {
        const { pull } = await open();
        const rule = { rule_name: "main", required_approvals: 1, enable_status_check: true, status_check_contexts: ["anchorwatch/plan"] };
        expect((await rest("admin", "POST", "/branch_protections", rule)).status).toBe(201);
        try {
          await expect(write("writer", "main", `protected-${Date.now()}`, "x")).rejects.toMatchObject({ name: "Refused", status: 403 });
          const words = async (): Promise<string> =>
            until("an answer", async () => {
              const outcome = await merge("bot", pull);
              return outcome.kind === "checking" ? undefined : outcome.kind === "blocked" ? outcome.message : outcome.kind;
            });
          expect(await words()).toBe("Not all required status checks successful");
          await as("bot").setStatus(repository, pull.head.sha, { context: "anchorwatch/plan", state: "success", description: "as planned" });
          expect(await words()).toBe("Does not have enough approvals");
          await rest("writer", "POST", `/pulls/${pull.number}/reviews`, { event: "APPROVED", body: "", commit_id: pull.head.sha });
          expect(await words()).toBe("merged");
        } finally {
          await rest("admin", "DELETE", "/branch_protections/main", {});
        }
      }, 30_000);
    });

    describe("reviews", () => {
      it("bind to a commit and are stale when the head moves", async () => {
        const { pull, path } = await open();
        const review = { event: "APPROVED", body: "good", commit_id: pull.head.sha };
        expect((await rest("writer", "POST", `/pulls/${pull.number}/reviews`, review)).status).toBe(200);
        expect(await as("bot").reviews(repository, pull.number)).toMatchObject([
          { author: { login: under.logins.writer }, state: "APPROVED", commit: pull.head.sha, stale: false, official: true, dismissed: false },
        ]);
        await write("writer", pull.head.ref, `${path}.2`, "more\n");
        const stale = await until("stale", async () => (await as("bot").reviews(repository, pull.number)).find((one) => one.stale));
        expect(stale.commit).toBe(pull.head.sha);
      });

      it("are official from writers only, and one person's newest verdict takes the place of the older", async () => {
        const { pull } = await open();
        for (const role of ["reader", "writer"] as const)
          await rest(role, "POST", `/pulls/${pull.number}/reviews`, { event: "APPROVED", body: "", commit_id: pull.head.sha });
        await rest("writer", "POST", `/pulls/${pull.number}/reviews`, { event: "REQUEST_CHANGES", body: "no", commit_id: pull.head.sha });
        expect((await as("bot").reviews(repository, pull.number)).map(({ state, official, dismissed }) => [state, official, dismissed])).toEqual([
          ["APPROVED", false, false],
          ["APPROVED", false, true],
          ["REQUEST_CHANGES", true, false],
        ]);
      });

      it("are refused to the author, on unknown commits and without words", async () => {
        const { pull } = await open();
        const post = async (role: Role, review: object): Promise<number> => (await rest(role, "POST", `/pulls/${pull.number}/reviews`, review)).status;
        expect(await post("bot", { event: "APPROVED", body: "" })).toBe(422);
        expect(await post("writer", { event: "APPROVED", body: "", commit_id: NO_COMMIT })).toBe(500);
        expect(await post("writer", { event: "COMMENT", body: "" })).toBe(422);
      });
    });

    describe("comments", () => {
      it("are listed whole and oldest first, with the same instant twice until they are edited", async () => {
        const { pull } = await open();
        const said = await as("writer").comment(repository, pull.number, "/approve");
        for (const number of Array.from({ length: 34 }, (_, index) => index)) await as("bot").comment(repository, pull.number, `said ${number}`);
        const all = await as("bot").comments(repository, pull.number);
        expect(all).toHaveLength(35);
        expect(all[0]).toEqual(said);
        expect(said).toMatchObject({ author: { login: under.logins.writer }, body: "/approve", updatedAt: said.createdAt });
        expect(said.createdAt % 1000).toBe(0);
      }, 30_000);

      it("can be changed by any writer while the author's name stays: a text proves nothing", async () => {
        const { pull } = await open();
        const said = await as("writer").comment(repository, pull.number, "looks fine");
        expect((await rest("bot", "PATCH", `/issues/comments/${said.id}`, { body: "/approve" })).status).toBe(200);
        expect(await as("bot").comments(repository, pull.number)).toMatchObject([{ id: said.id, author: { login: under.logins.writer }, body: "/approve" }]);
        expect((await rest("reader", "PATCH", `/issues/comments/${said.id}`, { body: "/reject" })).status).toBe(403);
      });

      it("are deleted as often as asked, and accepted on what is merged", async () => {
        const { pull } = await open();
        await merged(pull);
        const said = await as("bot").comment(repository, pull.number, "done");
        await as("bot").deleteComment(repository, said.id);
        await as("bot").deleteComment(repository, said.id);
        expect(await as("bot").comments(repository, pull.number)).toEqual([]);
      });

      it("take a reaction once per person", async () => {
        const { pull } = await open();
        const said = await as("writer").comment(repository, pull.number, "/approve");
        expect(await as("bot").reactions(repository, said.id)).toEqual([]);
        await as("bot").react(repository, said.id, "eyes");
        await as("bot").react(repository, said.id, "eyes");
        expect(await as("bot").reactions(repository, said.id)).toEqual([{ author: await as("bot").whoAmI(), reaction: "eyes" }]);
      });
    });

    describe("issues", () => {
      it("carry a label that is made when it is missing, and are found by it", async () => {
        const label = `anchorwatch-${Date.now()}`;
        expect(await as("bot").issues(repository, label)).toEqual([]);
        const first = await as("bot").openIssue(repository, { title: "One", body: "first", label });
        const second = await as("bot").openIssue(repository, { title: "Two", body: "second", label });
        await as("writer").openIssue(repository, { title: "Not ours", body: "", label });
        await as("bot").closeIssue(repository, first.number);
        const author = await as("bot").whoAmI();
        expect(await as("bot").issues(repository, label)).toEqual([
          { number: second.number, author, body: "second", state: "open" },
          { number: first.number, author, body: "first", state: "closed" },
        ]);
        await as("bot").editIssue(repository, first.number, { title: "Three", body: "anew" });
        expect((await as("bot").issues(repository, label))[1]).toEqual({ number: first.number, author, body: "anew", state: "closed" });
      });
    });
  });
}
