/** A Git repository in memory behind both seams: the forge's bare repository, and the port that reads a clone of it. Held to real git by a test. */
import { diffArrays } from "diff";
import { checkText } from "../../../../functions/core/adapters/git/objects.ts";
import { checkPath } from "../../../../functions/core/adapters/git/safe-names.ts";
import { type BareRepository, LockedRef } from "../../../../functions/core/local/forge/git/bare-repository.ts";
import type { LoggedCommit } from "../../../../functions/core/local/forge/git/commit-log.ts";
import { Refused, Unavailable } from "../../../../functions/core/ports/errors.ts";
import type { Git } from "../../../../functions/core/ports/git.ts";
import type { Commit, FileDiff } from "../../../../functions/core/records/source.ts";
import { ancestorsOf, filesOf, isBelow, mergeBase, walk } from "./history.ts";
import { linesOf, mergeFiles } from "./merge.ts";
import { createObjects, type File, type Files, type Objects, type StoredCommit } from "./objects.ts";

export interface MemoryGit {
  readonly bare: BareRepository;
  /** A fresh clone: it knows only what it has resolved, and that never leaves it. */
  clone(): Git;
}

export function createMemoryGit(): MemoryGit {
  const objects = createObjects();
  const refs = new Map<string, string>();
  const mergedTree = (base: string, head: string): string | undefined => {
    const fork = mergeBase(objects, base, head);
    const files = mergeFiles(objects, fork === undefined ? new Map() : filesOf(objects, fork), [filesOf(objects, base), filesOf(objects, head)]);
    return files && objects.putTree(files);
  };
  return {
    bare: { directory: "memory", ...reading(objects, refs, mergedTree), ...writing(objects, refs, mergedTree) },
    clone: () => createPort(objects, refs, mergedTree),
  };
}

type MergedTree = (base: string, head: string) => string | undefined;

/** What differs between two sets of files, by path in git's order. */
function changesOf(from: Files, to: Files): readonly { readonly path: string; readonly before: File | undefined; readonly after: File | undefined }[] {
  const paths = [...new Set([...from.keys(), ...to.keys()])].sort();
  return paths
    .map((path) => ({ path, before: from.get(path), after: to.get(path) }))
    .filter(({ before, after }) => before?.blob !== after?.blob || before?.mode !== after?.mode);
}

function logged(objects: Objects, { tree, parents, ...commit }: StoredCommit): LoggedCommit {
  const changes = changesOf(filesOf(objects, parents[0] ?? ""), filesOf(objects, tree));
  const paths = (wanted: (change: (typeof changes)[number]) => boolean): string[] => changes.filter(wanted).map(({ path }) => path);
  return {
    ...commit,
    tree,
    parents,
    added: paths(({ before }) => !before),
    removed: paths(({ after }) => !after),
    modified: paths(({ before, after }) => before !== undefined && after !== undefined),
  };
}

function reading(objects: Objects, refs: ReadonlyMap<string, string>, mergedTree: MergedTree): Omit<BareRepository, "directory" | "write" | "merge" | "move"> {
  const text = (file: File | undefined): string => (file && objects.blobs.get(file.blob)?.toString()) ?? "";
  return {
    branches: () =>
      Promise.resolve(Object.fromEntries([...refs].filter(([ref]) => ref.startsWith("refs/heads/")).map(([ref, id]) => [ref.slice("refs/heads/".length), id]))),
    commit(id) {
      const commit = objects.commits.get(id);
      return Promise.resolve(commit && logged(objects, commit));
    },
    files: (commit, paths) => Promise.resolve(new Map([...filesOf(objects, commit)].filter(([path]) => paths.includes(path)))),
    entries: (commit) => Promise.resolve(objects.rootOf(filesOf(objects, commit)).map(({ path, mode, type, blob }) => ({ path, mode, type, sha: blob }))),
    merges: (base, head) => Promise.resolve(mergedTree(base, head) !== undefined),
    mergeBase: (one, other) => Promise.resolve(mergeBase(objects, one, other)),
    log: (from, to, limit) => Promise.resolve(walk(objects, { from, to, limit }).map((commit) => logged(objects, commit))),
    size(from, to) {
      const changes = changesOf(filesOf(objects, from), filesOf(objects, to));
      const parts = changes.flatMap(({ before, after }) => diffArrays(linesOf(text(before)).filter(Boolean), linesOf(text(after)).filter(Boolean)));
      const count = (kind: "added" | "removed"): number => parts.reduce((sum, part) => sum + (part[kind] ? part.value.length : 0), 0);
      return Promise.resolve({ additions: count("added"), deletions: count("removed"), files: changes.length });
    },
  };
}

