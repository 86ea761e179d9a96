/** Trees that nobody has committed: what a set of edits, or a merge, would come to. Objects of our own clone, never referenced. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refused } from "../../ports/errors.ts";
import type { FileEdit } from "../../records/source.ts";
import type { GitCommand } from "./git-command.ts";
import { parseTree } from "./objects.ts";
import { checkPath } from "./safe-names.ts";

const LINK_MODES: ReadonlySet<string> = new Set(["120000", "160000"]);

/** The tree of a commit of these edits on `base`; a file keeps its mode. @throws Refused for a link or a submodule */
export async function treeWith(git: GitCommand, base: string, edits: readonly FileEdit[]): Promise<string> {
  const paths = edits.map((edit) => checkPath(edit.path));
  const listed = parseTree(await git(["--literal-pathspecs", "ls-tree", "-z", base, "--", ...paths]));
  const modes = new Map(listed.map((file) => [file.path, file.mode]));
  const link = paths.find((path) => LINK_MODES.has(modes.get(path) ?? ""));
  if (link !== undefined) throw new Refused(`git: ${link} is a link or a submodule`);
  const scratch = await mkdtemp(join(tmpdir(), "anchorwatch-tree-"));
  try {
    return await writeTree(git, { scratch, base, edits, modes });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Work {
  readonly scratch: string;
  readonly base: string;
  readonly edits: readonly FileEdit[];
  readonly modes: ReadonlyMap<string, string>;
}

async function writeTree(git: GitCommand, { scratch, base, edits, modes }: Work): Promise<string> {
  const index = join(scratch, "index");
  await git(["read-tree", base], { index });
  const gone = edits.filter((edit) => edit.content === undefined).map((edit) => edit.path);
  if (gone.length > 0) await git([`--work-tree=${scratch}`, "update-index", "--force-remove", "--", ...gone], { index });
  const kept = edits.filter((edit) => edit.content !== undefined);
  const sources = kept.map((_edit, at) => join(scratch, `file-${at}`));
  await Promise.all(kept.map((edit, at) => writeFile(sources[at] ?? "", edit.content ?? "")));
  if (kept.length > 0) {
    const blobs = (await git(["hash-object", "-w", "--no-filters", "--", ...sources])).trim().split("\n");
    const entries = kept.flatMap((edit, at) => ["--cacheinfo", `${modes.get(edit.path) ?? "100644"},${blobs[at] ?? ""},${edit.path}`]);
    await git(["update-index", "--add", "--replace", ...entries], { index });
  }
  return (await git(["write-tree"], { index })).trim();
}

/** With `--name-only` a conflict adds the names of its files after the tree. @returns undefined on a conflict */
export async function mergedTree(git: GitCommand, base: string, head: string): Promise<string | undefined> {
  const [tree, ...conflicts] = (await git(["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", base, head])).split("\0").filter(Boolean);
  return conflicts.length === 0 ? tree : undefined;
}
