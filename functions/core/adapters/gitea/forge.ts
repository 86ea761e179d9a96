/** Gitea (and Forgejo) behind the Forge port: one instance is one user's token. */
import type { Clock } from "../../ports/clock.ts";
import type { Forge } from "../../ports/forge.ts";
import { createWallClock } from "../wall-clock.ts";
import type { Gitea, GiteaOptions } from "./client.ts";
import { createGitea, repositoryPath } from "./client.ts";
import { createMerge } from "./merge.ts";
import { createPeople } from "./people.ts";
import { createPulls } from "./pulls.ts";
import { createRepositories } from "./repositories.ts";
import { createIssues, createTalk } from "./threads.ts";

/** @param options `clock` waits for the check of mergeability (default the wall clock) */
export function createGiteaForge(options: GiteaOptions & { clock?: Clock }): Forge {
  const gitea = createGitea(options);
  const repositories = createRepositories(gitea);
  const pulls = createPulls(gitea);
  return {
    ...repositories,
    ...pulls,
    ...createMerge(gitea, pulls.pullRequest, options.clock ?? createWallClock()),
    ...createTalk(gitea),
    ...createIssues(gitea, repositories.whoAmI),
    ...createChecks(gitea),
    ...createPeople(gitea),
  };
}

function createChecks(gitea: Gitea): Pick<Forge, "setStatus"> {
  return {
    async setStatus(repository, commit, status) {
      await gitea.write("POST", `${repositoryPath(repository.name)}/statuses/${commit}`, { body: status });
    },
  };
}
