/** Gitea's deliveries as an attacker, a retry or an odd push would send them: each is answered, and nothing begins that nobody asked for. */
import { createHmac } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { serveComments } from "../../../functions/approval-comment.ts";
import { servePush } from "../../../functions/gitea-push.ts";
import { decideStart } from "../../../functions/core/engine/decide.ts";
import { incidentRun, repositoryRun, repositoryRunId } from "../../../functions/core/engine/start.ts";
import type { CompiledPipeline } from "../../../functions/core/records/pipeline.ts";
import { giteaSignature } from "../../../functions/core/shell/authenticate.ts";
import { contextOf, createRun } from "../../../functions/core/shell/runs.ts";
import { createApp } from "../../../functions/core/shell/serve.ts";
import { parseWorkflow } from "../../../functions/core/workflow/parse.ts";
import { aShell, type Bench, NOW } from "../shell/a-shell.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const REPOSITORY = { id: 7, name: "home/gitops", defaultBranch: "main" };
const RUN = "run-of-the-shop";
const ZEROS = "0".repeat(40);
const ADA = { id: 3, login: "ada" };

const PIPELINE = compiledOf(`name: shop\non: { alert: { alertname: A } }\nsteps:\n  - { id: find, tool: find_problems }\n`);

function compiledOf(text: string): CompiledPipeline {
  const parsed = parseWorkflow(text, "shop.yaml", { tools: ["find_problems"] });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.pipeline;
}

let bench: Bench;
let apps: Readonly<Record<"push" | "comments", ReturnType<typeof createApp>>>;

beforeEach(async () => {
  bench = aShell();
  const given = { shell: bench.shell, authenticate: giteaSignature([SECRET]), repositories: [REPOSITORY] };
  apps = { push: servePush(createApp(), given), comments: serveComments(createApp(), given) };
  const runId = repositoryRunId(REPOSITORY);
  const context = await contextOf(bench.shell, runId);
  await createRun(bench.shell, runId, decideStart(repositoryRun(REPOSITORY, "main", context), context));
  const alert = { status: "firing" as const, labels: { alertname: "A" }, annotations: {}, startsAt: NOW, fingerprint: "f" };
  const start = { pipeline: PIPELINE, pipelineCommit: "e".repeat(40), repository: REPOSITORY, baseRef: "main", incidentKey: "incident", alerts: [alert] };
  const at = await contextOf(bench.shell, RUN);
  await createRun(bench.shell, RUN, decideStart(incidentRun(start, at), at));
});

async function send(app: keyof typeof apps, body: string, headers: Record<string, string> = {}): Promise<number> {
  const signed = createHmac("sha256", SECRET).update(body).digest("hex");
  const all = { "content-type": "application/json", "x-gitea-signature": signed, "x-gitea-delivery": "b1946ac9-2", ...headers };
  return (await apps[app].request("/", { method: "POST", headers: all, body })).status;
}

const repository = { id: 7, full_name: "home/gitops" };
const push = (fields: object): string => JSON.stringify({ ref: "refs/heads/main", after: "a".repeat(40), repository, ...fields });
const comment = (fields: object = {}): string =>
  JSON.stringify({
    action: "created",
    issue: { number: 1 },
    comment: { id: 11, user: ADA, body: "/approve", created_at: "2026-11-25T10:00:00Z" },
    pull_request: { number: 1, head: { ref: `anchorwatch/${RUN}-1`, sha: "b".repeat(40) }, base: { ref: "main" } },
    is_pull: true,
    repository,
    sender: ADA,
    ...fields,
  });
const recorded = async (): Promise<number> => (await bench.shell.store.list("Approval")).items.length;
const runs = async (): Promise<string> => JSON.stringify((await bench.shell.store.list("Run")).items.map(({ name, version }) => [name, version]));

