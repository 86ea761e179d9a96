/** A real Gitea as a process of its own on loopback with SQLite, made anew; it can be stopped and started again in the middle of a test. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./find-server.ts";

const run = promisify(execFile);

export interface GiteaServer {
  readonly baseUrl: string;
  /** A token of the site's administrator, `awadmin`, with every scope. */
  readonly adminToken: string;
  /** Calls the API, by default as the administrator. */
  call(method: string, path: string, body?: object, token?: string): Promise<{ readonly status: number; readonly json: unknown }>;
  /** Makes a person with a token of these scopes. @returns the token */
  account(login: string, scopes: readonly string[]): Promise<string>;
  /** Another token of a person that is there. */
  token(login: string, scopes: readonly string[]): Promise<string>;
  /** What the server wrote into its log. */
  readonly logFile: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export const ADMIN = "awadmin";

/** A password of a throwaway account. */
function passwordOf(login: string): string {
  return `${login}-secret-1`;
}

/** Starts it with its administrator and nothing else. */
export async function startGiteaServer(binary: string): Promise<GiteaServer> {
  const directory = await mkdtemp(join(tmpdir(), "anchorwatch-gitea-"));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const config = join(directory, "app.ini");
  await mkdir(join(directory, "home"));
  await writeFile(config, settings(directory, { port, share: join(dirname(binary), "../share/gitea") }));
  const env = { ...process.env, GITEA_WORK_DIR: directory, HOME: join(directory, "home") };
  let gitea: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    gitea = spawn(binary, ["web", "-c", config], { env, stdio: "ignore" });
    await untilHealthy(baseUrl);
  };
  const stop = async (): Promise<void> => {
    if (!gitea || gitea.exitCode !== null) return;
    const gone = new Promise((resolve) => gitea?.once("exit", resolve));
    if (gitea.kill()) await gone;
    gitea = undefined;
  };
  const close = async (): Promise<void> => {
    await stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await start();
    const command = async (...args: string[]): Promise<string> => (await run(binary, ["-c", config, ...args], { env })).stdout;
    const adminToken = await makeAdministrator(command);
    return { baseUrl, adminToken, logFile: join(directory, "log", "gitea.log"), stop, start, close, ...callsOf(baseUrl, adminToken) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function untilHealthy(baseUrl: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ((await fetch(`${baseUrl}/api/healthz`).catch(() => undefined))?.ok !== true) {
    if (Date.now() > deadline) throw new Error("Gitea did not start within a minute");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function makeAdministrator(command: (...args: string[]) => Promise<string>): Promise<string> {
  const account = ["--username", ADMIN, "--password", passwordOf(ADMIN), "--email", `${ADMIN}@example.invalid`];
  await command("admin", "user", "create", ...account, "--must-change-password=false", "--admin");
  const output = await command("admin", "user", "generate-access-token", "--username", ADMIN, "--token-name", "tests", "--scopes", "all", "--raw");
  const token = /^[0-9a-f]{40}$/m.exec(output)?.[0];
  if (token === undefined) throw new Error("Gitea made no token for its administrator");
  return token;
}

function callsOf(baseUrl: string, adminToken: string): Pick<GiteaServer, "call" | "account" | "token"> {
  let made = 0;
  const send = async (method: string, path: string, given: { body: object | undefined; authorization: string }): Promise<{ status: number; json: unknown }> => {
    const headers = { authorization: given.authorization, "content-type": "application/json" };
    const response = await fetch(`${baseUrl}/api/v1${path}`, { method, headers, ...(given.body && { body: JSON.stringify(given.body) }) });
    const text = await response.text();
    const json: unknown = text === "" ? undefined : JSON.parse(text);
    return { status: response.status, json };
  };
  const call: GiteaServer["call"] = (method, path, body, token = adminToken) => send(method, path, { body, authorization: `token ${token}` });
  const token: GiteaServer["token"] = async (login, scopes) => {
    const authorization = `Basic ${Buffer.from(`${login}:${passwordOf(login)}`).toString("base64")}`;
    const { status, json } = await send("POST", `/users/${login}/tokens`, { body: { name: `tests-${(made += 1)}`, scopes }, authorization });
    if (status !== 201) throw new Error(`no token for ${login}: ${status} ${JSON.stringify(json)}`);
    return (json as { sha1: string }).sha1;
  };
  return {
    call,
    token,
    async account(login, scopes) {
      const user = { username: login, email: `${login}@example.invalid`, password: passwordOf(login), must_change_password: false };
      const { status, json } = await call("POST", "/admin/users", user);
      if (status !== 201) throw new Error(`no account ${login}: ${status} ${JSON.stringify(json)}`);
      return await token(login, scopes);
    },
  };
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
