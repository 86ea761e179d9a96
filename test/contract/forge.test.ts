/** The forge contract on the local forge, through the same adapter as a real Gitea. */
import { forgeContract } from "./forge.suite.ts";
import { startLocalForge } from "./forge/local-forge.ts";

forgeContract("the local forge", () => startLocalForge());