describe("a comment's delivery", () => {
  it("that comes ten times at once is one statement, and each is answered 202 (safety W6)", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => send("comments", comment())));
    expect(answers).toEqual(answers.map(() => 202));
    const run = (await bench.shell.store.read("Run", RUN))?.record;
    expect([await recorded(), run?.noted.length, run?.outbox.filter(({ type }) => type.endsWith("judgement.requested")).length]).toEqual([1, 1, 1]);
  });

  it("is what its body says, whatever its unsigned headers call it (safety W7, W8, A34)", async () => {
    expect(await send("comments", comment({ comment: undefined }), { "x-gitea-event": "issue_comment" })).toBe(202);
    expect(await recorded()).toBe(0);
    for (const type of ["push", "pull_request_review_comment", "pull_request_comment", ""]) {
      expect(await send("comments", comment(), { "x-gitea-event": type, "x-gitea-event-type": type })).toBe(202);
    }
    expect(await recorded()).toBe(1);
    expect(await send("push", comment())).toBe(422);
  });

  it("of an edit, a deletion or another sender than its author is no statement (safety A14, A15)", async () => {
    for (const fields of [{ action: "edited" }, { action: "deleted" }, { action: undefined }, { sender: { id: 4, login: "ben" } }])
      expect(await send("comments", comment(fields))).toBe(202);
    expect(await recorded()).toBe(0);
  });

  it("of a repository that is not in the list, or of another one by its name or number, is left alone and noted (safety W15)", async () => {
    const before = await runs();
    for (const other of [
      { id: 8, full_name: "home/gitops" },
      { id: 7, full_name: "mallory/gitops" },
      { id: 9, full_name: "home/other" },
    ]) {
      expect(await send("comments", comment({ repository: other }))).toBe(202);
      if (other.id !== 7) expect(await send("push", push({ repository: other }))).toBe(202);
    }
    expect([await recorded(), await runs()]).toEqual([0, before]);
    expect(bench.logged.join("\n")).toContain("repository 8 is not watched");
  });

  it.each<[what: string, body: string, status: number, verb: string | undefined]>([
    ["the same key twice, of which the last counts", comment().replace('"action":"created"', '"action":"created","action":"edited"'), 202, undefined],
    ["a number beyond all", comment().replace('"number":1', '"number":1e400'), 422, undefined],
    ["half a character in its command", comment().replace("/approve", "/approve \\ud800"), 202, "unknown"],
    ["a number for its text", comment({ comment: { id: 11, user: ADA, body: 5, created_at: "2026-11-25T10:00:00Z" } }), 422, undefined],
    ["nobody as its author", comment({ comment: { id: 11, user: null, body: "/approve", created_at: "2026-11-25T10:00:00Z" } }), 422, undefined],
  ])("with %s (safety W12)", async (_what, body, status, verb) => {
    expect(await send("comments", body)).toBe(status);
    expect((await bench.shell.store.list("Approval")).items[0]?.record.verb).toBe(verb);
  });
});

describe("a push's delivery", () => {
  it.each([
    ["another branch", { ref: "refs/heads/feature/x" }],
    ["another branch that is deleted", { ref: "refs/heads/feature/x", after: ZEROS }],
    ["a tag", { ref: "refs/tags/main" }],
    ["a tag that is deleted", { ref: "refs/tags/v1", after: ZEROS }],
    ["a ref of a pull request", { ref: "refs/pull/1/head" }],
  ])("of %s begins and hurries nothing (safety W17, F4)", async (_what, fields) => {
    const before = await runs();
    expect(await send("push", push(fields))).toBe(202);
    expect(await runs()).toBe(before);
  });

  it.each([
    ["deleted", { after: ZEROS }],
    ["pushed with force", { forced: true, before: "c".repeat(40) }],
  ])("of the default branch that was %s makes its reading due, and starts no run (safety W17)", async (_what, fields) => {
    expect(await send("push", push(fields))).toBe(202);
    expect((await bench.shell.store.list("Run")).items).toHaveLength(2);
  });
});
