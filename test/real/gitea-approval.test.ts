/** The table of approvals on a real Gitea. */
import { crashLoop } from "../../functions/core/local/scenarios/crash-loop.ts";
import { APPLICATIONS, PEOPLE, TEAMS } from "../approvals/bench.ts";
import { approvalTable } from "../approvals/suite.ts";
import { describeWith, findServer } from "../servers/find-server.ts";
import { startGiteaServer } from "../servers/gitea-server.ts";
import { throwUnlisted } from "./gitea-calls.ts";
import { openGiteaFlow } from "./gitea-flow.ts";
import { userId } from "./gitea-people.ts";

describeWith("gitea", findServer(process.env, "gitea"), (binary) =>
  approvalTable("real", async () => {
    const server = await startGiteaServer(binary);
    const flow = await openGiteaFlow(server, {
      scenario: { ...crashLoop, applications: APPLICATIONS },
      people: PEOPLE,
      teams: TEAMS,
      public: true,
      minuteMs: 30_000,
    });
    return {
      parts: {
        flow,
        shell: flow.shell,
        repository: flow.repository,
        userId: (login) => userId(server, login),
        forcePush: (login, branch, commit) => flow.forcePush(login, branch, commit),
        skip: (ms) => flow.skip(ms),
        async rename(login, to) {
          const { status } = await server.call("POST", `/admin/users/${login}/rename`, { new_username: to });
          if (status !== 204) throw new Error(`renaming was answered ${status}`);
        },
      },
      close: async () => {
        await flow.close();
        await server.close();
        throwUnlisted();
      },
    };
  }),
);
