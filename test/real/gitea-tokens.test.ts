/** What the tokens of our accounts can do on a real Gitea: what the table of calls asks for, and nothing beside it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NEEDS, ROLES } from "../../functions/core/adapters/gitea/account-needs.ts";
import { OUR_USERS } from "../../functions/core/local/people.ts";
import { describeWith, findServer } from "../servers/find-server.ts";
import { type GiteaServer, startGiteaServer } from "../servers/gitea-server.ts";
import { settle } from "./gitea-people.ts";

interface Probe {
  readonly scope: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: object;
}

/** One call for each scope, harmless where it is let through. */
const PROBES: readonly Probe[] = [
  { scope: "read:repository", method: "GET", path: "/repos/home/gitops/branches" },
  { scope: "write:repository", method: "POST", path: "/repos/home/gitops/branches", body: { new_branch_name: "" } },
  { scope: "read:issue", method: "GET", path: "/repos/home/gitops/issues" },
  { scope: "write:issue", method: "POST", path: "/repos/home/gitops/issues", body: { title: "" } },
  { scope: "read:user", method: "GET", path: "/user" },
  { scope: "write:user", method: "POST", path: "/user/emails", body: { emails: [] } },
  { scope: "read:organization", method: "GET", path: "/orgs/home/teams" },
  { scope: "write:organization", method: "POST", path: "/orgs", body: { username: "" } },
  { scope: "read:notification", method: "GET", path: "/notifications" },
  { scope: "read:package", method: "GET", path: "/packages/home" },
  { scope: "read:admin", method: "GET", path: "/admin/users" },
];

const covers = (scopes: readonly string[], scope: string): boolean => scopes.includes(scope) || scopes.includes(scope.replace("read:", "write:"));

describeWith("gitea", findServer(process.env, "gitea"), (binary) => {
  let server: GiteaServer;
  let tokens: ReadonlyMap<string, string>;
  beforeAll(async () => {
    server = await startGiteaServer(binary);
    ({ tokens } = await settle(server, {}));
  });
  afterAll(() => server.close());

  describe("a token", () => {
    it.each(ROLES.flatMap((role) => PROBES.map((probe) => [role, probe.scope, probe] as const)))(
      "of %s with %s",
      async (role, scope, { method, path, body }) => {
        const token = tokens.get(OUR_USERS[role === "rights" ? "permissions" : role].login);
        const { status, json } = await server.call(method, path, body, token);
        const refusal = status === 403 && JSON.stringify(json).includes("token does not have at least one of required scope");
        expect({ status, refusal }).toEqual({ status, refusal: !covers(NEEDS[role].scopes, scope) });
      },
    );
  });
});
