/** A commit's tree id, computed from the tree's entries: Gitea's API names the commit's own id where the tree's should stand (measured on 1.26). */
import { createHash } from "node:crypto";
import * as z from "zod";
import { Refused } from "../../ports/errors.ts";
import { type Gitea, read } from "./client.ts";

const TreeSchema = z.looseObject({
  tree: z.array(z.looseObject({ path: z.string(), mode: z.string().regex(/^[0-7]{5,6}$/), type: z.string(), sha: z.string() })),
  truncated: z.boolean(),
});
type Entry = z.infer<typeof TreeSchema>["tree"][number];

/** A root folder with more entries than this is no GitOps repository of ours. */
const PAGES = 10;
const PER_PAGE = 1_000;

/** @param repository the path of the repository in the API @throws Unavailable; Refused when the root has over 10,000 entries */
export async function treeOfCommit(gitea: Gitea, repository: string, commit: string): Promise<string> {
  const path = `${repository}/git/trees/${commit}`;
  const entries: Entry[] = [];
  for (let page = 1; page <= PAGES; page += 1) {
    const answer = read(TreeSchema, await gitea.get(`${path}?per_page=${PER_PAGE}&page=${page}`), `GET ${path}`);
    entries.push(...answer.tree);
    if (!answer.truncated) return treeId(entries, commit.length === 64 ? "sha256" : "sha1");
  }
  throw new Refused(`GET ${path}: the root folder has more than ${PAGES * PER_PAGE} entries`);
}

/** Git's id of a tree with these entries, in git's order: folders sort as if their names ended in a slash. */
export function treeId(entries: readonly Entry[], algorithm: "sha1" | "sha256"): string {
  const sorted = entries.map((entry) => ({ entry, key: Buffer.from(entry.type === "tree" ? `${entry.path}/` : entry.path) }));
  sorted.sort((one, other) => Buffer.compare(one.key, other.key));
  const body = Buffer.concat(sorted.flatMap(({ entry }) => [Buffer.from(`${entry.mode.replace(/^0/, "")} ${entry.path}\0`), Buffer.from(entry.sha, "hex")]));
  return createHash(algorithm).update(`tree ${body.length}\0`).update(body).digest("hex");
}
