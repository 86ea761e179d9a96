/** From an empty Gitea to a fix, set up by `init` alone: two repositories in one process, and a team of approvers of which only its members are told. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createGit } from "../../functions/core/adapters/git/git.ts";
import { createWallClock } from "../../functions/core/adapters/wall-clock.ts";
import { readSettings, type Settings } from "../../functions/core/boot/settings.ts";
import { openInstallation } from "../../functions/core/boot/setup/installation.ts";
import { checkPieces, makePieces, undoPieces } from "../../functions/core/boot/setup/run-setup.ts";
import { crashLoop } from "../../functions/core/local/scenarios/crash-loop.ts";
import { SHOP_FILE } from "../../functions/core/local/scenarios/home.ts";
import { numberAt, textAt } from "../../functions/core/records/read-object.ts";
import { type GiteaServer, startGiteaServer } from "../servers/gitea-server.ts";
import { describeWith, findServer, freePort } from "../servers/find-server.ts";
import { flowOver, type StoryFlow, untilOver, untilProposed } from "../flows/flow.ts";
import { type OpenedCluster, openLocalCluster } from "./open-local-cluster.ts";
import { pushFiles } from "./gitea-flow.ts";
import { openSetUp, type SetUp } from "./open-set-up.ts";

const APPS = "home/apps";
const GITOPS = "home/gitops";
const MINUTE_MS = 2_000;

describeWith("gitea", findServer(process.env, "gitea"), (binary) => {
  let server: GiteaServer;
  let directory: string;
  let settings: Settings;
  let cluster: OpenedCluster;
  let local: SetUp | undefined;
  let flow: StoryFlow;
  const tokens = new Map<string, string>();
  const clock = createWallClock();

  const call = async (method: string, path: string, body?: object, login?: string): Promise<unknown> => {
    const { status, json } = await server.call(method, path, body, login === undefined ? undefined : tokens.get(login));
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  };
  const installation = (): ReturnType<typeof openInstallation> => openInstallation({ settings, adminToken: server.adminToken, approvers: ["home/ops"] });
  const push = async (repository: string, login: string, files: Readonly<Record<string, string | undefined>>): Promise<string> => {
    const { id } = (await call("GET", `/repos/${repository}`)) as { id: number };
    const at = { server, repository: { id, name: repository, defaultBranch: "main" }, token: tokens.get(login) ?? "" };
    return await pushFiles(at, { branch: "main", message: `${login}: ${Object.keys(files)[0] ?? ""}`, files });
  };

  beforeAll(async () => {
    server = await startGiteaServer(binary);
    for (const login of ["ada", "ben"]) tokens.set(login, await server.account(login, ["write:repository", "write:issue", "read:user"]));
    await call("POST", "/orgs", { username: "home" });
    for (const name of [GITOPS, APPS]) {
      await call("POST", "/orgs/home/repos", { name: name.split("/")[1], private: true, auto_init: true, default_branch: "main" });
      for (const login of ["ada", "ben"]) await call("PUT", `/repos/${name}/collaborators/${login}`, { permission: "write" });
    }
    const team = await call("POST", "/orgs/home/teams", { name: "ops", permission: "read", units: ["repo.code", "repo.pulls"] });
    await call("PUT", `/teams/${numberAt(team, "id")}/members/ada`);
    directory = mkdtempSync(join(tmpdir(), "anchorwatch-two-"));
    const port = await freePort();
    writeFileSync(
      join(directory, "anchorwatch.yaml"),
      `gitea:\n  url: ${server.baseUrl}\n  repositories:\n    - { name: ${GITOPS} }\n    - { name: ${APPS}, paths: ["apps/**"] }\naddress: http://127.0.0.1:${port}\nlisten: { port: ${port} }\ncluster: none\n`,
    );
    settings = readSettings(join(directory, "anchorwatch.yaml"));
  });
  afterAll(async () => {
    await local?.close();
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function open(): Promise<void> {
    const git = createGit({
      directory: join(directory, "argocd"),
      urlOf: ({ name }) => `${server.baseUrl.replace("//", `//ada:${tokens.get("ada")}@`)}/${name}.git`,
    });
    const ids = new Map<string, number>();
    for (const name of [GITOPS, APPS]) ids.set(name, numberAt(await call("GET", `/repos/${name}`), "id") ?? 0);
    const applications = crashLoop.applications.map(({ spec, ...app }) => {
      const name = app.metadata.name === "shop" ? APPS : GITOPS;
      return { ...app, spec: { ...Object(spec), source: { ...Object((spec as { source: object }).source), repoURL: `${server.baseUrl}/${name}.git` } } };
    });
    const repositoryOf = (url: string): { id: number; name: string } => {
      const name = url.endsWith(`/${APPS}.git`) ? APPS : GITOPS;
      return { id: ids.get(name) ?? 0, name };
    };
    cluster = openLocalCluster({ clock, minuteMs: MINUTE_MS, git, repositoryOf, applications });
    local = await openSetUp(settings, cluster, { clock, minuteMs: MINUTE_MS });
    const { process } = local;
    flow = flowOver({
      world: cluster,
      store: process.shell.store,
      clock,
      api: async (login, method, path, body) => await server.call(method, `/repos/${APPS}${path}`, body, tokens.get(login)),
      front: process.front,
      alertmanagerToken: readFileSync(join(settings.secrets, "alertmanager-token"), "utf8").trim(),
      patienceMs: 120_000,
      git: () => process.world.outside.git(),
      repository: repositoryOf(`/${APPS}.git`),
      start: () => process.start(),
      push: (login, { files }) => push(APPS, login, files),
      ledger: () => [],
    });
  }

  it("sets up both, finds both complete, and reads the workflows of both once a person has merged them", async () => {
    for await (const _ of makePieces(await installation(), { dryRun: false }));
    for await (const { name, what } of checkPieces(await installation())) expect([name, what]).toEqual([name, "there"]);
    await open();
    await flow.start();
    for (const name of [GITOPS, APPS]) {
      const pull = numberAt(await call("GET", `/repos/${name}/pulls?state=open`), 0, "number");
      await call("POST", `/repos/${name}/pulls/${pull}/merge`, { Do: "merge" });
      const status = async (): Promise<string | undefined> => textAt(await call("GET", `/repos/${name}/commits/main/status`), "statuses", 0, "description");
      await expect.poll(status, { timeout: 30_000 }).toBe("1 workflow file in force");
    }
  });

  it("starts nothing for branches, tags, deletions, and a repository that is not in the list (safety W15, W17)", async () => {
    const arrived = async (): Promise<number> => numberAt(await (await fetch(`${settings.address}/arrivals`)).json(), "gitea-push") ?? 0;
    const secret = readFileSync(join(settings.secrets, "webhook-secret"), "utf8").trim();
    await call("POST", "/orgs/home/repos", { name: "other", private: true, auto_init: true, default_branch: "main" });
    const hook = { type: "gitea", active: true, events: ["push"], config: { url: `${settings.address}/gitea-push`, content_type: "json", secret } };
    await call("POST", "/repos/home/other/hooks", hook);
    const before = await arrived();
    const runs = async (): Promise<number> => ((await local?.process.shell.store.list("Run"))?.items ?? []).length;
    const known = await runs();
    await call("POST", `/repos/${APPS}/branches`, { new_branch_name: "feature/x", old_ref_name: "main" });
    await call("DELETE", `/repos/${APPS}/branches/${encodeURIComponent("feature/x")}`);
    await call("POST", `/repos/${APPS}/tags`, { tag_name: "v1" });
    await call("DELETE", `/repos/${APPS}/tags/v1`);
    await call("POST", "/repos/home/other/contents/README-2.md", { content: "aGk=", message: "hi", branch: "main" });
    await expect.poll(arrived, { timeout: 30_000 }).toBeGreaterThanOrEqual(before + 3);
    expect([await runs(), (await fetch(`${settings.address}/healthz`)).status]).toEqual([known, 204]);
  });

  it("fixes an app in the repository that it comes from, by the yes of a member of the team, and of nobody else", async () => {
    const [healthy] = crashLoop.healthy;
    const shop = healthy?.push.files[SHOP_FILE];
    await push(APPS, "ben", { [SHOP_FILE]: shop, "apps/shop/service.yaml": healthy?.push.files["apps/shop/service.yaml"] });
    await push(GITOPS, "ben", { "apps/blog/deployment.yaml": healthy?.push.files["apps/blog/deployment.yaml"] });
    await cluster.gitops.tick();
    await expect
      .poll(async () => JSON.stringify(await cluster.gitops.applications()).match(/"status":"Healthy"/g)?.length, { timeout: 30_000 })
      .toBeGreaterThan(1);
    await flow.aSecondLater();
    await push(APPS, "ben", { [SHOP_FILE]: crashLoop.breaking.push.files[SHOP_FILE] });
    await cluster.gitops.tick();
    await expect.poll(() => flow.alert(), { timeout: 60_000 }).toBe(202);
    await expect.poll(async () => (await flow.run()) !== undefined || (await flow.alert()) === 0, { timeout: 60_000 }).toBe(true);

    const number = await untilProposed(flow);
    expect((await flow.run())?.changes).toMatchObject([{ repository: { name: APPS } }]);
    expect(await flow.comment("ben", number, "/approve")).toBe(201);
    const said = async (): Promise<string> => JSON.stringify(await call("GET", `/repos/${APPS}/issues/${number}/comments`));
    await expect.poll(said, { timeout: 30_000 }).toContain("the policy names other people as the approvers of these files");
    expect(await flow.comment("ada", number, "/approve")).toBe(201);
    const run = await untilOver(flow);
    expect(run.changes.map(({ state }) => state)).toEqual(["verified"]);
    expect(await flow.file(SHOP_FILE)).toBe(shop);
    expect(await call("GET", `/repos/${GITOPS}/pulls?state=open`)).toEqual([]);
  }, 180_000);

  it("takes all of it away again from both", async () => {
    for await (const _ of undoPieces(await installation(), { dryRun: false }));
    for (const name of [GITOPS, APPS])
      expect([await call("GET", `/repos/${name}/hooks`), await call("GET", `/repos/${name}/branch_protections`)]).toEqual([[], []]);
    expect(await call("GET", "/users/search?q=anchorwatch")).toMatchObject({ data: [] });
  });
});
