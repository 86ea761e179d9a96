/** What is said on a thread: reviews, comments, reactions, issues and labels. */
import * as z from "zod";
import type { Forge } from "../../ports/forge.ts";
import type { RepositoryRef } from "../../records/fields.ts";
import { CommentSchema, IssueSchema, LabelSchema, ReactionSchema, ReviewSchema } from "./answers.ts";
import type { Gitea } from "./client.ts";
import { read, repositoryPath } from "./client.ts";

type Talk = Pick<Forge, "reviews" | "comments" | "comment" | "deleteComment" | "react" | "reactions">;
type Issues = Pick<Forge, "openIssue" | "issues" | "editIssue" | "closeIssue">;

const MANY = 1_000;
const ISSUES = 50;
const LABEL_COLOR = "#1d76db";

export function createTalk(gitea: Gitea): Talk {
  return {
    async reviews(repository, number) {
      const all = await gitea.list(`${repositoryPath(repository.name)}/pulls/${number}/reviews`, ReviewSchema, MANY);
      return all.filter((review) => review !== undefined);
    },

    /** Not paged: Gitea answers with all of them and ignores `page` (measured on 1.26). */
    async comments(repository, number) {
      const path = `${repositoryPath(repository.name)}/issues/${number}/comments`;
      return read(z.array(CommentSchema).nullable(), await gitea.get(path), `GET ${path}`) ?? [];
    },

    async comment(repository, number, body) {
      const path = `${repositoryPath(repository.name)}/issues/${number}/comments`;
      return read(CommentSchema, await gitea.write("POST", path, { body: { body } }), `POST ${path}`);
    },

    async deleteComment(repository, id) {
      await gitea.write("DELETE", `${repositoryPath(repository.name)}/issues/comments/${id}`, { expect: [404] });
    },

    async react(repository, comment, content) {
      await gitea.write("POST", `${repositoryPath(repository.name)}/issues/comments/${comment}/reactions`, { body: { content } });
    },

    /** Not paged either, and `null` for none. */
    async reactions(repository, comment) {
      const path = `${repositoryPath(repository.name)}/issues/comments/${comment}/reactions`;
      const all = read(z.array(ReactionSchema).nullable(), await gitea.get(path), `GET ${path}`) ?? [];
      return all.filter((reaction) => reaction !== undefined);
    },
  };
}

export function createIssues(gitea: Gitea, whoAmI: Forge["whoAmI"]): Issues {
  return {
    async openIssue(repository, { title, body, label }) {
      const labels = [await labelId(gitea, repository, label)];
      const path = `${repositoryPath(repository.name)}/issues`;
      const { number } = read(IssueSchema, await gitea.write("POST", path, { body: { title, body, labels } }), `POST ${path}`);
      return { number };
    },

    /** Filtered here too: a label that does not exist makes Gitea answer with all issues (measured on 1.26). */
    async issues(repository, label) {
      const us = await whoAmI();
      const query = `state=all&type=issues&labels=${encodeURIComponent(label)}&created_by=${encodeURIComponent(us.login)}`;
      const all = await gitea.list(`${repositoryPath(repository.name)}/issues?${query}`, IssueSchema, ISSUES);
      return all
        .filter((issue) => issue.user.id === us.id && (issue.labels ?? []).some(({ name }) => name === label))
        .map(({ number, user, body, state }) => ({ number, author: user, body: body ?? "", state }));
    },

    async editIssue(repository, number, { title, body }) {
      await gitea.write("PATCH", `${repositoryPath(repository.name)}/issues/${number}`, { body: { title, body } });
    },

    async closeIssue(repository, number) {
      await gitea.write("PATCH", `${repositoryPath(repository.name)}/issues/${number}`, { body: { state: "closed" } });
    },
  };
}

async function labelId(gitea: Gitea, repository: RepositoryRef, name: string): Promise<number> {
  const path = `${repositoryPath(repository.name)}/labels`;
  const known = (await gitea.list(path, LabelSchema, MANY)).find((label) => label.name === name);
  if (known !== undefined) return known.id;
  return read(LabelSchema, await gitea.write("POST", path, { body: { name, color: LABEL_COLOR } }), `POST ${path}`).id;
}
