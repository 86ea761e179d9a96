/** A real Gitea as a forge under test: a process of its own on loopback with SQLite, made anew for each suite. */
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir, userInfo } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { type ForgeUnderTest, type Role, until } from "../forge.suite.ts";

const run = promisify(execFile);

const LOGINS: Readonly<Record<Role, string>> = { admin: "awadmin", bot: "awbot", writer: "alice", reader: "rita", stranger: "stan" };
const SCOPES = "write:repository,write:issue,read:user";

/** Where a Gitea is, if there is one. @param environment of this process */
export function findGitea(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const folders = [environment["ANCHORWATCH_TEST_BIN"], join(homedir(), ".cache/anchorwatch-services/bin"), ...(environment["PATH"] ?? "").split(delimiter)];
  return folders.map((folder) => (folder === undefined || folder === "" ? "" : join(folder, "gitea"))).find((file) => file !== "" && existsSync(file));
}

/** Starts it with its accounts, and the repository `home/gitops` of an organization. */
export async function startGitea(binary: string): Promise<ForgeUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), "anchorwatch-gitea-"));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const config = join(directory, "app.ini");
  await mkdir(join(directory, "home"));
  await writeFile(config, settings(directory, { port, share: join(dirname(binary), "../share/gitea") }));
  const env = { ...process.env, GITEA_WORK_DIR: directory, HOME: join(directory, "home") };
  const gitea = spawn(binary, ["web", "-c", config], { env, stdio: "ignore" });
  const close = async (): Promise<void> => {
    const gone = new Promise((resolve) => gitea.once("exit", resolve));
    if (gitea.kill()) await gone;
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await until("Gitea", async () => ((await fetch(`${baseUrl}/api/healthz`).catch(() => undefined))?.ok === true ? true : undefined), 60_000);
    const command = async (...args: string[]): Promise<string> => (await run(binary, ["-c", config, ...args], { env })).stdout;
    const tokens = await makeAccounts(command);
    await makeRepository(baseUrl, tokens.admin);
    const narrowToken = await makeToken(command, LOGINS.bot, "read:repository,read:issue,read:user");
    return { baseUrl, repository: "home/gitops", logins: LOGINS, tokens, narrowToken, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Command = (...args: string[]) => Promise<string>;

async function makeAccounts(command: Command): Promise<Record<Role, string>> {
  const token = async (role: Role): Promise<string> => {
    const login = LOGINS[role];
    const flags = role === "admin" ? ["--admin"] : [];
    await command(
      "admin",
      "user",
      "create",
      "--username",
      login,
      "--password",
      `${login}-secret-1`,
      "--email",
      `${login}@example.invalid`,
      "--must-change-password=false",
      ...flags,
    );
    return makeToken(command, login, role === "admin" ? "all" : SCOPES);
  };
  return {
    admin: await token("admin"),
    bot: await token("bot"),
    writer: await token("writer"),
    reader: await token("reader"),
    stranger: await token("stranger"),
  };
}

async function makeToken(command: Command, login: string, scopes: string): Promise<string> {
  const name = randomBytes(6).toString("hex");
  const output = await command("admin", "user", "generate-access-token", "--username", login, "--token-name", name, "--scopes", scopes, "--raw");
  const token = /^[0-9a-f]{40}$/m.exec(output)?.[0];
  if (token === undefined) throw new Error(`Gitea made no token for ${login}`);
  return token;
}

async function makeRepository(baseUrl: string, token: string): Promise<void> {
  const call = async (method: string, path: string, body: object): Promise<void> => {
    const headers = { authorization: `token ${token}`, "content-type": "application/json" };
    const response = await fetch(`${baseUrl}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  };
  await call("POST", "/orgs", { username: "home" });
  await call("POST", "/orgs/home/repos", { name: "gitops", private: true, auto_init: true, default_branch: "main" });
  for (const [role, permission] of [
    ["bot", "write"],
    ["writer", "write"],
    ["reader", "read"],
  ] as const) {
    await call("PUT", `/repos/home/gitops/collaborators/${LOGINS[role]}`, { permission });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no free port"))));
    });
  });
}

function settings(directory: string, { port, share }: { port: number; share: string }): string {
  const user = userInfo();
  return `RUN_MODE = prod
WORK_PATH = ${directory}
RUN_USER = ${user.username}
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = ${user.uid === 0}
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
ROOT_URL = http://127.0.0.1:${port}/
${existsSync(share) ? `STATIC_ROOT_PATH = ${share}` : ""}
DISABLE_SSH = true
OFFLINE_MODE = true
[database]
DB_TYPE = sqlite3
PATH = ${join(directory, "gitea.db")}
SQLITE_JOURNAL_MODE = WAL
[security]
INSTALL_LOCK = true
SECRET_KEY = throwaway
PASSWORD_HASH_ALGO = pbkdf2$1000$50
MIN_PASSWORD_LENGTH = 6
[service]
DISABLE_REGISTRATION = true
DEFAULT_KEEP_EMAIL_PRIVATE = true
NO_REPLY_ADDRESS = noreply.localhost
[repository]
ROOT = ${join(directory, "repos")}
DEFAULT_BRANCH = main
[webhook]
ALLOWED_HOST_LIST = loopback,private
[indexer]
ISSUE_INDEXER_TYPE = db
[queue]
TYPE = channel
[cron]
ENABLED = false
[actions]
ENABLED = false
[log]
MODE = file
ROOT_PATH = ${join(directory, "log")}
`;
}
