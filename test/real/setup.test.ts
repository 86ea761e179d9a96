/** Setting up on a real Gitea: made once, found complete, each missing piece named, and undone until the server answers as before. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { serve, type ServerType } from "@hono/node-server";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createGiteaForge } from "../../functions/core/adapters/gitea/forge.ts";
import { createWallClock } from "../../functions/core/adapters/wall-clock.ts";
import { countArrivals } from "../../functions/core/boot/arrivals.ts";
import { readSettings, type Settings } from "../../functions/core/boot/settings.ts";
import { fireDeliveries } from "../../functions/core/boot/setup/deliveries.ts";
import { type Installation, openInstallation } from "../../functions/core/boot/setup/installation.ts";
import { checkPieces, makePieces, type Told, undoPieces } from "../../functions/core/boot/setup/run-setup.ts";
import { SECRET_NAMES } from "../../functions/core/boot/setup/secrets-folder.ts";
import { numberAt, textAt } from "../../functions/core/records/read-object.ts";
import { giteaSignature } from "../../functions/core/shell/authenticate.ts";
import { startGitea } from "../contract/forge/real-gitea.ts";
import type { ForgeUnderTest } from "../contract/forge.suite.ts";
import { describeWith, findServer, freePort } from "../servers/find-server.ts";

const REPOSITORY = "/repos/home/gitops";

async function all(told: AsyncGenerator<Told>): Promise<Told[]> {
  const list: Told[] = [];
  for await (const one of told) list.push(one);
  return list;
}
const idOf = (list: unknown): number => numberAt(list, 0, "id") ?? 0;
const notThere = (list: readonly Told[]): string[] =>
  list.filter(({ what }) => what !== "there").map(({ name, what, words }) => [what, name, ...words].join(": "));

describeWith("gitea", findServer(process.env, "gitea"), (binary) => {
  let gitea: ForgeUnderTest;
  let directory: string;
  let settings: Settings;
  let port: number;

  beforeAll(async () => {
    gitea = await startGitea(binary);
    port = await freePort();
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "anchorwatch-setup-"));
    writeFileSync(
      join(directory, "anchorwatch.yaml"),
      `gitea:\n  url: ${gitea.baseUrl}\n  repositories: [{ name: home/gitops, paths: ["apps/**"] }]\naddress: http://127.0.0.1:${port}\n`,
    );
    settings = readSettings(join(directory, "anchorwatch.yaml"));
    return () => rmSync(directory, { recursive: true, force: true });
  });
  afterAll(() => gitea.close());

  const open = (): Promise<Installation> => openInstallation({ settings, adminToken: gitea.tokens.admin, approvers: ["alice"] });
  const call = async (token: string, method: string, path: string, body?: object): Promise<{ status: number; json: unknown }> => {
    const headers = { authorization: `token ${token}`, "content-type": "application/json" };
    const response = await fetch(`${gitea.baseUrl}/api/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await response.text();
    return { status: response.status, json: text === "" ? undefined : JSON.parse(text) };
  };
  const admin = (method: string, path: string, body?: object): ReturnType<typeof call> => call(gitea.tokens.admin, method, path, body);
  const secret = (name: string): string => readFileSync(join(settings.secrets, name), "utf8").trim();
  /** A commit on a branch, as somebody. @returns the status */
  const push = async (token: string, branch: string, path: string): Promise<number> =>
    (await call(token, "POST", `${REPOSITORY}/contents/${path}`, { branch, content: Buffer.from(path).toString("base64"), message: path })).status;
  /** What the server says of everything that init touches. */
  const picture = async (): Promise<object> => {
    const paths = [
      "/admin/users?limit=50",
      ...["", "/collaborators", "/hooks", "/labels", "/branch_protections", "/branches/main", "/pulls?state=open"].map((path) => REPOSITORY + path),
    ];
    const answers = await Promise.all(paths.map(async (path) => [path, (await admin("GET", path)).json] as const));
    // When it was changed last, and how much room Git takes, are no state.
    const text = JSON.stringify(Object.fromEntries(answers), (key, value: unknown) => (["updated_at", "size"].includes(key) ? undefined : value));
    return JSON.parse(text) as object;
  };

  it("makes all once, finds it complete, and takes it away until the server answers as before", async () => {
    const before = await picture();
    const dry = await all(makePieces(await open(), { dryRun: true }));
    expect(dry.map(({ what }) => what)).toEqual(dry.map(() => "would make"));
    expect(await picture()).toEqual(before);

    expect(new Set((await all(makePieces(await open(), { dryRun: false }))).map(({ what }) => what))).toEqual(new Set(["made"]));
    expect(notThere(await all(makePieces(await open(), { dryRun: false })))).toEqual([]);
    expect(notThere(await all(checkPieces(await open())))).toEqual([]);
    for (const name of SECRET_NAMES) expect(statSync(join(settings.secrets, name)).mode & 0o777).toBe(0o600);

    const pulls = (await admin("GET", `${REPOSITORY}/pulls?state=open`)).json;
    expect(pulls).toMatchObject([{ title: "Set up Anchorwatch", user: { login: "anchorwatch" } }]);
    const policy = await admin("GET", `${REPOSITORY}/contents/.anchorwatch/policy.yaml?ref=${encodeURIComponent("anchorwatch/onboarding")}`);
    expect(Buffer.from(textAt(policy.json, "content") ?? "", "base64").toString()).toMatch(
      /^mode: propose$[\s\S]*^paths:\n {2}- apps\/\*\*$[\s\S]*^approvers:\n {2}- users:\n {6}- alice$/m,
    );

    const undone = await all(undoPieces(await open(), { dryRun: true }));
    expect(new Set(undone.map(({ what }) => what))).toEqual(new Set(["would undo"]));
    const left = (await all(undoPieces(await open(), { dryRun: false }))).filter(({ what }) => what === "left");
    expect(left.map(({ words }) => words)).toEqual([["pull requests that were opened in home/gitops stay, closed"]]);
    expect(await picture()).toEqual(before);
  });

  it("puts the account that asks for rights into the teams that may approve, because nobody else is told who is in them", async () => {
    await admin("POST", "/orgs/home/teams", { name: "ops", permission: "write", units: ["repo.code", "repo.pulls"] });
    const teams = (await admin("GET", "/orgs/home/teams")).json as { id: number; name: string }[];
    const id = teams.find(({ name }) => name === "ops")?.id;
    const members = async (): Promise<unknown> => ((await admin("GET", `/teams/${id}/members`)).json as { login: string }[]).map(({ login }) => login);
    await admin("PUT", `/teams/${id}/members/alice`);
    const ofTeam = (): Promise<Installation> => openInstallation({ settings, adminToken: gitea.tokens.admin, approvers: ["home/ops"] });
    const asked = async (login: string): Promise<boolean | "hidden"> =>
      createGiteaForge({ baseUrl: gitea.baseUrl, token: secret("rights-token") }).isInTeam("home/ops", login);
    try {
      await all(makePieces(await open(), { dryRun: false }));
      expect(await asked("alice"), "without the team named").toBe("hidden");
      const dry = notThere(await all(makePieces(await ofTeam(), { dryRun: true })));
      expect(dry).toEqual([expect.stringMatching(/^would make: place in the team home\/ops: anchorwatch-rights joins it/)]);
      await all(makePieces(await ofTeam(), { dryRun: false }));
      expect([await asked("alice"), await asked("stan"), await members()]).toEqual([true, false, ["alice", "anchorwatch-rights"]]);

      await admin("DELETE", `/teams/${id}/members/anchorwatch-rights`);
      expect(notThere(await all(checkPieces(await open())))).toEqual(["missing: place in the team home/ops"]);
      await all(makePieces(await open(), { dryRun: false }));
      expect(notThere(await all(checkPieces(await open())))).toEqual([]);
    } finally {
      await all(undoPieces(await open(), { dryRun: false }));
      expect(await members()).toEqual(["alice"]);
      await admin("DELETE", `/teams/${id}`);
    }
  });

  it("names a team that is not there, and does not make its account an owner of the organization", async () => {
    const naming = (team: string): Promise<Installation> => openInstallation({ settings, adminToken: gitea.tokens.admin, approvers: [team] });
    try {
      await expect(all(makePieces(await naming("home/nobody"), { dryRun: false }))).rejects.toThrow("there is no team home/nobody");
      await expect(all(makePieces(await naming("home/Owners"), { dryRun: false }))).rejects.toThrow(/would own all of home/);
      expect(notThere(await all(checkPieces(await naming("home/nobody"))))).toEqual([expect.stringMatching(/^wrong: .*names the team home\/nobody/)]);
    } finally {
      await all(undoPieces(await open(), { dryRun: false }));
    }
  });

  it("lets everybody push and merge who could before, and our own accounts only what they need", async () => {
    await all(makePieces(await open(), { dryRun: false }));
    const name = Date.now().toString(36);
    // People, an administrator of the forge among them, go on as before.
    expect(await push(gitea.tokens.writer, "main", `docs/alice-${name}.md`)).toBe(201);
    expect(await push(gitea.tokens.bot, "main", `docs/renovate-${name}.md`)).toBe(201);
    expect(await push(gitea.tokens.admin, "main", `docs/admin-${name}.md`)).toBe(201);
    for (const role of ["proposer", "merger", "checks", "words", "rights"])
      expect(await push(secret(`${role}-token`), "main", `docs/${role}-${name}.md`)).toBe(403);

    const proposer = secret("proposer-token");
    await call(proposer, "POST", `${REPOSITORY}/branches`, { new_branch_name: `anchorwatch/${name}-1`, old_ref_name: "main" });
    expect(await push(proposer, `anchorwatch/${name}-1`, `apps/${name}.md`)).toBe(201);
    const pull = (await call(proposer, "POST", `${REPOSITORY}/pulls`, { title: name, base: "main", head: `anchorwatch/${name}-1` })).json;
    const merge = (token: string): Promise<{ status: number }> =>
      call(token, "POST", `${REPOSITORY}/pulls/${numberAt(pull, "number")}/merge`, { Do: "merge", head_commit_id: textAt(pull, "head", "sha") });
    for (const role of ["proposer", "checks", "words", "rights"]) expect([403, 405]).toContain((await merge(secret(`${role}-token`))).status);
    await expect.poll(async () => (await merge(secret("merger-token"))).status, { timeout: 10_000 }).toBe(200);
    // The one that may ask for rights can write nothing.
    expect((await call(secret("rights-token"), "GET", `${REPOSITORY}/collaborators/alice/permission`)).json).toMatchObject({ permission: "write" });
    expect((await call(secret("rights-token"), "POST", `${REPOSITORY}/issues`, { title: "x" })).status).toBe(403);
    expect((await call(secret("rights-token"), "DELETE", `${REPOSITORY}/collaborators/alice`)).status).toBe(403);
    await all(undoPieces(await open(), { dryRun: false }));
  });

  it("keeps a protection that asks for reviews and checks, and who is on its lists", async () => {
    const own = {
      rule_name: "main",
      enable_push: true,
      enable_push_whitelist: true,
      push_whitelist_usernames: ["awbot"],
      required_approvals: 1,
      enable_status_check: true,
      status_check_contexts: ["ci/*"],
    };
    await admin("POST", `${REPOSITORY}/branch_protections`, own);
    const before = await picture();
    const made = await all(makePieces(await open(), { dryRun: false }));
    expect(made.find(({ name }) => name.startsWith("protection"))).toMatchObject({ what: "mended" });
    const now = (await admin("GET", `${REPOSITORY}/branch_protections/main`)).json;
    expect(now).toMatchObject({ ...own, merge_whitelist_usernames: expect.arrayContaining(["alice", "anchorwatch-merge"]) });
    await all(undoPieces(await open(), { dryRun: false }));
    expect(await picture()).toEqual(before);
    await admin("DELETE", `${REPOSITORY}/branch_protections/main`);
  });

  describe("once it stands", () => {
    it.each([
      ["a right", () => admin("DELETE", `${REPOSITORY}/collaborators/anchorwatch-merge`), /^missing: right of anchorwatch-merge on home\/gitops/],
      [
        "too small a right",
        () => admin("PUT", `${REPOSITORY}/collaborators/anchorwatch`, { permission: "read" }),
        /^wrong: right of anchorwatch on home\/gitops: it may read, and needs write/,
      ],
      ["a hook", async () => admin("DELETE", `${REPOSITORY}/hooks/${idOf((await admin("GET", `${REPOSITORY}/hooks`)).json)}`), /^missing: hook /],
      [
        "a hook that is switched off",
        async () => admin("PATCH", `${REPOSITORY}/hooks/${idOf((await admin("GET", `${REPOSITORY}/hooks`)).json)}`, { active: false, events: ["push"] }),
        /^wrong: hook .*switched off/,
      ],
      [
        "the label",
        async () => admin("DELETE", `${REPOSITORY}/labels/${idOf((await admin("GET", `${REPOSITORY}/labels`)).json)}`),
        /^missing: label anchorwatch/,
      ],
      ["the protection", () => admin("DELETE", `${REPOSITORY}/branch_protections/main`), /^missing: protection of main/],
      [
        "a writer who came later",
        () => admin("PUT", `${REPOSITORY}/collaborators/stan`, { permission: "write" }),
        /^wrong: protection of main in home\/gitops: .*stan/,
      ],
      [
        "a token",
        () => Promise.resolve(writeFileSync(join(settings.secrets, "words-token"), "0".repeat(40), { mode: 0o600 })),
        /^wrong: token of anchorwatch-words: the forge does not take the token/,
      ],
      [
        "somebody else's token",
        () => Promise.resolve(writeFileSync(join(settings.secrets, "words-token"), gitea.tokens.writer, { mode: 0o600 })),
        /the token belongs to alice/,
      ],
    ] as const)("names %s that is missing or wrong, and mends it", async (_, take, words) => {
      await all(makePieces(await open(), { dryRun: false }));
      try {
        await take();
        expect(notThere(await all(checkPieces(await open())))).toEqual(expect.arrayContaining([expect.stringMatching(words)]));
        await all(makePieces(await open(), { dryRun: false }));
        expect(notThere(await all(checkPieces(await open())))).toEqual([]);
      } finally {
        await all(undoPieces(await open(), { dryRun: false }));
        await admin("DELETE", `${REPOSITORY}/collaborators/stan`);
      }
    });
  });

  it("touches no account that it did not make", async () => {
    await admin("POST", "/admin/users", { username: "anchorwatch", email: "a@example.invalid", password: "Somebody-1234", must_change_password: false });
    await expect(all(makePieces(await open(), { dryRun: false }))).rejects.toThrow(
      /the account anchorwatch was not made by init: name another .* or put a token/,
    );
    await all(undoPieces(await open(), { dryRun: false }));
    expect((await admin("GET", "/users/anchorwatch")).status).toBe(200);
    await admin("DELETE", "/admin/users/anchorwatch");
  });

  it("asks for an administrator's token, and for a repository that is there", async () => {
    await expect(openInstallation({ settings, adminToken: gitea.tokens.writer, approvers: [] })).rejects.toThrow(/alice is no administrator/);
    const elsewhere = { ...settings, gitea: { ...settings.gitea, repositories: [{ name: "home/nothing" }] } };
    await expect(openInstallation({ settings: elsewhere, adminToken: gitea.tokens.admin, approvers: [] })).rejects.toThrow(
      /there is no repository home\/nothing/,
    );
  });

  it("fires each hook and waits until it has arrived with our signature", async () => {
    await all(makePieces(await open(), { dryRun: false }));
    const firing = { settings, adminToken: gitea.tokens.admin, clock: createWallClock() };
    expect(notThere(await all(fireDeliveries(firing)))).toEqual([expect.stringMatching(/^missing: process at .*anchorwatch up/)]);
    const arrivals = countArrivals();
    const authenticate = giteaSignature([secret("webhook-secret")]);
    const app = new Hono().get("/arrivals", (http) => http.json(arrivals.now()));
    for (const name of ["gitea-push", "approval-comment"]) {
      app.use(`/${name}`, arrivals.count(name));
      app.post(`/${name}`, async (http) => http.body(null, authenticate(http.req.raw.headers, new Uint8Array(await http.req.arrayBuffer())) ? 202 : 401));
    }
    let server: ServerType | undefined;
    try {
      server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port });
      const told = await all(fireDeliveries(firing));
      expect(notThere(told)).toEqual([]);
      expect(told.map(({ name }) => name)).toEqual([`process at ${settings.address}`, "delivery gitea-push of home/gitops"]);
    } finally {
      server?.close();
      await all(undoPieces(await open(), { dryRun: false }));
    }
  });
});
