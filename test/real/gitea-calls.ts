/** The hand-kept table of our calls to Gitea: who makes them, with which scope. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";
import { OUR_USERS } from "../../functions/core/local/people.ts";
import { callsOf } from "./call-ledger.ts";
import { ROLES, type Role } from "../../functions/core/adapters/gitea/account-needs.ts";

const CallSchema = z.string().regex(/^(GET|POST|PUT|PATCH|DELETE) \/[a-z{}/_]+$|^GIT fetch$/);
const AccountSchema = z.strictObject({
  functions: z.array(z.string()).min(1),
  calls: z.record(z.string().regex(/^(read|write):[a-z]+$/), z.array(CallSchema).min(1)),
});

/** @throws where the file has another shape */
function callTable(): Readonly<Record<Role, z.infer<typeof AccountSchema>>> {
  return z.record(z.enum(ROLES), AccountSchema).parse(parse(readFileSync("test/real/gitea-calls.yaml", "utf8")));
}

/** Holds what the flows of this process called to the table. @throws Error with every call that is not in it */
export function throwUnlisted(): void {
  const unlisted = ROLES.flatMap((role) => {
    const allowed = new Set(Object.values(callTable()[role].calls).flat());
    const made = callsOf(OUR_USERS[role === "rights" ? "permissions" : role].login);
    return [...made].filter((call) => !allowed.has(call)).map((call) => `${role}: ${call}`);
  });
  if (unlisted.length > 0) throw new Error(`not in test/real/gitea-calls.yaml: ${unlisted.join(", ")}`);
}

/** Scopes without those that another one covers: `write:issue` reads, too. */
export function leastScopes(role: Role): readonly string[] {
  const scopes = Object.keys(callTable()[role].calls);
  return scopes.filter((scope) => !scopes.includes(scope.replace("read:", "write:")) || scope.startsWith("write:")).toSorted();
}
