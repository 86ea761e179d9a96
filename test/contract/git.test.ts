/** The Git port over real repositories: what it reads, what it computes, and what it refuses by name. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createGitCommand } from "../../functions/core/adapters/git/git-command.ts";
import { checkGitVersion } from "../../functions/core/adapters/git/git-version.ts";
import { createGit } from "../../functions/core/adapters/git/git.ts";
import { Refused, Unavailable } from "../../functions/core/ports/errors.ts";
import { aRepository, type TestRepository } from "../unit/tools/a-repository.ts";

const REPOSITORY = { id: 7, name: "home/gitops" };
const NOWHERE = "0123456789abcdef0123456789abcdef01234567";

let repository: TestRepository;
let first: string;

beforeEach(async () => {
  repository = aRepository();
  first = repository.commit("Start", { "apps/shop/a.yaml": "a: 1\n", "apps/blog/b.yaml": "b: 1\n", "run.sh": "echo\n" });
  await repository.git.resolve(REPOSITORY, "main");
});
afterEach(() => repository.remove());

/** Commits on the branch that is checked out, and brings our clone up to it. */
async function commit(subject: string, files: Readonly<Record<string, string | undefined>>): Promise<string> {
  const id = repository.commit(subject, files);
  await repository.git.resolve(REPOSITORY, id);
  return id;
}

function path(name: string): string {
  return join(repository.run("rev-parse", "--show-toplevel"), name);
}

describe("resolving", () => {
  it("finds what was pushed a moment ago, with tree, parents, author and time", async () => {
    const second = repository.commit("Second\n\nbecause", { "apps/shop/a.yaml": "a: 2\n" });
    const found = await repository.git.resolve(REPOSITORY, "main");
    expect(found).toMatchObject({ id: second, parents: [first], author: "alice", subject: "Second", message: "Second\n\nbecause" });
    expect(found?.tree).toBe(repository.run("rev-parse", "HEAD^{tree}"));
    expect(found?.at).toBe(Number(repository.run("log", "-1", "--format=%ct")) * 1000);
  });

  it("has no answer for a branch or a commit that is not there", async () => {
    expect(await repository.git.resolve(REPOSITORY, "feature/none")).toBeUndefined();
    expect(await repository.git.resolve(REPOSITORY, NOWHERE)).toBeUndefined();
  });

  it("follows a branch that was forced to another history", async () => {
    repository.run("checkout", "--quiet", "--orphan", "other");
    const forced = repository.commit("Forced", {});
    repository.run("branch", "--force", "main", forced);
    expect((await repository.git.resolve(REPOSITORY, "main"))?.id).toBe(forced);
  });

  it("is Unavailable, without the credential, when the repository cannot be reached", async () => {
    const directory = mkdtempSync(join(tmpdir(), "anchorwatch-git-"));
    const git = createGit({ directory, urlOf: () => "file:///nowhere/s3cret/none.git", secrets: ["s3cret"] });
    const error = await git.resolve(REPOSITORY, "main").catch((error_: unknown) => error_);
    expect(error).toBeInstanceOf(Unavailable);
    expect(String(error)).not.toContain("s3cret");
    rmSync(directory, { recursive: true });
  });

  it("speaks no protocol that runs a program", async () => {
    const directory = mkdtempSync(join(tmpdir(), "anchorwatch-git-"));
    const git = createGit({ directory, urlOf: () => `ext::sh -c "touch ${join(directory, "ran")}"` });
    await expect(git.resolve(REPOSITORY, "main")).rejects.toThrow(Unavailable);
    expect(readdirSync(directory)).not.toContain("ran");
    rmSync(directory, { recursive: true });
  });
});

describe("names from outside", () => {
  const revisions = ["", "-x", "--upload-pack=touch", "main..x", "main~1", "main:apps", "HEAD@{1}", "a b", "a\0b", "x".repeat(300)];
  it.each(revisions)("a revision %j is refused", async (revision) => {
    await expect(repository.git.resolve(REPOSITORY, revision)).rejects.toThrow(Refused);
  });

  const paths = ["../x", "/etc/passwd", "a/../b", "a/./b", "a//b", "a\\b", "a\0b", "-x", ".git/config", "a/.GIT/hooks", "x".repeat(513)];
  it.each(paths)("a path %j is refused by every question that takes one", async (bad) => {
    const { git } = repository;
    await expect(git.read(REPOSITORY, first, bad)).rejects.toThrow(Refused);
    await expect(git.files(REPOSITORY, first, bad)).rejects.toThrow(Refused);
    await expect(git.log(REPOSITORY, { to: first, path: bad, limit: 1 })).rejects.toThrow(Refused);
    await expect(git.diff(REPOSITORY, first, first, bad)).rejects.toThrow(Refused);
    await expect(git.treeWith(REPOSITORY, first, [{ path: bad, content: "x" }])).rejects.toThrow(Refused);
  });

  it("a name with the letters of a pattern means that file alone", async () => {
    const id = await commit("Odd", { "apps/[ab].yaml": "odd\n", "apps/a.yaml": "plain\n" });
    expect(await repository.git.read(REPOSITORY, id, "apps/[ab].yaml")).toBe("odd\n");
    expect(await repository.git.read(REPOSITORY, id, "apps/*.yaml")).toBeUndefined();
  });
});

