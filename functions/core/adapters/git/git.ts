/** The Git port over bare clones of our own: few processes per question, every answer bounded. */
import { Refused, Unavailable } from "../../ports/errors.ts";
import type { Git } from "../../ports/git.ts";
import type { FileDiff, TreeFile } from "../../records/source.ts";
import { type CloneOptions, createClones } from "./clone.ts";
import type { GitCommand } from "./git-command.ts";
import { checkText, COMMIT_FORMAT, parseCommits, parseTree } from "./objects.ts";
import { checkCommit, checkPath } from "./safe-names.ts";
import { mergedTree, treeWith } from "./trees.ts";

const MAX_FILES = 2_000;
const MAX_FILE_BYTES = 1024 * 1024;
const MAX_DIFF_FILES = 100;

export function createGit(options: CloneOptions): Git {
  const clones = createClones(options);
  return {
    async resolve(repository, revision) {
      const id = await clones.resolve(repository, revision);
      if (id === undefined) return undefined;
      const git = await clones.git(repository);
      return parseCommits(await git(["log", "--max-count=1", ...COMMIT_FORMAT, id, "--"]))[0];
    },
    async files(repository, commit, path, limit = MAX_FILES) {
      const git = await clones.git(repository);
      const files = await listFiles(git, checkCommit(commit), checkPath(path));
      if (files.length > limit) throw new Refused(`git: ${path === "" ? "the repository" : path} has ${files.length} files, read are at most ${limit}`);
      return files;
    },
    async read(repository, commit, path) {
      const git = await clones.git(repository);
      const [file] = parseTree(await git(["--literal-pathspecs", "ls-tree", "-z", checkCommit(commit), "--", checkPath(path)]));
      return file && (await readFile(git, file));
    },
    async log(repository, { from, to, path, limit }) {
      const git = await clones.git(repository);
      const range = from === undefined ? [checkCommit(to)] : [checkCommit(to), `^${checkCommit(from)}`];
      const pathspec = path === "" ? [] : [checkPath(path)];
      return parseCommits(await git(["--literal-pathspecs", "log", `--max-count=${limit}`, ...COMMIT_FORMAT, ...range, "--", ...pathspec]));
    },
    async diff(repository, from, to, path) {
      const git = await clones.git(repository);
      return await diffFiles(git, { from: checkCommit(from), to: checkCommit(to), path: checkPath(path) });
    },
    diffTrees: async (repository, from, to) => await diffFiles(await clones.git(repository), { from: checkCommit(from), to: checkCommit(to), path: "" }),
    treeWith: async (repository, base, edits) => await treeWith(await clones.git(repository), checkCommit(base), edits),
    mergedTree: async (repository, base, head) => await mergedTree(await clones.git(repository), checkCommit(base), checkCommit(head)),
    isAncestor: async (repository, ancestor, descendant) => await isAncestor(await clones.git(repository), checkCommit(ancestor), checkCommit(descendant)),
  };
}

/** No answer is no yes: a count is asked for, because git says nothing both for "none" and where it failed. @throws Unavailable */
async function isAncestor(git: GitCommand, ancestor: string, descendant: string): Promise<boolean> {
  const ahead = await git(["rev-list", "--count", "--max-count=1", ancestor, `^${descendant}`]);
  if (!/^[01]\n$/.test(ahead)) throw new Unavailable(`git rev-list: no answer for ${ancestor} and ${descendant}`);
  return ahead === "0\n";
}

async function listFiles(git: GitCommand, commit: string, path: string): Promise<readonly TreeFile[]> {
  return parseTree(await git(["--literal-pathspecs", "ls-tree", "-r", "-z", commit, ...(path === "" ? [] : ["--", path])]));
}

/** @throws Refused for links, submodules, binary and large files */
async function readFile(git: GitCommand, file: TreeFile): Promise<string> {
  if (!file.mode.startsWith("100")) throw new Refused(`git: ${file.path} is a link or a submodule`);
  const size = Number((await git(["cat-file", "-s", file.blob])).trim());
  if (size > MAX_FILE_BYTES) throw new Refused(`git: ${file.path} has ${size} bytes, read are at most ${MAX_FILE_BYTES}`);
  return checkText(file.path, await git(["cat-file", "blob", file.blob]));
}

interface Range {
  readonly from: string;
  readonly to: string;
  readonly path: string;
}

async function diffFiles(git: GitCommand, { from, to, path }: Range): Promise<readonly FileDiff[]> {
  const raw = await git([
    "--literal-pathspecs",
    "diff-tree",
    "-r",
    "-z",
    "--no-renames",
    "--no-commit-id",
    "--raw",
    from,
    to,
    ...(path === "" ? [] : ["--", path]),
  ]);
  const changes = [...raw.matchAll(/:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) [A-Z]\d*\0([^\0]+)\0/g)];
  if (changes.length > MAX_DIFF_FILES) throw new Refused(`git: ${changes.length} files differ, read are at most ${MAX_DIFF_FILES}`);
  return await Promise.all(
    changes.map(async ([, oldMode = "", newMode = "", oldBlob = "", newBlob = "", file = ""]) => ({
      path: file,
      before: await side(git, { path: file, mode: oldMode, blob: oldBlob }),
      after: await side(git, { path: file, mode: newMode, blob: newBlob }),
    })),
  );
}

async function side(git: GitCommand, file: TreeFile): Promise<string | undefined> {
  return file.mode === "000000" ? undefined : await readFile(git, file);
}
