/** Two repositories in one process: the cluster's with the workflows, and one for apps; where a fix goes is for the app's source to say. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { crashLoop, crashLoopTwoCommits } from "../../functions/core/local/scenarios/crash-loop.ts";
import { SHOP_FILE } from "../../functions/core/local/scenarios/home.ts";
import type { Scenario } from "../../functions/core/local/scenarios/scenario.ts";
import type { KubernetesObject } from "../../functions/core/records/kubernetes-object.ts";
import type { Run } from "../../functions/core/records/run.ts";
import { breakAndAlert, type Flow, type FlowOptions, openFlow, untilOver } from "./flow.ts";

const APPS = "home/apps";
const WORKFLOWS = ".anchorwatch/pipelines/";
/** Who may approve there is not who may approve in the other one. */
const POLICY = "mode: propose\napprovers:\n  - { users: [ben] }\n";

let flow: Flow;
beforeEach(() => {
  flow = undefined as unknown as Flow;
});
afterEach(() => flow.close());

/** The same story, the shop coming from the other repository. */
function elsewhere({ spec, ...app }: KubernetesObject): KubernetesObject {
  const { source } = spec as { source: object };
  return { ...app, spec: { ...Object(spec), source: { ...source, repoURL: `ssh://git@gitea.example:2222/${APPS}.git` } } };
}

function storyOf(scenario: Scenario): Scenario {
  return { ...scenario, applications: scenario.applications.map((app) => (app.metadata.name === "shop" ? elsewhere(app) : app)) };
}

async function openTwo(scenario: Scenario, world: FlowOptions["world"] = {}): Promise<void> {
  const story = storyOf(scenario);
  flow = await openFlow({ scenario: story, world: { ...world, forge: { others: [APPS] } } });
  const [, apps] = flow.local.world.forge.all;
  // The shop's files go where the shop comes from, everything else stays with the cluster.
  const push: Flow["push"] = async (login, { files, ...rest }) => {
    const isApps = ([path]: [string, unknown]): boolean => path.startsWith("apps/shop/");
    const theirs = Object.fromEntries(Object.entries(files).filter(isApps));
    const ours = Object.fromEntries(Object.entries(files).filter((entry) => !isApps(entry)));
    const policy = Object.keys(ours).some((path) => path.startsWith(WORKFLOWS)) ? { ".anchorwatch/policy.yaml": POLICY } : {};
    let last = "";
    if (Object.keys(theirs).length > 0) last = (await apps?.push(login, { ...rest, files: { ...theirs, ...policy } })) ?? "";
    if (Object.keys(ours).length > 0) last = await flow.local.world.forge.push(login, { ...rest, files: ours });
    return last;
  };
  await breakAndAlert({ ...flow, push }, story);
}

async function say(login: string, repository: string, number: number): Promise<void> {
  expect((await flow.api(login, "POST", `/repos/${repository}/issues/${number}/comments`, { body: "/approve" })).status).toBe(201);
}

function said(words: RegExp): boolean {
  return flow.ledger("POST /comments").some(({ details }) => words.test(String(details["body"])));
}

async function untilSaid(words: RegExp): Promise<void> {
  await expect.poll(() => said(words), { timeout: 20_000 }).toBe(true);
}

async function openThreads(repository: string): Promise<readonly string[]> {
  const { json } = await flow.api("ada", "GET", `/repos/${repository}/issues?state=all&type=issues`);
  return (json as { body: string }[]).map(({ body }) => body);
}

const tip = (): readonly (string | undefined)[] => flow.local.world.forge.all.map((repository) => repository.tip("main"));

it("proposes in the repository that the app comes from, by its own policy, and proves it there", async () => {
  await openTwo(crashLoop);
  const { pullRequest, repository, branch } = await flow.untilChange(1, "proposed");
  expect([repository.name, pullRequest]).toEqual([APPS, 1]);
  await flow.aSecondLater();
  const before = tip();
  await say("ada", APPS, 1);
  await untilSaid(/the policy names other people as the approvers/);
  expect(tip()).toEqual(before);
  await say("ben", APPS, 1);
  const run: Run = await untilOver(flow);
  expect(run.changes.map(({ state }) => state)).toEqual(["verified"]);
  expect([tip()[0], tip()[1] === before[1]]).toEqual([before[0], false]);
  expect(await openThreads("home/gitops")).toEqual([]);
  expect((await flow.api("ada", "GET", `/repos/home/gitops/branches/${encodeURIComponent(branch)}`)).status).toBe(404);
});

it("counts no yes at another repository's pull request of that number, from a branch of that name (safety A28, T12)", async () => {
  await openTwo(crashLoop);
  const { branch } = await flow.untilChange(1, "proposed");
  expect((await flow.api("ben", "POST", "/branches", { new_branch_name: branch, old_ref_name: "main" })).status).toBe(201);
  await flow.push("ben", { branch, message: "the same name", files: { "docs/other.md": "other\n" } });
  // Even where our own account opened it.
  const twin = await flow.api("anchorwatch", "POST", "/pulls", { title: "Twin", body: "", head: branch, base: "main" });
  expect(twin).toMatchObject({ status: 201, json: { number: 1 } });
  await flow.aSecondLater();
  const before = tip();
  await say("ada", "home/gitops", 1);
  await untilSaid(/this pull request is not one of mine/);
  expect([tip(), (await flow.run())?.changes[0]?.state]).toEqual([before, "proposed"]);
  await say("ben", APPS, 1);
  expect((await untilOver(flow)).changes.map(({ state }) => state)).toEqual(["verified"]);
  expect([tip()[0], tip()[1] === before[1]]).toEqual([before[0], false]);
});

it("opens the issue in the repository of the app where there is no one fix", async () => {
  await openTwo(crashLoopTwoCommits);
  const run = await flow.until("an issue", ({ thread }) => thread !== undefined);
  expect(run.thread).toMatchObject({ kind: "issue", repository: { name: APPS } });
  expect(await openThreads("home/gitops")).toEqual([]);
  expect(await openThreads(APPS)).toHaveLength(1);
});

it("changes nothing outside of the installation's own list of paths, whatever the repository's policy says, and tells which file", async () => {
  await openTwo(crashLoop, { allowed: { [APPS]: { paths: ["clusters/**", "apps/*/service.yaml"] } } });
  const run = await untilOver(flow);
  const words = `${SHOP_FILE} is outside of what I may change in ${APPS}: anchorwatch.yaml allows clusters/**, apps/*/service.yaml`;
  expect(run.changes).toMatchObject([{ state: "failed", reason: words }]);
  expect((await openThreads(APPS)).join("\n")).toContain(words.split(":")[0]);
  expect(flow.ledger("POST /pulls")).toEqual([]);
});