describe("reading", () => {
  it("gives a file's bytes as they are: CRLF, no newline at the end, letters of other scripts", async () => {
    const text = "# Größe 船\r\na: 1\r\n\tb";
    const id = await commit("Text", { "t.yaml": text });
    expect(await repository.git.read(REPOSITORY, id, "t.yaml")).toBe(text);
    expect(await repository.git.read(REPOSITORY, id, "none.yaml")).toBeUndefined();
    expect(await repository.git.read(REPOSITORY, id, "apps")).toBeUndefined();
  });

  it("lists links and submodules and refuses to read them, naming the file", async () => {
    symlinkSync("/etc/passwd", path("link"));
    repository.run("update-index", "--add", "--cacheinfo", `160000,${first},module`);
    repository.run("add", "link");
    repository.run("commit", "--quiet", "--message=Links");
    const { git } = repository;
    const id = (await git.resolve(REPOSITORY, "main"))?.id ?? "";
    expect((await git.files(REPOSITORY, id, "")).filter(({ mode }) => !mode.startsWith("100")).map((file) => [file.path, file.mode])).toEqual([
      ["link", "120000"],
      ["module", "160000"],
    ]);
    await expect(git.read(REPOSITORY, id, "link")).rejects.toThrow(/link is a link/);
    await expect(git.read(REPOSITORY, id, "module")).rejects.toThrow(/module is a link or a submodule/);
    await expect(git.treeWith(REPOSITORY, id, [{ path: "link", content: "x" }])).rejects.toThrow(Refused);
  });

  it("refuses binary files and files over a mebibyte, naming them", async () => {
    writeFileSync(path("binary"), Buffer.from([1, 0, 2]));
    writeFileSync(path("latin1"), Buffer.from([0x47, 0xf6, 0xdf, 0x65]));
    const id = await commit("Bytes", { "big.yaml": "x".repeat(1024 * 1024 + 1) });
    for (const name of ["binary", "latin1", "big.yaml"]) await expect(repository.git.read(REPOSITORY, id, name)).rejects.toThrow(name);
  });

  it("refuses a listing over the limit and says how long it is", async () => {
    await expect(repository.git.files(REPOSITORY, first, "", 2)).rejects.toThrow(/3 files/);
    expect((await repository.git.files(REPOSITORY, first, "apps/shop", 2)).map((file) => file.path)).toEqual(["apps/shop/a.yaml"]);
  });
});

describe("history", () => {
  it("lists the commits of a range that touch a path, newest first", async () => {
    const blog = await commit("Blog", { "apps/blog/b.yaml": "b: 2\n" });
    const two = await commit("Two", { "apps/shop/a.yaml": "a: 2\n" });
    const three = await commit("Three", { "apps/shop/a.yaml": "a: 3\n" });
    const { git } = repository;
    expect((await git.log(REPOSITORY, { from: first, to: three, path: "apps/shop", limit: 10 })).map(({ id }) => id)).toEqual([three, two]);
    expect((await git.log(REPOSITORY, { to: three, path: "", limit: 10 })).map(({ id }) => id)).toEqual([three, two, blog, first]);
    expect((await git.log(REPOSITORY, { to: three, path: "", limit: 2 })).map(({ id }) => id)).toEqual([three, two]);
    expect(await git.log(REPOSITORY, { from: three, to: three, path: "", limit: 10 })).toEqual([]);
  });

  it("no name and no message can hide a commit or make one up", async () => {
    writeFileSync(path("apps/shop/a.yaml"), "a: 9\n");
    repository.run("add", "--all");
    const message = `sub\x1eject\n\n${NOWHERE}\x1e`;
    repository.run("commit", "--quiet", "--author=mal\x1eory <m@example.com>", `--message=${message}`);
    const head = await repository.git.resolve(REPOSITORY, "main");
    expect(head).toMatchObject({ author: "mal\x1eory", subject: "sub\x1eject" });
    const log = await repository.git.log(REPOSITORY, { to: head?.id ?? "", path: "", limit: 10 });
    expect(log.map(({ id }) => id)).toEqual([head?.id, first]);
  });

  it("cuts names and subjects to 200 letters", async () => {
    repository.run("commit", "--quiet", "--allow-empty", `--author=${"n".repeat(300)} <n@example.com>`, `--message=${"s".repeat(300)}`);
    const head = await repository.git.resolve(REPOSITORY, "main");
    expect([head?.author.length, head?.subject.length]).toEqual([200, 200]);
  });

  it("knows what is an ancestor of what", async () => {
    const second = await commit("Second", {});
    expect(await repository.git.isAncestor(REPOSITORY, first, second)).toBe(true);
    expect(await repository.git.isAncestor(REPOSITORY, first, first)).toBe(true);
    expect(await repository.git.isAncestor(REPOSITORY, second, first)).toBe(false);
    await expect(repository.git.isAncestor(REPOSITORY, NOWHERE, first)).rejects.toThrow(Unavailable);
  });

  it("shows whole texts of what differs: changed, added, removed, moved, and only below the path", async () => {
    const before = "a: 1\n";
    const id = await commit("Many", { "apps/shop/a.yaml": undefined, "apps/shop/moved.yaml": before, "apps/blog/b.yaml": "b: 2\n" });
    expect(await repository.git.diff(REPOSITORY, first, id, "apps/shop")).toEqual([
      { path: "apps/shop/a.yaml", before, after: undefined },
      { path: "apps/shop/moved.yaml", before: undefined, after: before },
    ]);
    expect(await repository.git.diff(REPOSITORY, id, first, "apps/blog")).toEqual([{ path: "apps/blog/b.yaml", before: "b: 2\n", after: "b: 1\n" }]);
  });

  it("refuses a difference of more than a hundred files and says of how many", async () => {
    const id = await commit("Lots", Object.fromEntries(Array.from({ length: 101 }, (_item, at) => [`lots/${at}.yaml`, `${at}\n`])));
    await expect(repository.git.diff(REPOSITORY, first, id, "")).rejects.toThrow(/101 files/);
  });
});

