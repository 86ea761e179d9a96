/** A bare Git repository as the forge uses it: commits without a working tree, merges in memory, branches moved by compare-and-set. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Author, GitCommand } from "./git-command.ts";
import { createGitCommand } from "./git-command.ts";
import type { LoggedCommit } from "./commit-log.ts";
import { LOG_FORMAT, parseLog } from "./commit-log.ts";

export const NO_COMMIT = "0".repeat(40);

/** One file of a commit: its whole text, or gone. */
export interface FileChange {
  readonly path: string;
  readonly content: Uint8Array | undefined;
  /** Default: a plain file. */
  readonly mode?: string | undefined;
}

export interface NewCommit {
  readonly base: string | undefined;
  readonly changes: readonly FileChange[];
  readonly message: string;
  readonly author: Author;
}

export interface TreeEntry {
  readonly path: string;
  /** Six octal digits. */
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
}

export interface BareRepository {
  readonly directory: string;
  /** Every branch with its commit. */
  branches(): Promise<Record<string, string>>;
  /** @returns undefined when there is no such commit */
  commit(id: string): Promise<LoggedCommit | undefined>;
  /** The files among `paths` that are in the commit. */
  files(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, { readonly blob: string; readonly mode: string }>>;
  /** What the commit's root folder holds, in git's order. */
  entries(commit: string): Promise<readonly TreeEntry[]>;
  /** Writes a commit that no branch names yet. */
  write(commit: NewCommit): Promise<string>;
  /** Merges `head` into `base` as a commit that no branch names yet. @returns undefined on a conflict */
  merge(base: string, head: string, options: { message: string; author: Author }): Promise<string | undefined>;
  /** Whether `head` merges into `base` without a conflict. */
  merges(base: string, head: string): Promise<boolean>;
  mergeBase(one: string, other: string): Promise<string | undefined>;
  /** Moves a ref from a commit that it must have now (none: it is created) to another (none: it is deleted). @throws LockedRef */
  move(ref: string, from: string | undefined, to: string | undefined): Promise<void>;
  /** Commits in `to` and not in `from`, newest first. */
  log(from: string | undefined, to: string, limit: number): Promise<readonly LoggedCommit[]>;
  /** Lines and files that differ. */
  size(from: string, to: string): Promise<{ additions: number; deletions: number; files: number }>;
}

/** Somebody moved the ref first; the message is git's own. */
export class LockedRef extends Error {
  override readonly name = "LockedRef";
}

/** Opens the repository in `directory`, made when it is not there. */
export async function openBareRepository(directory: string): Promise<BareRepository> {
  await mkdir(directory, { recursive: true });
  const git = createGitCommand(directory);
  if ((await readdir(directory)).length === 0) await git(["init", "--bare", "--quiet", "--template=", "--initial-branch=main", "."]);
  return { directory, ...reading(git), ...writing(git) };
}

function reading(git: GitCommand): Omit<BareRepository, "directory" | "write" | "merge" | "move"> {
  const log: BareRepository["log"] = async (from, to, limit) =>
    parseLog(
      await git([
        "log",
        "-z",
        `--max-count=${limit}`,
        "--diff-merges=first-parent",
        "--no-renames",
        "--name-status",
        LOG_FORMAT,
        to,
        ...(from === undefined ? [] : [`^${from}`]),
        "--",
      ]),
    );
  return {
    log,
    async branches() {
      const lines = (await git(["for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads"])).split("\n").filter(Boolean);
      return Object.fromEntries(lines.map((line) => line.split(" ")).map(([name = "", id = ""]) => [name, id]));
    },
    async commit(id) {
      const known = (await git(["rev-parse", "--verify", "--quiet", `${id}^{commit}`])).trim();
      return known === "" ? undefined : (await log(undefined, known, 1))[0];
    },
    async files(commit, paths) {
      if (paths.length === 0) return new Map();
      const entries = (await git(["--literal-pathspecs", "ls-tree", "-z", commit, "--", ...paths])).split("\0").filter(Boolean);
      const files = entries.map((entry) => /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(entry)).filter((match) => match !== null);
      return new Map(files.map(([, mode = "", blob = "", path = ""]) => [path, { blob, mode }]));
    },
    async entries(commit) {
      const lines = (await git(["ls-tree", "-z", commit])).split("\0").filter(Boolean);
      return lines.map((line) => {
        const [, mode = "", type = "", sha = "", path = ""] = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
        return { path, mode, type, sha };
      });
    },
    async merges(base, head) {
      return (await mergedTree(git, base, head)) !== undefined;
    },
    async mergeBase(one, other) {
      return (await git(["merge-base", one, other])).trim() || undefined;
    },
    async size(from, to) {
      const lines = (await git(["diff", "--numstat", "--no-renames", from, to, "--"])).split("\n").filter(Boolean);
      const counts = lines.map((line) => line.split("\t").map((count) => Number(count) || 0));
      const sum = (column: number): number => counts.reduce((total, row) => total + (row[column] ?? 0), 0);
      return { additions: sum(0), deletions: sum(1), files: counts.length };
    },
  };
}

function writing(git: GitCommand): Pick<BareRepository, "write" | "merge" | "move"> {
  return {
    async write({ base, changes, message, author }) {
      const scratch = await mkdtemp(join(tmpdir(), "anchorwatch-forge-"));
      try {
        const tree = await writeTree(git, scratch, { base, changes });
        const parents = base === undefined ? [] : ["-p", base];
        return (await git(["commit-tree", tree, ...parents, "-m", message], { author })).trim();
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
    async merge(base, head, { message, author }) {
      const tree = await mergedTree(git, base, head);
      if (tree === undefined) return undefined;
      return (await git(["commit-tree", tree, "-p", base, "-p", head, "-m", message], { author })).trim();
    },
    async move(ref, from, to) {
      const update = to === undefined ? ["update-ref", "-d", ref, from ?? NO_COMMIT] : ["update-ref", ref, to, from ?? NO_COMMIT];
      await git(update).catch((error: unknown) => {
        const reason = /cannot lock ref.*/.exec(error instanceof Error ? error.message : "")?.[0];
        throw reason === undefined ? error : new LockedRef(reason);
      });
    },
  };
}

async function writeTree(git: GitCommand, scratch: string, { base, changes }: Pick<NewCommit, "base" | "changes">): Promise<string> {
  const index = join(scratch, "index");
  if (base !== undefined) await git(["read-tree", base], { index });
  const gone = changes.filter(({ content }) => content === undefined).map(({ path }) => path);
  if (gone.length > 0) await git(["--git-dir=.", `--work-tree=${scratch}`, "update-index", "--force-remove", "--", ...gone], { index });
  const kept = changes.filter((change) => change.content !== undefined);
  const sources = await Promise.all(
    kept.map(async ({ content }, position) => {
      const source = join(scratch, `file-${position}`);
      await writeFile(source, content ?? "");
      return source;
    }),
  );
  if (sources.length > 0) {
    const blobs = (await git(["hash-object", "-w", "--no-filters", "--", ...sources])).trim().split("\n");
    const entries = kept.flatMap(({ path, mode = "100644" }, position) => ["--cacheinfo", `${mode},${blobs[position] ?? ""},${path}`]);
    await git(["update-index", "--add", "--replace", ...entries], { index });
  }
  return (await git(["write-tree"], { index })).trim();
}

/** With `--name-only` a conflict adds the names of its files after the tree. */
async function mergedTree(git: GitCommand, base: string, head: string): Promise<string | undefined> {
  const [tree, ...conflicts] = (await git(["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", base, head])).split("\0").filter(Boolean);
  return conflicts.length === 0 ? tree : undefined;
}
