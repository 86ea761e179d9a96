/** Walking commits as `git log` and `git merge-base` do. */
import type { Files, Objects, StoredCommit } from "./objects.ts";

export interface Walk {
  readonly from: string | undefined;
  readonly to: string;
  readonly limit: number;
  /** Only commits that touch it; "" = all. */
  readonly path?: string;
}

/** Newest first; of one second, those that were found first. */
export function walk(objects: Objects, { from, to, limit, path = "" }: Walk): readonly StoredCommit[] {
  const hidden = from === undefined ? new Set<string>() : ancestorsOf(objects, from);
  const seen = new Set([to]);
  const waiting = [to];
  const found: StoredCommit[] = [];
  while (waiting.length > 0 && found.length < limit) {
    const commit = takeNewest(objects, waiting);
    if (!commit || hidden.has(commit.id)) continue;
    const follow = path === "" ? { parents: commit.parents, touches: true } : simplify(objects, commit, path);
    if (follow.touches) found.push(commit);
    for (const parent of follow.parents.filter((id) => !seen.has(id))) {
      seen.add(parent);
      waiting.push(parent);
    }
  }
  return found;
}

function takeNewest(objects: Objects, waiting: string[]): StoredCommit | undefined {
  let newest = 0;
  waiting.forEach((id, at) => {
    if ((objects.commits.get(id)?.at ?? 0) > (objects.commits.get(waiting[newest] ?? "")?.at ?? 0)) newest = at;
  });
  const [id = ""] = waiting.splice(newest, 1);
  return objects.commits.get(id);
}

/** Git's own simplification: a parent that has the same below the path is the only one that is followed. */
function simplify(objects: Objects, commit: StoredCommit, path: string): { parents: readonly string[]; touches: boolean } {
  const own = below(filesOf(objects, commit.id), path);
  const same = commit.parents.find((parent) => isEqual(below(filesOf(objects, parent), path), own));
  if (same !== undefined) return { parents: [same], touches: false };
  return { parents: commit.parents, touches: commit.parents.length > 0 || own.length > 0 };
}

/** Files of a commit or of a tree. */
export function filesOf(objects: Objects, id: string): Files {
  return objects.trees.get(objects.commits.get(id)?.tree ?? id) ?? new Map();
}

export function isBelow(file: string, path: string): boolean {
  return path === "" || file === path || file.startsWith(`${path}/`);
}

function below(files: Files, path: string): readonly string[] {
  return [...files]
    .filter(([file]) => isBelow(file, path))
    .map(([file, { mode, blob }]) => `${file} ${mode} ${blob}`)
    .sort();
}

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, at) => item === other[at]);
}

/** The commit, and all before it. */
export function ancestorsOf(objects: Objects, id: string): Set<string> {
  const found = new Set<string>();
  const waiting = [id];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    waiting.push(...(objects.commits.get(next)?.parents ?? []));
  }
  return found;
}

/** The newest commit that both have, and that is not before another such. */
export function mergeBase(objects: Objects, one: string, other: string): string | undefined {
  const others = ancestorsOf(objects, other);
  const common = [...ancestorsOf(objects, one)].filter((id) => others.has(id));
  const older = new Set(common.flatMap((id) => (objects.commits.get(id)?.parents ?? []).flatMap((parent) => [...ancestorsOf(objects, parent)])));
  return common.filter((id) => !older.has(id)).toSorted((a, b) => (objects.commits.get(b)?.at ?? 0) - (objects.commits.get(a)?.at ?? 0))[0];
}
