/** The installation's file: its list of repositories is checked when it is read, with the place of each problem. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { isAddressOf } from "../../../functions/core/boot/real-world.ts";
import { readSettings, type Settings } from "../../../functions/core/boot/settings.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "anchorwatch-settings-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function read(repositories: string): Settings {
  const path = join(directory, "anchorwatch.yaml");
  writeFileSync(path, `gitea:\n  url: http://gitea.home\n  repositories:\n${repositories}address: http://anchorwatch.home\n`);
  return readSettings(path);
}

it("takes a list of repositories, each with what may be changed in it", () => {
  const { gitea } = read("    - { name: home/gitops }\n    - { name: home/apps, paths: [apps/**, clusters/*/values.yaml] }\n");
  expect(gitea.repositories).toEqual([{ name: "home/gitops" }, { name: "home/apps", paths: ["apps/**", "clusters/*/values.yaml"] }]);
});

it.each([
  ["twice the same", "    - { name: home/gitops }\n    - { name: Home/GitOps }\n", /anchorwatch\.yaml:5:\d+: .*home\/gitops is in the list already/],
  ["a name without its owner", "    - { name: gitops }\n", /anchorwatch\.yaml:4:\d+: .*must be owner\/name/],
  ["a path that can match nothing", "    - { name: home/gitops, paths: [/apps/**] }\n", /anchorwatch\.yaml:4:\d+: .*must be a glob from the root/],
  ["a path that leaves the repository", "    - { name: home/gitops, paths: [apps/../x] }\n", /anchorwatch\.yaml:4:\d+: .*must be a glob from the root/],
  ["no path at all", "    - { name: home/gitops, paths: [] }\n", /anchorwatch\.yaml:4:\d+/],
  ["a word with a typing error", "    - { name: home/gitops, path: [apps/**] }\n", /anchorwatch\.yaml:4:\d+: .*path/],
])("refuses %s, and says where it stands", (_what, repositories, problem) => {
  expect(() => read(repositories)).toThrow(problem);
});

it.each([
  ["http://gitea.home/home/apps.git", true],
  ["https://git.example/gitea/home/apps/", true],
  ["ssh://git@gitea.home:2222/home/apps", true],
  ["git@gitea.home:Home/Apps.git", true],
  ["http://gitea.home/home/apps-of-others.git", false],
  ["http://gitea.home/my-home/apps.git", false],
  ["http://gitea.home/home/appsXgit", false],
])("an Application's %s is home/apps: %s", (repoURL, isIt) => {
  expect(isAddressOf(repoURL, "home/apps")).toBe(isIt);
});
