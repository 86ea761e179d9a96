/** Repositories, branches and commits of files. */
import * as z from "zod";
import { Refused, Unavailable } from "../../ports/errors.ts";
import type { Forge, MadeCommit } from "../../ports/forge.ts";
import type { RepositoryRef } from "../../records/fields.ts";
import { MadeCommitSchema, ParentsSchema, RepositorySchema, UserSchema } from "./answers.ts";
import type { Gitea } from "./client.ts";
import { encodePath, read, repositoryPath } from "./client.ts";
import { treeOfCommit } from "./tree-id.ts";

type Repositories = Pick<Forge, "whoAmI" | "repository" | "branch" | "createBranch" | "deleteBranch" | "commitFiles">;

const BranchSchema = z.looseObject({ commit: z.looseObject({ id: z.string() }) });
const FilesSchema = z.looseObject({ commit: MadeCommitSchema });

export function createRepositories(gitea: Gitea): Repositories {
  return {
    async whoAmI() {
      return read(UserSchema, await gitea.get("/user"), "GET /user");
    },

    async repository(name) {
      const path = repositoryPath(name);
      const answer = await gitea.get(path, { expect: [404] });
      return answer.status === 404 ? undefined : read(RepositorySchema, answer, `GET ${path}`);
    },

    async branch(repository, name) {
      const path = `${repositoryPath(repository.name)}/branches/${encodePath(name)}`;
      const answer = await gitea.get(path, { expect: [404] });
      if (answer.status === 404) return undefined;
      const { id } = read(BranchSchema, answer, `GET ${path}`).commit;
      const commitPath = `${repositoryPath(repository.name)}/git/commits/${id}?stat=false&verification=false&files=false`;
      const parents = read(ParentsSchema, await gitea.get(commitPath), `GET ${commitPath}`);
      return { id, tree: await treeOfCommit(gitea, repositoryPath(repository.name), id), parents };
    },

    async createBranch(repository, name, commit) {
      const body = { new_branch_name: name, old_ref_name: commit };
      const answer = await gitea.write("POST", `${repositoryPath(repository.name)}/branches`, { body, expect: [409] });
      return answer.status !== 409;
    },

    async deleteBranch(repository, name) {
      await gitea.write("DELETE", `${repositoryPath(repository.name)}/branches/${encodePath(name)}`, { expect: [404] });
    },

    commitFiles: (repository, commit) => commitFiles(gitea, repository, commit),
  };
}

async function commitFiles(gitea: Gitea, repository: RepositoryRef, { branch, message, files }: Parameters<Forge["commitFiles"]>[1]): Promise<MadeCommit> {
  const path = `${repositoryPath(repository.name)}/contents`;
  const body = {
    branch,
    message,
    files: files.map((file) => ({
      operation: file.operation,
      path: file.path,
      ...(file.content !== undefined && { content: Buffer.from(file.content, "utf8").toString("base64") }),
      ...(file.blob !== undefined && { sha: file.blob }),
    })),
  };
  const answer = await gitea.write("POST", path, { body }).catch(whenOvertaken);
  return read(FilesSchema, answer, `POST ${path}`).commit;
}

/** Somebody wrote to the branch at the same moment: nothing is refused for good, so it is tried again after a look. */
function whenOvertaken(error: unknown): never {
  if (error instanceof Refused && error.status === 403 && error.message.includes("cannot lock ref")) throw new Unavailable(error.message);
  throw error;
}
