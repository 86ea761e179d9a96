/** Workflow files: what stands on the default branch is in force, and nothing else. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { createMemoryStore } from "../../../functions/core/adapters/memory/memory-store.ts";
import { createMemorySwitch } from "../../../functions/core/adapters/memory/memory-switch.ts";
import { repositoryRun } from "../../../functions/core/engine/start.ts";
import { readPolicy } from "../../../functions/core/judgement/read-policy.ts";
import type { Pipeline } from "../../../functions/core/records/pipeline.ts";
import type { Shell } from "../../../functions/core/shell/shell.ts";
import { giteaPush, type PushDeps } from "../../../functions/gitea-push.ts";
import { aRepository, type TestRepository } from "../tools/a-repository.ts";

const REPOSITORY = { id: 7, name: "home/gitops" };
const NOW = 1_800_000_000_000;

function workflow(name: string, tool = "find_problems"): string {
  return `name: ${name}\non: { alert: { alertname: A } }\nsteps:\n  - { id: find, tool: ${tool} }\n`;
}

let repository: TestRepository;
let statuses: { state: string; description: string }[];
let store: ReturnType<typeof createMemoryStore>;

beforeEach(() => {
  repository = aRepository();
  statuses = [];
  store = createMemoryStore();
});
afterEach(() => repository.remove());

async function load(): Promise<void> {
  const clock = { now: () => NOW, after: () => () => undefined };
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const shell: Shell = {
    store,
    clock,
    switch: createMemorySwitch(clock),
    events: { post: () => Promise.resolve() },
    log: quiet,
    minuteMs: 60_000,
    holder: "test",
  };
  const forge: PushDeps["forge"] = {
    setStatus: (_repository, _commit, { state, description }) => {
      statuses.push({ state, description });
      return Promise.resolve();
    },
  };
  const run = repositoryRun(REPOSITORY, "main", { runId: "r", now: NOW, minuteMs: 60_000, stoodStillMs: 0 });
  const effect = {
    id: "e",
    runId: "r",
    data: { repository: REPOSITORY },
    run,
    now: NOW,
    minuteMs: 60_000,
    signal: AbortSignal.timeout(10_000),
    guard: () => Promise.resolve(),
  };
  await giteaPush.handle(effect, { shell, git: repository.git, forge, tools: ["find_problems"] });
}

async function inForce(): Promise<readonly Pipeline[]> {
  return (await store.list("Pipeline")).items.map(({ record }) => record).filter(({ compiled }) => compiled !== undefined);
}

it("takes a file that was deleted out of force", async () => {
  repository.commit("Two", { ".anchorwatch/pipelines/one.yaml": workflow("one"), ".anchorwatch/pipelines/two.yaml": workflow("two") });
  await load();
  repository.commit("One", { ".anchorwatch/pipelines/two.yaml": undefined });
  await load();
  expect((await inForce()).map(({ compiled }) => compiled?.name)).toEqual(["one"]);
  expect(statuses.at(-1)).toEqual({ state: "success", description: "1 workflow file in force" });
});

it("refuses the second file of one name, by its path", async () => {
  repository.commit("Twice", { ".anchorwatch/pipelines/one.yaml": workflow("one"), ".anchorwatch/pipelines/one.yml": workflow("one") });
  await load();
  expect((await inForce()).map(({ source }) => source.path)).toEqual([".anchorwatch/pipelines/one.yaml"]);
  expect(statuses.at(-1)).toMatchObject({
    state: "failure",
    description: expect.stringMatching(/^\.anchorwatch\/pipelines\/one\.yml:1:1: .*one\.yaml/) as string,
  });
});

it("leaves a name with the file that has it, whatever the paths", async () => {
  repository.commit("One", { ".anchorwatch/pipelines/one.yml": workflow("one") });
  await load();
  repository.commit("Copied", { ".anchorwatch/pipelines/one.yaml": workflow("one") });
  await load();
  expect((await inForce()).map(({ source }) => source.path)).toEqual([".anchorwatch/pipelines/one.yml"]);
  expect(statuses.at(-1)?.description).toMatch(/^\.anchorwatch\/pipelines\/one\.yaml:1:1: .*one\.yml/);
});

it("leaves a command with the file that has it, and says where the other one has it", async () => {
  const command = (name: string): string => workflow(name).replace("alert: { alertname: A }", "comment: { command: /look }");
  repository.commit("Two", { ".anchorwatch/pipelines/two.yaml": command("two") });
  await load();
  repository.commit("One", { ".anchorwatch/pipelines/one.yaml": command("one") });
  await load();
  expect((await inForce()).map(({ source }) => source.path)).toEqual([".anchorwatch/pipelines/two.yaml"]);
  const problem = ".anchorwatch/pipelines/one.yaml:2:27: .anchorwatch/pipelines/two.yaml has the command `/look` already";
  expect(statuses.at(-1)).toEqual({ state: "failure", description: problem });
  repository.commit("Moved", { ".anchorwatch/pipelines/two.yaml": undefined });
  await load();
  expect((await inForce()).map(({ source }) => source.path)).toEqual([".anchorwatch/pipelines/one.yaml"]);
});

it("follows a file that is moved, in one reading", async () => {
  repository.commit("One", { ".anchorwatch/pipelines/one.yml": workflow("one") });
  await load();
  repository.commit("Moved", { ".anchorwatch/pipelines/one.yml": undefined, ".anchorwatch/pipelines/one.yaml": workflow("one") });
  await load();
  expect((await inForce()).map(({ source }) => source.path)).toEqual([".anchorwatch/pipelines/one.yaml"]);
  expect(statuses.at(-1)?.state).toBe("success");
});

it("keeps the last good version of a file that does not validate, and says where", async () => {
  repository.commit("Good", { ".anchorwatch/pipelines/one.yaml": workflow("one") });
  await load();
  repository.commit("Bad", { ".anchorwatch/pipelines/one.yaml": workflow("one", "find_problem") });
  await load();
  const [kept] = await inForce();
  expect(kept).toMatchObject({ valid: false, compiled: { steps: [{ tool: "find_problems" }] } });
  expect(statuses.at(-1)?.description).toMatch(/^\.anchorwatch\/pipelines\/one\.yaml:4:\d+: there is no tool/);
});

it("names a file whose path is too long for a record, and reads the others all the same", async () => {
  const long = `.anchorwatch/pipelines/${"folder-of-many-words/".repeat(26)}one.yaml`;
  repository.commit("Long", { [long]: workflow("long"), ".anchorwatch/pipelines/one.yaml": workflow("one") });
  await load();
  expect((await inForce()).map(({ compiled }) => compiled?.name)).toEqual(["one"]);
  expect(statuses.at(-1)).toMatchObject({ state: "failure", description: expect.stringContaining("longer than 512 characters") as string });
});

it("keeps the last good ignore rules of a file that is broken, and says where; a deleted one ignores nothing", async () => {
  const path = ".anchorwatch/ignore.yaml";
  const rules = async (): Promise<unknown> => (await store.list("Pipeline")).items.flatMap(({ record }) => record.ignores ?? []).map(({ reason }) => reason);
  repository.commit("Ignore", { [path]: 'ignore:\n  - { match: { namespace: lab }, reason: a playground, until: "2999-01-01" }\n' });
  await load();
  expect(await rules()).toEqual(["a playground"]);
  repository.commit("Typo", { [path]: 'ignore:\n  - { match: { namespace: lab }, reson: a playground, until: "2999-01-01" }\n' });
  await load();
  expect([await rules(), statuses.at(-1)?.state]).toEqual([["a playground"], "failure"]);
  expect(statuses.at(-1)?.description).toMatch(/^\.anchorwatch\/ignore\.yaml:2:\d+: /);
  repository.commit("Nothing", { [path]: undefined, "README.md": "hello\n" });
  await load();
  expect(await rules()).toEqual([]);
});

it("loads nothing from a branch beside the default one, nor from a pull request's ref (safety F4, F5)", async () => {
  repository.commit("One", { ".anchorwatch/pipelines/one.yaml": workflow("one") });
  repository.run("checkout", "--quiet", "-b", "feature/x");
  repository.commit("Evil", { ".anchorwatch/pipelines/evil.yaml": workflow("evil"), ".anchorwatch/pipelines/one.yaml": workflow("renamed") });
  repository.run("update-ref", "refs/pull/1/head", "HEAD");
  repository.run("checkout", "--quiet", "main");
  await load();
  expect((await inForce()).map(({ compiled }) => compiled?.name)).toEqual(["one"]);
});

it("does without effects, and says where, while the policy on the default branch is not valid (safety F3)", async () => {
  const policy = ".anchorwatch/policy.yaml";
  repository.commit("Policy", { [policy]: "mode: act\n" });
  expect(await readPolicy(repository.git, REPOSITORY, "main")).toMatchObject({ mode: "act" });
  repository.commit("Typo", { [policy]: "mode: propose\napprover: []\n" });
  await expect(readPolicy(repository.git, REPOSITORY, "main")).rejects.toThrow(
    /^the policy is not valid, so nothing is done: \.anchorwatch\/policy\.yaml:2:11: /,
  );
});
