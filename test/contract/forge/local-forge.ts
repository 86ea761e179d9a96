/** The local forge as a forge under test: documents in memory, a bare repository in a folder of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWallClock } from "../../../functions/core/adapters/wall-clock.ts";
import { createDocuments, type Documents } from "../../../functions/core/local/documents.ts";
import type { Account } from "../../../functions/core/local/forge/accounts.ts";
import { createLocalForge, type LocalForge, type LocalForgeOptions } from "../../../functions/core/local/forge/forge.ts";
import type { ForgeUnderTest, Role } from "../forge.suite.ts";

const ACCOUNTS = {
  admin: { login: "awadmin", permission: "admin" },
  bot: { login: "awbot", permission: "write" },
  writer: { login: "alice", permission: "write" },
  reader: { login: "rita", permission: "read" },
  stranger: { login: "stan", permission: "none" },
} as const satisfies Record<Role, Omit<Account, "token">>;

const NARROW_TOKEN = "token-that-may-only-read";
const SCOPES = ["write:repository", "write:issue", "read:user"];

export interface LocalUnderTest extends ForgeUnderTest {
  readonly forge: LocalForge;
  readonly documents: Documents;
  readonly directory: string;
}

/** @param given what a test wants otherwise: a clock, hooks, a folder and documents that were there before */
export async function startLocalForge(given: Partial<LocalForgeOptions> = {}): Promise<LocalUnderTest> {
  const directory = given.directory ?? (await mkdtemp(join(tmpdir(), "anchorwatch-forge-test-")));
  const documents = given.documents ?? createDocuments(":memory:");
  const forge = await createLocalForge({
    documents,
    clock: createWallClock(),
    directory,
    baseUrl: "http://forge.test",
    repository: "home/gitops",
    accounts: [
      ...Object.values(ACCOUNTS).map((account) => ({ ...account, token: `token-of-${account.login}`, scopes: SCOPES })),
      { ...ACCOUNTS.bot, token: NARROW_TOKEN, scopes: ["read:repository", "read:issue", "read:user"] },
    ],
    hooks: [],
    deliver: () => Promise.resolve(200),
    deliveryDelayMs: 0,
    ...given,
  });
  if (forge.tip("main") === undefined) await forge.push("awadmin", { branch: "main", message: "Begin", files: { "README.md": "gitops\n" } });
  const each = (part: (account: (typeof ACCOUNTS)[Role]) => string): Record<Role, string> => ({
    admin: part(ACCOUNTS.admin),
    bot: part(ACCOUNTS.bot),
    writer: part(ACCOUNTS.writer),
    reader: part(ACCOUNTS.reader),
    stranger: part(ACCOUNTS.stranger),
  });
  return {
    forge,
    documents,
    directory,
    baseUrl: "http://forge.test",
    fetch: (request) => forge.app.fetch(request),
    repository: "home/gitops",
    logins: each(({ login }) => login),
    tokens: each(({ login }) => `token-of-${login}`),
    narrowToken: NARROW_TOKEN,
    async close() {
      forge.close();
      documents.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
