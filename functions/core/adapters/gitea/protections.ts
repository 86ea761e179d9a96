/** Branch protection: a rule is read and written whole, so that what we do not know of it stays. */
import * as z from "zod";
import type { ForgeSetup } from "../../ports/forge-setup.ts";
import { encodePath, type Gitea, read, repositoryPath } from "./client.ts";

const names = z
  .array(z.string())
  .nullable()
  .default([])
  .transform((list) => list ?? []);
/** Forgejo has no force-push fields: absent is off. */
const flag = z.boolean().default(false);

const ProtectionSchema = z.looseObject({
  rule_name: z.string(),
  enable_push: flag,
  enable_push_whitelist: flag,
  push_whitelist_usernames: names,
  push_whitelist_teams: names,
  push_whitelist_deploy_keys: flag,
  enable_force_push: flag,
  enable_force_push_allowlist: flag,
  force_push_allowlist_usernames: names,
  force_push_allowlist_teams: names,
  force_push_allowlist_deploy_keys: flag,
  enable_merge_whitelist: flag,
  merge_whitelist_usernames: names,
  merge_whitelist_teams: names,
});

export function createProtections(gitea: Gitea): Pick<ForgeSetup, "protection" | "createProtection" | "editProtection" | "deleteProtection"> {
  const ruleOf = (repository: { name: string }, branch: string): string => `${repositoryPath(repository.name)}/branch_protections/${encodePath(branch)}`;
  return {
    async protection(repository, branch) {
      const path = ruleOf(repository, branch);
      const answer = await gitea.get(path, { expect: [404] });
      return answer.status === 404 ? undefined : read(ProtectionSchema, answer, `GET ${path}`);
    },
    async createProtection(repository, protection) {
      await gitea.write("POST", `${repositoryPath(repository.name)}/branch_protections`, { body: protection });
    },
    async editProtection(repository, protection) {
      await gitea.write("PATCH", ruleOf(repository, protection.rule_name), { body: protection });
    },
    async deleteProtection(repository, branch) {
      await gitea.write("DELETE", ruleOf(repository, branch), { expect: [404] });
    },
  };
}
