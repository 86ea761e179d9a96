/** Pull requests: opening, finding and closing them. */
import type { Forge } from "../../ports/forge.ts";
import { PullRequestSchema } from "./answers.ts";
import type { Gitea } from "./client.ts";
import { read, repositoryPath } from "./client.ts";

type Pulls = Pick<Forge, "openPullRequest" | "pullRequest" | "pullRequestsOf" | "pullRequests" | "closePullRequest">;

/** How far back a list goes; Gitea cannot filter by head branch, and ours are recent. */
const NEWEST = 200;

export function createPulls(gitea: Gitea): Pulls {
  const newest: Pulls["pullRequests"] = (repository, state, limit = NEWEST) =>
    gitea.list(`${repositoryPath(repository.name)}/pulls?state=${state}`, PullRequestSchema, limit);
  return {
    async openPullRequest(repository, body) {
      const path = `${repositoryPath(repository.name)}/pulls`;
      const answer = await gitea.write("POST", path, { body, expect: [409] });
      return answer.status === 409 ? undefined : read(PullRequestSchema, answer, `POST ${path}`);
    },

    async pullRequest(repository, number) {
      const path = `${repositoryPath(repository.name)}/pulls/${number}`;
      const answer = await gitea.get(path, { expect: [404] });
      return answer.status === 404 ? undefined : read(PullRequestSchema, answer, `GET ${path}`);
    },

    async pullRequestsOf(repository, head, state) {
      return (await newest(repository, state)).filter((pull) => pull.head.ref === head);
    },

    pullRequests: newest,

    async closePullRequest(repository, number) {
      await gitea.write("PATCH", `${repositoryPath(repository.name)}/pulls/${number}`, { body: { state: "closed" } });
    },
  };
}
