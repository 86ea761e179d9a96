/** The table of approvals on the local forge. */
import { createGitCommand } from "../../functions/core/adapters/git/git-command.ts";
import { APPLICATIONS, PEOPLE, TEAMS } from "../approvals/bench.ts";
import { approvalTable } from "../approvals/suite.ts";
import { crashLoop } from "../../functions/core/local/scenarios/crash-loop.ts";
import { openFlow } from "./flow.ts";

approvalTable("local", async () => {
  const flow = await openFlow({
    scenario: { ...crashLoop, applications: APPLICATIONS },
    minuteMs: 30_000,
    speed: 1,
    world: { people: PEOPLE, forge: { teams: TEAMS, public: true } },
  });
  const { forge } = flow.local.world;
  const git = createGitCommand(forge.directory);
  return {
    parts: {
      flow,
      shell: flow.local.shell,
      repository: forge.repository,
      userId: (login) => Promise.resolve(forge.userId(login)),
      async forcePush(login, branch, commit) {
        await git(["update-ref", `refs/heads/${branch}`, commit]);
        await forge.sync(login);
      },
      skip: (ms) => flow.skip(ms),
      rename: () => Promise.reject(new Error("the local forge renames nobody")),
    },
    close: () => flow.close(),
  };
});
