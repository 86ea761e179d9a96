/** Names that are handed to git: checked first, so that none is ever an option or leads outside (safety T16). */
import { Refused } from "../../ports/errors.ts";

const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
const BRANCH = /^(?!.*(\.\.|\/\/|@\{|\.lock$|\.lock\/))[A-Za-z0-9_][A-Za-z0-9._/-]{0,254}$/;
const MAX_PATH = 512;

export function isCommitId(revision: string): boolean {
  return COMMIT.test(revision);
}

/** @throws Refused */
export function checkCommit(revision: string): string {
  if (!isCommitId(revision)) throw new Refused(`git: ${JSON.stringify(revision.slice(0, 80))} is not a full commit id`);
  return revision;
}

/** @throws Refused */
export function checkBranch(name: string): string {
  if (!BRANCH.test(name)) throw new Refused(`git: ${JSON.stringify(name.slice(0, 80))} is not a branch name`);
  return name;
}

/** A path below the repository's root; "" is the root. @throws Refused */
export function checkPath(path: string): string {
  const parts = path.split("/");
  const bad =
    path.length > MAX_PATH ||
    path.startsWith("-") ||
    /[\0-\x1f\\]/.test(path) ||
    (path !== "" && parts.some((part) => part === "" || part === "." || part === ".." || part.toLowerCase() === ".git"));
  if (bad) throw new Refused(`git: path ${JSON.stringify(path.slice(0, 120))} is not allowed`);
  return path;
}
