/** Commits as `git log` prints them, with the files that each one adds, removes or modifies. */

export interface LoggedCommit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: { readonly name: string; readonly email: string };
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly message: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}

/** One record: 0x01, then the fields below, each ended by NUL; with `-z --name-status` the files follow as status, path. */
export const LOG_FORMAT = "--format=%x01%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%B%x00";

/** @param text what `git log -z --name-status` printed with `LOG_FORMAT` */
export function parseLog(text: string): readonly LoggedCommit[] {
  return text.split("\u0001").slice(1).map(parseCommit);
}

function parseCommit(record: string): LoggedCommit {
  const [id = "", tree = "", parents = "", name = "", email = "", seconds = "", message = "", ...files] = record.split("\0");
  const changes = files.map((field) => field.replace(/^\n/, "")).filter(Boolean);
  const withStatus = (status: string): string[] => changes.filter((_, position) => position % 2 === 1 && changes[position - 1]?.startsWith(status));
  return {
    id,
    tree,
    parents: parents.split(" ").filter(Boolean),
    author: { name, email },
    at: Number(seconds) * 1000,
    message,
    added: withStatus("A"),
    removed: withStatus("D"),
    modified: [...withStatus("M"), ...withStatus("T")],
  };
}
