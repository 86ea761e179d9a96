/** Reading git's own listings: trees, commits, blobs. Names and messages in them are anybody's, so they are cut. */
import { Refused } from "../../ports/errors.ts";
import type { Commit, TreeFile } from "../../records/source.ts";

const NAME_MAX = 200;
const MESSAGE_MAX = 4_000;

/** Every field of every commit ends in NUL, the one character that no commit can hold: a name or message cannot hide a commit or make one up. */
export const COMMIT_FORMAT = ["-z", "--format=%H%x00%T%x00%P%x00%an%x00%ct%x00%B"] as const;
const COMMIT_FIELDS = 6;

export function parseCommits(text: string): readonly Commit[] {
  const fields = text.split("\0");
  return Array.from({ length: Math.floor(fields.length / COMMIT_FIELDS) }, (_item, at) => fields.slice(at * COMMIT_FIELDS, (at + 1) * COMMIT_FIELDS)).map(
    ([id = "", tree = "", parents = "", author = "", at = "0", message = ""]) => ({
      id,
      tree,
      parents: parents.split(" ").filter(Boolean),
      author: author.slice(0, NAME_MAX),
      at: Number(at) * 1000,
      subject: (message.split("\n", 1)[0] ?? "").slice(0, NAME_MAX),
      message: message.trimEnd().slice(0, MESSAGE_MAX),
    }),
  );
}

/** Entries of `ls-tree -z`: files, links and submodules. */
export function parseTree(text: string): readonly TreeFile[] {
  const entries = text.split("\0").map((entry) => /^(\d{6}) (?:blob|commit) ([0-9a-f]+)\t(.+)$/s.exec(entry));
  return entries.flatMap((match) => (match ? [{ mode: match[1] ?? "", blob: match[2] ?? "", path: match[3] ?? "" }] : []));
}

/** A text file's content is text: what has a NUL, or is no UTF-8, is not shown to anybody. @throws Refused */
export function checkText(path: string, text: string): string {
  if (text.includes("\0") || text.includes("\uFFFD")) throw new Refused(`git: ${path} is not a text file`);
  return text;
}
