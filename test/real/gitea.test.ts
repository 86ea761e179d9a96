/** The forge contract on a real Gitea: what the local forge imitates is held to the original. */
import { describe, it } from "vitest";
import { forgeContract } from "../contract/forge.suite.ts";
import { findGitea, startGitea } from "../contract/forge/real-gitea.ts";

const binary = findGitea(process.env);

if (binary !== undefined) forgeContract(`Gitea (${binary})`, () => startGitea(binary));
else if (process.env["ANCHORWATCH_REQUIRE"]?.split(",").includes("gitea")) {
  it("needs a Gitea", () => {
    throw new Error("ANCHORWATCH_REQUIRE names gitea, and there is none in ANCHORWATCH_TEST_BIN or on the PATH");
  });
} else describe.skip("the forge contract on a real Gitea: there is none in ANCHORWATCH_TEST_BIN or on the PATH", () => it("is skipped", () => undefined));
