/** Git's objects in memory, with the very ids that git gives them. */
import { createHash } from "node:crypto";
import type { Author } from "../../../../functions/core/local/forge/git/git-command.ts";

export interface File {
  readonly mode: string;
  readonly blob: string;
}

/** Every file of a tree by its path. */
export type Files = ReadonlyMap<string, File>;

export interface StoredCommit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: { readonly name: string; readonly email: string };
  /** Whole seconds, in ms. */
  readonly at: number;
  readonly message: string;
}

export interface TreeItem extends File {
  readonly path: string;
  readonly type: "blob" | "tree";
}

export interface Objects {
  readonly blobs: Map<string, Buffer>;
  readonly trees: Map<string, Files>;
  readonly commits: Map<string, StoredCommit>;
  putBlob(content: Uint8Array): string;
  putTree(files: Files): string;
  putCommit(commit: { tree: string; parents: readonly string[]; author: Author; message: string }): string;
  /** What a tree's root folder holds, in git's order. */
  rootOf(files: Files): readonly TreeItem[];
}

export function hashOf(type: "blob" | "tree" | "commit", content: Uint8Array): string {
  return createHash("sha1").update(`${type} ${content.byteLength}\0`).update(content).digest("hex");
}

export function createObjects(): Objects {
  const blobs = new Map<string, Buffer>();
  const trees = new Map<string, Files>();
  const commits = new Map<string, StoredCommit>();
  return {
    blobs,
    trees,
    commits,
    rootOf: itemsOf,
    putBlob(content) {
      const id = hashOf("blob", content);
      if (!blobs.has(id)) blobs.set(id, Buffer.from(content));
      return id;
    },
    putTree(files) {
      const id = treeId(files);
      trees.set(id, files);
      return id;
    },
    putCommit({ tree, parents, author, message }) {
      const seconds = Math.floor(author.at / 1000);
      const person = `${author.name} <${author.email}> ${seconds} +0000`;
      const text = message.endsWith("\n") ? message : `${message}\n`;
      const lines = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${person}`, `committer ${person}`, "", text];
      const id = hashOf("commit", Buffer.from(lines.join("\n")));
      commits.set(id, { id, tree, parents, author: { name: author.name, email: author.email }, at: seconds * 1000, message: text });
      return id;
    },
  };
}

/** Folders are compared as if their names ended in a slash. */
function itemsOf(files: Files): readonly TreeItem[] {
  const folders = new Map<string, Map<string, File>>();
  const items: TreeItem[] = [];
  for (const [path, file] of files) {
    const slash = path.indexOf("/");
    if (slash < 0) items.push({ path, type: "blob", ...file });
    else {
      const folder = folders.get(path.slice(0, slash)) ?? new Map<string, File>();
      folders.set(path.slice(0, slash), folder.set(path.slice(slash + 1), file));
    }
  }
  for (const [path, inside] of folders) items.push({ path, type: "tree", mode: "040000", blob: treeId(inside) });
  const key = ({ path, type }: TreeItem): Buffer => Buffer.from(type === "tree" ? `${path}/` : path);
  return items.toSorted((one, other) => Buffer.compare(key(one), key(other)));
}

function treeId(files: Files): string {
  const parts = itemsOf(files).map(({ mode, path, blob }) => Buffer.concat([Buffer.from(`${mode.replace(/^0/, "")} ${path}\0`), Buffer.from(blob, "hex")]));
  return hashOf("tree", Buffer.concat(parts));
}
