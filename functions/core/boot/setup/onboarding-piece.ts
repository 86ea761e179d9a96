/** The onboarding pull request: a policy in mode `propose` with its approvers and paths, and one workflow; a person merges it. */
import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { shipped } from "../../local/shipped.ts";
import { createGiteaForge } from "../../adapters/gitea/forge.ts";
import type { FileWrite, Forge, Repository } from "../../ports/forge.ts";
import { Refused } from "../../ports/errors.ts";
import { POLICY_PATH } from "../../judgement/read-policy.ts";
import type { Setup } from "./accounts.ts";
import { MISSING, type Piece, THERE } from "./piece.ts";

const BRANCH = "anchorwatch/onboarding";
/** The first workflow of everybody: it is what the demo tells. */
const WORKFLOW = "crash-loop.yaml";

const TITLE = "Set up Anchorwatch";
const BODY = `This adds what Anchorwatch reads of this repository, and changes nothing that Argo CD applies.

- \`${POLICY_PATH}\`: mode \`propose\` (pull requests that wait for you, no direct action), who may approve, and which paths may be changed at all.
- \`.anchorwatch/pipelines/${WORKFLOW}\`: the first workflow. A file of your own in that folder adds another.

Merge it when you like it, or change it here first. Nothing is done before it is merged.
`;

export interface Onboarding {
  readonly repository: Repository;
  readonly approvers: readonly string[];
}

export function onboardingPiece(setup: Setup, { repository, approvers }: Onboarding): Piece {
  const proposer = (): Forge => {
    const token = setup.secrets.read("proposer-token");
    if (token === undefined) throw new Refused("the proposer has no token");
    return createGiteaForge({ baseUrl: setup.settings.gitea.url, token });
  };
  return {
    name: `onboarding of ${repository.name}`,
    async look() {
      if (setup.secrets.read("proposer-token") === undefined) return MISSING;
      if ((await setup.forge.file(repository, POLICY_PATH)) !== undefined) return THERE;
      const open = await proposer().pullRequestsOf(repository, BRANCH, "open");
      return open.length > 0 ? { state: "there" } : MISSING;
    },
    preview: () => Promise.resolve([`opens a pull request that adds ${POLICY_PATH} and .anchorwatch/pipelines/${WORKFLOW}`]),
    async make() {
      const forge = proposer();
      const base = await forge.branch(repository, repository.defaultBranch);
      if (!base) throw new Refused(`${repository.name} has no branch ${repository.defaultBranch}: push a first commit`);
      // A branch that was left by an earlier try may be older than the base.
      await forge.deleteBranch(repository, BRANCH);
      await forge.createBranch(repository, BRANCH, base.id);
      await forge.commitFiles(repository, { branch: BRANCH, message: TITLE, files: filesOf(setup, { repository, approvers }) });
      await forge.openPullRequest(repository, { title: TITLE, body: BODY, head: BRANCH, base: repository.defaultBranch });
    },
    async undo() {
      const forge = proposer();
      for (const pull of await forge.pullRequestsOf(repository, BRANCH, "open")) await forge.closePullRequest(repository, pull.number);
      await forge.deleteBranch(repository, BRANCH);
      const isMerged = (await setup.forge.file(repository, POLICY_PATH)) !== undefined;
      return isMerged
        ? `the files under .anchorwatch/ in ${repository.name} are yours: delete them by a commit of your own`
        : `pull requests that were opened in ${repository.name} stay, closed`;
    },
  };
}

function filesOf({ settings }: Setup, { repository, approvers }: Onboarding): readonly FileWrite[] {
  const paths = settings.gitea.repositories.find(({ name }) => name === repository.name)?.paths;
  return [
    { path: POLICY_PATH, operation: "create", content: policyText(approvers, paths) },
    { path: `.anchorwatch/pipelines/${WORKFLOW}`, operation: "create", content: readFileSync(`${shipped("pipelines")}${WORKFLOW}`, "utf8") },
  ];
}

/** The shipped policy with its comments, and what was asked for at set-up filled in. */
function policyText(approvers: readonly string[], paths: readonly string[] | undefined): string {
  const ours = readFileSync(`${shipped("pipelines")}policy.yaml`, "utf8");
  const withApprovers = approvers.length === 0 ? ours : ours.replace(/^approvers: \[\]$/m, stringify({ approvers: [electors(approvers)] }).trimEnd());
  return paths === undefined ? withApprovers : withApprovers.replace(/^paths: \["\*\*"\]$/m, stringify({ paths: [...paths] }).trimEnd());
}

/** A login, or `organisation/team`. */
function electors(approvers: readonly string[]): { users?: readonly string[]; teams?: readonly string[] } {
  const teams = approvers.filter((name) => name.includes("/"));
  const users = approvers.filter((name) => !name.includes("/"));
  return { ...(users.length > 0 && { users }), ...(teams.length > 0 && { teams }) };
}
