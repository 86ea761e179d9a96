/** The forge contract on a real Gitea: what the local forge imitates is held to the original. */
import { forgeContract } from "../contract/forge.suite.ts";
import { startGitea } from "../contract/forge/real-gitea.ts";
import { describeWith, findServer } from "../servers/find-server.ts";

describeWith("gitea", findServer(process.env, "gitea"), (binary) => forgeContract(`Gitea (${binary})`, () => startGitea(binary)));
