/** A real Git repository in a temporary folder, with the Git port on a clone of it. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createGit } from "../../../functions/core/adapters/git/git.ts";
import type { Git } from "../../../functions/core/ports/git.ts";

export interface TestRepository {
  readonly git: Git;
  /** Writes files (undefined deletes) and commits on the branch that is checked out. @returns the commit */
  readonly commit: (subject: string, files: Readonly<Record<string, string | undefined>>) => string;
  readonly run: (...args: readonly string[]) => string;
  readonly remove: () => void;
}

export function aRepository(): TestRepository {
  const root = mkdtempSync(join(tmpdir(), "anchorwatch-tools-"));
  const work = join(root, "work");
  mkdirSync(work);
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
  const run = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=alice", "-c", "user.email=alice@example.com", ...args], { cwd: work, env, encoding: "utf8" }).trim();
  run("init", "--quiet", "--initial-branch=main");
  run("init", "--quiet", "--bare", join(root, "clones", "repository-7.git"));
  return {
    git: createGit({ directory: join(root, "clones"), urlOf: () => work }),
    commit: (subject, files) => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(work, path)), { recursive: true });
        if (text === undefined) rmSync(join(work, path));
        else writeFileSync(join(work, path), text);
      }
      run("add", "--all");
      run("commit", "--quiet", "--allow-empty", `--message=${subject}`);
      return run("rev-parse", "HEAD");
    },
    run,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
