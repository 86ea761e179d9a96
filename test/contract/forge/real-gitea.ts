/** A real Gitea as a forge under test: its accounts, and the repository `home/gitops` of an organization. */
import { ADMIN, startGiteaServer } from "../../servers/gitea-server.ts";
import type { ForgeUnderTest, Role } from "../forge.suite.ts";

const LOGINS: Readonly<Record<Role, string>> = { admin: ADMIN, bot: "awbot", writer: "alice", reader: "rita", stranger: "stan" };
const SCOPES = ["write:repository", "write:issue", "read:user"];

export async function startGitea(binary: string): Promise<ForgeUnderTest> {
  const server = await startGiteaServer(binary);
  try {
    const tokens = {
      admin: server.adminToken,
      bot: await server.account(LOGINS.bot, SCOPES),
      writer: await server.account(LOGINS.writer, SCOPES),
      reader: await server.account(LOGINS.reader, SCOPES),
      stranger: await server.account(LOGINS.stranger, SCOPES),
    };
    const narrowToken = await server.token(LOGINS.bot, ["read:repository", "read:issue", "read:user"]);
    const set = async (method: string, path: string, body: object): Promise<void> => {
      const { status, json } = await server.call(method, path, body);
      if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    };
    await set("POST", "/orgs", { username: "home" });
    await set("POST", "/orgs/home/repos", { name: "gitops", private: true, auto_init: true, default_branch: "main" });
    for (const [role, permission] of [
      ["bot", "write"],
      ["writer", "write"],
      ["reader", "read"],
    ] as const) {
      await set("PUT", `/repos/home/gitops/collaborators/${LOGINS[role]}`, { permission });
    }
    return { baseUrl: server.baseUrl, repository: "home/gitops", logins: LOGINS, tokens, narrowToken, close: () => server.close() };
  } catch (error) {
    await server.close();
    throw error;
  }
}
