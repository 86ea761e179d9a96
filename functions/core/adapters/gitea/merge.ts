/** The merge of exactly one head, and what Gitea's mixed refusals of it mean (contracts 12.1). */
import * as z from "zod";
import type { Clock } from "../../ports/clock.ts";
import type { Forge, MergeOutcome, PullRequest } from "../../ports/forge.ts";
import type { RepositoryRef } from "../../records/fields.ts";
import type { Gitea, GiteaAnswer } from "./client.ts";
import { messageOf, repositoryPath } from "./client.ts";

/** The check of mergeability takes 0.25 s on an idle server; `mergeable: false` for longer than this is a conflict. */
const CHECK_PATIENCE_MS = 5_000;
const CHECK_POLL_MS = 250;

/** What a real conflict answers with 409: git's output instead of a `message`. */
const ConflictSchema = z.looseObject({ Style: z.string(), StdOut: z.string().default(""), StdErr: z.string().default("") });

type Merge = Pick<Forge, "merge">;
type Read = (repository: RepositoryRef, number: number) => Promise<PullRequest | undefined>;

export function createMerge(gitea: Gitea, pullRequest: Read, clock: Clock): Merge {
  return {
    async merge(repository, number, { head, title, message }) {
      const path = `${repositoryPath(repository.name)}/pulls/${number}/merge`;
      const body = { Do: "merge", head_commit_id: head, MergeTitleField: title, MergeMessageField: message };
      const answer = await gitea.write("POST", path, { body, expect: [404, 405, 409] });
      if (answer.status < 300) return { kind: "merged" };
      const conflict = ConflictSchema.safeParse(answer.json);
      if (answer.status === 409 && conflict.success) return { kind: "conflicted", message: conflictWords(conflict.data) };
      const seen = await pullRequest(repository, number);
      return ended(seen, head) ?? refused(answer, () => waitForCheck(() => pullRequest(repository, number), clock));
    },
  };
}

/** What the pull request itself already says, whatever the refusal was. */
function ended(pull: PullRequest | undefined, head: string): MergeOutcome | undefined {
  if (pull === undefined) return { kind: "gone" };
  if (pull.head.sha !== head) return { kind: "head-moved" };
  if (pull.merged) return { kind: "merged" };
  return pull.state === "closed" ? { kind: "gone" } : undefined;
}

async function refused(answer: GiteaAnswer, checked: () => Promise<boolean>): Promise<MergeOutcome> {
  const message = messageOf(answer.json);
  if (answer.status === 404) return { kind: "gone" };
  if (/head.*(out of date|does not match)/i.test(message)) return { kind: "head-moved" };
  if (/push out of date/i.test(message)) return { kind: "checking" };
  if (!/try again later/i.test(message)) return { kind: "blocked", message };
  return (await checked()) ? { kind: "checking" } : { kind: "conflicted", message: "the branch has conflicts with its base" };
}

/** Whether the pull request becomes mergeable in time: a running check and a conflict look the same until then. */
async function waitForCheck(look: () => Promise<PullRequest | undefined>, clock: Clock): Promise<boolean> {
  const until = clock.now() + CHECK_PATIENCE_MS;
  while (clock.now() < until) {
    await new Promise<void>((resolve) => clock.after(CHECK_POLL_MS, resolve));
    if ((await look())?.mergeable !== false) return true;
  }
  return false;
}

function conflictWords({ StdOut, StdErr }: { StdOut: string; StdErr: string }): string {
  return `${StdOut}\n${StdErr}`.trim().slice(0, 300) || "the branch has conflicts with its base";
}