function writing(objects: Objects, refs: Map<string, string>, mergedTree: MergedTree): Pick<BareRepository, "write" | "merge" | "move"> {
  return {
    async write({ base, changes, message, author }) {
      await Promise.resolve();
      const files = new Map(base === undefined ? [] : filesOf(objects, base));
      for (const { path, content, mode = "100644" } of changes) {
        if (content === undefined) files.delete(path);
        else files.set(path, { mode, blob: objects.putBlob(content) });
      }
      return objects.putCommit({ tree: objects.putTree(files), parents: base === undefined ? [] : [base], author, message });
    },
    async merge(base, head, { message, author }) {
      await Promise.resolve();
      const tree = mergedTree(base, head);
      return tree === undefined ? undefined : objects.putCommit({ tree, parents: [base, head], author, message });
    },
    async move(ref, from, to) {
      await Promise.resolve();
      const now = refs.get(ref);
      if (now !== from) throw new LockedRef(`cannot lock ref '${ref}': is at ${now ?? "nothing"} but expected ${from ?? "nothing"}`);
      if (to === undefined) refs.delete(ref);
      else refs.set(ref, to);
    },
  };
}

function toCommit({ id, tree, parents, author, at, message }: StoredCommit): Commit {
  return {
    id,
    tree,
    parents,
    author: author.name.slice(0, 200),
    at,
    subject: (message.split("\n", 1)[0] ?? "").slice(0, 200),
    message: message.trimEnd().slice(0, 4_000),
  };
}

function createPort(objects: Objects, refs: ReadonlyMap<string, string>, mergedTree: MergedTree): Git {
  const fetched = new Set<string>();
  /** Trees that were computed are there; commits only when they were fetched. @throws Unavailable as git does for what it does not have */
  const known = <Id extends string | undefined>(id: Id): Id => {
    if (id !== undefined && objects.commits.has(id) && !fetched.has(id)) throw new Unavailable(`git: bad object ${id}`);
    return id;
  };
  const side = (path: string, file: File | undefined): string | undefined =>
    file ? checkText(path, objects.blobs.get(file.blob)?.toString() ?? "") : undefined;
  const diff = async (from: string, to: string, below = ""): Promise<readonly FileDiff[]> => {
    await Promise.resolve();
    return changesOf(filesOf(objects, known(from)), filesOf(objects, known(to)))
      .filter(({ path }) => isBelow(path, below))
      .map(({ path, before, after }) => ({ path, before: side(path, before), after: side(path, after) }));
  };
  return {
    async resolve(_repository, revision) {
      await Promise.resolve();
      const commit = objects.commits.get(refs.get(`refs/heads/${revision}`) ?? revision);
      if (commit) for (const id of ancestorsOf(objects, commit.id)) fetched.add(id);
      return commit && toCommit(commit);
    },
    async files(_repository, commit, path, limit = 2_000) {
      await Promise.resolve();
      const files = [...filesOf(objects, known(commit))]
        .filter(([file]) => isBelow(file, checkPath(path)))
        .map(([file, { mode, blob }]) => ({ path: file, mode, blob }));
      if (files.length > limit) throw new Refused(`git: ${path} has ${files.length} files, read are at most ${limit}`);
      return files.toSorted((one, other) => Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)));
    },
    async read(_repository, commit, path) {
      await Promise.resolve();
      return side(path, filesOf(objects, known(commit)).get(checkPath(path)));
    },
    async log(_repository, { from, to, path, limit }) {
      await Promise.resolve();
      return walk(objects, { from: known(from), to: known(to), path, limit }).map(toCommit);
    },
    diff: (_repository, from, to, path) => diff(from, to, path),
    diffTrees: (_repository, from, to) => diff(from, to),
    async treeWith(_repository, base, edits) {
      await Promise.resolve();
      const files = new Map(filesOf(objects, known(base)));
      for (const { path, content } of edits) {
        if (content === undefined) files.delete(path);
        else files.set(path, { mode: files.get(path)?.mode ?? "100644", blob: objects.putBlob(Buffer.from(content)) });
      }
      return objects.putTree(files);
    },
    async mergedTree(_repository, base, head) {
      await Promise.resolve();
      return mergedTree(known(base), known(head));
    },
    async isAncestor(_repository, ancestor, descendant) {
      await Promise.resolve();
      return ancestorsOf(objects, known(descendant)).has(known(ancestor));
    },
  };
}