describe("trees that nobody has committed", () => {
  it("need a git that merges without a working tree, and an older one is refused by its version", () => {
    expect(() => checkGitVersion("git version 2.37.7\n")).toThrow(/2\.37\.7 is too old, 2\.38/);
    expect(() => checkGitVersion("git version 1.99.0\n")).toThrow(Refused);
    for (const fine of ["git version 2.38.0", "git version 2.39.5 (Apple Git-154)", "git version 3.0.1"]) expect(() => checkGitVersion(fine)).not.toThrow();
  });

  it("is the very tree that a commit of the edits has, modes kept, and leaves no trace", async () => {
    chmodSync(path("run.sh"), 0o755);
    const base = await commit("Executable", {});
    const edits = [
      { path: "run.sh", content: "echo 2\n" },
      { path: "apps/blog/b.yaml", content: undefined },
      { path: "new/deep, with comma.yaml", content: "n\r\n" },
    ];
    // A folder for scratch of its own: others, killed ones too, leave theirs in the machine's.
    const scratch = mkdtempSync(join(tmpdir(), "anchorwatch-git-"));
    vi.stubEnv("TMPDIR", scratch);
    const tree = await repository.git.treeWith(REPOSITORY, base, edits);
    expect(readdirSync(scratch)).toEqual([]);
    vi.unstubAllEnvs();
    const made = await commit("Made by hand", Object.fromEntries(edits.map((edit) => [edit.path, edit.content])));
    expect(tree).toBe(repository.run("rev-parse", `${made}^{tree}`));
    expect((await repository.git.files(REPOSITORY, made, "run.sh"))[0]?.mode).toBe("100755");
    expect(await repository.git.treeWith(REPOSITORY, base, [])).toBe(repository.run("rev-parse", `${base}^{tree}`));
  });

  it("merges what does not collide, and has no tree for what does", async () => {
    const { git } = repository;
    repository.run("checkout", "--quiet", "-b", "topic");
    const head = await commit("Topic", { "apps/shop/a.yaml": "a: topic\n" });
    repository.run("checkout", "--quiet", "main");
    const aside = await commit("Aside", { "apps/blog/b.yaml": "b: 2\n" });
    const tree = await git.mergedTree(REPOSITORY, aside, head);
    const expected = [
      { path: "apps/shop/a.yaml", content: "a: topic\n" },
      { path: "apps/blog/b.yaml", content: "b: 2\n" },
    ];
    expect(tree).toBe(await git.treeWith(REPOSITORY, first, expected));
    expect(await git.diffTrees(REPOSITORY, repository.run("rev-parse", `${aside}^{tree}`), tree ?? "")).toEqual([
      { path: "apps/shop/a.yaml", before: "a: 1\n", after: "a: topic\n" },
    ]);
    const collides = await commit("Collides", { "apps/shop/a.yaml": "a: main\n" });
    expect(await git.mergedTree(REPOSITORY, collides, head)).toBeUndefined();
    const deleted = await commit("Deleted", { "apps/shop/a.yaml": undefined });
    expect(await git.mergedTree(REPOSITORY, deleted, head)).toBeUndefined();
  });
});

describe("a git process", () => {
  /** A command of the repository's own configuration. */
  function aCommand(name: string, shell: string): Promise<string> {
    repository.run("config", `alias.${name}`, `!${shell}`);
    return createGitCommand(repository.run("rev-parse", "--show-toplevel"))([name]);
  }

  it("has answered when its output has ended, not when it is gone", async () => {
    expect(await aCommand("late", "(sleep 0.4; echo late) & true")).toBe("late\n");
  });

  it("that is killed has not answered", async () => {
    await expect(aCommand("die", "kill -9 $PPID")).rejects.toThrow(Unavailable);
  });
});
