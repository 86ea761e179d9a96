/** Who may do what: permissions, writers and teams, asked with a token that may know. */
import * as z from "zod";
import { Refused } from "../../ports/errors.ts";
import type { Forge } from "../../ports/forge.ts";
import { PermissionSchema, TeamSchema, UserSchema } from "./answers.ts";
import type { Gitea } from "./client.ts";
import { read, repositoryPath } from "./client.ts";

const MANY = 1_000;

export function createPeople(gitea: Gitea): Pick<Forge, "permission" | "writers" | "isInTeam"> {
  return {
    async permission(repository, login) {
      const path = `${repositoryPath(repository.name)}/collaborators/${encodeURIComponent(login)}/permission`;
      const answer = await gitea.get(path, { expect: [404] });
      return answer.status === 404 ? undefined : read(PermissionSchema, answer, `GET ${path}`);
    },

    /** Not paged: the people who can be given a task are those who may write (measured on 1.26). */
    async writers(repository) {
      const path = `${repositoryPath(repository.name)}/assignees`;
      return (read(z.array(UserSchema).nullable(), await gitea.get(path), `GET ${path}`) ?? []).slice(0, MANY);
    },

    async isInTeam(team, login) {
      const [organization = "", name = ""] = team.split("/");
      const id = await hiddenWhenRefused(() => idOfTeam(gitea, organization, name));
      if (id === undefined || id === "hidden") return "hidden";
      const path = `/teams/${id}/members/${encodeURIComponent(login)}`;
      const answer = await hiddenWhenRefused(() => gitea.get(path, { expect: [404] }));
      return answer === "hidden" ? "hidden" : answer.status !== 404;
    },
  };
}

/** The number of a team by its name, which knows no case. */
export async function idOfTeam(gitea: Gitea, organization: string, name: string): Promise<number | undefined> {
  const teams = await gitea.list(`/orgs/${encodeURIComponent(organization)}/teams`, TeamSchema, MANY);
  return teams.find((team) => team.name.toLowerCase() === name.toLowerCase())?.id;
}

/** A token without the scope, or a user who is not of the organisation or team, is answered 403 or 404: it may not know. */
async function hiddenWhenRefused<T>(ask: () => Promise<T>): Promise<T | "hidden"> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Refused) return "hidden"; // Because a no is not the same as not knowing, and both admit nobody.
    throw error;
  }
}
