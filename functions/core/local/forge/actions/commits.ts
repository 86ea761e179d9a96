/** Commits of files: what `POST /contents` and a person's push come to. */
import * as z from "zod";
import type { FileChange } from "../git/bare-repository.ts";
import { type Act, ApiError, authorOf, current, mayDo } from "../world.ts";
import { moveBranch } from "./branches.ts";

export const ContentsSchema = z.object({
  branch: z.string().max(256).optional(),
  new_branch: z.string().max(256).optional(),
  message: z.string().max(100_000).default(""),
  files: z
    .array(z.object({ operation: z.string(), path: z.string().min(1).max(500), content: z.string().max(14_000_000).default(""), sha: z.string().default("") }))
    .max(300)
    .default([]),
});
export type Contents = z.infer<typeof ContentsSchema>;

type FileOperation = Contents["files"][number];
type Standing = { readonly blob: string; readonly mode: string } | undefined;

/** Commits files to a branch; none, or none that differ, make an empty commit (measured). @returns the commit's id @throws ApiError */
export async function commitContents(act: Act, contents: Contents): Promise<string> {
  const repository = current(act);
  const branch = contents.branch || repository.defaultBranch;
  const target = contents.new_branch || branch;
  mayCommit(act, target);
  const base = repository.branches[branch];
  if (base === undefined) throw new ApiError(404, `branch does not exist [repo_id: ${repository.id} name: ${branch}]`);
  if (target !== branch && repository.branches[target] !== undefined) throw new ApiError(422, `branch already exists [name: ${target}]`);
  const git = act.world.git(repository);
  const known = await git.files(
    base,
    contents.files.map((file) => file.path),
  );
  const changes = contents.files.map((file) => toChange(file, known.get(file.path)));
  const message = contents.message || contents.files.map(({ operation, path }) => `${TITLES[operation] ?? ""} ${path}`).join("\n") || "Update files";
  const commit = await git.write({ base, changes, message, author: authorOf(act) });
  await moveBranch(act, { branch: target, from: target === branch ? base : undefined, to: commit, what: "POST /contents" });
  return commit;
}

const TITLES: Readonly<Record<string, string>> = { create: "Add", update: "Update", delete: "Delete" };

function mayCommit(act: Act, branch: string): void {
  if (!mayDo(act, "write")) throw new ApiError(403, "user should have a permission to write to the target branch");
  const isProtected = current(act).protections.some((rule) => rule.branch === branch && !rule.enablePush);
  if (isProtected) throw new ApiError(403, `user cannot commit to repo [user: ${act.by.login}]`);
}

/** Measured: without `sha` an update overwrites blindly, and a path that leaves the repository is a 500 without words. */
function toChange(file: FileOperation, standing: Standing): FileChange {
  const { operation, path } = file;
  refuseOddPath(path);
  if (TITLES[operation] === undefined) throw new ApiError(500, "");
  if (operation !== "create") requireBlob(file, standing);
  else if (standing) throw new ApiError(422, `repository file already exists [path: ${path}]`);
  return { path, content: operation === "delete" ? undefined : decode(file.content), ...(standing && { mode: standing.mode }) };
}

function requireBlob({ path, sha }: FileOperation, standing: Standing): void {
  if (!standing) throw new ApiError(404, `object does not exist [id: , rel_path: ${path}]`);
  if (sha !== "" && sha !== standing.blob) throw new ApiError(422, `sha does not match [given: ${sha}, expected: ${standing.blob}]`);
}

function refuseOddPath(path: string): void {
  const parts = path.split("/");
  if (parts.includes("..")) throw new ApiError(500, "");
  if (parts.some((part) => /^(\.git|\.|)$/i.test(part))) throw new ApiError(422, `path contains a malformed path component [path: ${path}]`);
}

function decode(content: string): Uint8Array {
  if (!/^[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$/.test(content)) throw new ApiError(422, "illegal base64 data at input byte 0");
  return Buffer.from(content, "base64");
}

export interface PushedFiles {
  readonly branch: string;
  readonly message: string;
  /** Texts by path; undefined deletes. */
  readonly files: Readonly<Record<string, string | undefined>>;
  /** Another parent than the branch's tip: a force push. */
  readonly onto?: string;
}

/** A commit as a person makes it with git. @returns its id */
export async function pushFiles(act: Act, push: PushedFiles): Promise<string> {
  const from = current(act).branches[push.branch];
  const changes = Object.entries(push.files).map(([path, text]) => ({ path, content: text === undefined ? undefined : Buffer.from(text) }));
  const commit = await act.world.git(act.repository).write({ base: push.onto ?? from, changes, message: push.message, author: authorOf(act) });
  await moveBranch(act, { branch: push.branch, from, to: commit, what: "push" });
  return commit;
}
