/** The simulator's Git is worth what it has in common with the real one: the same random history in both, the same answers. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createGit } from "../../../../functions/core/adapters/git/git.ts";
import { type BareRepository, openBareRepository } from "../../../../functions/core/local/forge/git/bare-repository.ts";
import type { Git } from "../../../../functions/core/ports/git.ts";
import { type Chance, createChance } from "../random.ts";
import { createMemoryGit } from "./memory-git.ts";

const REPOSITORY = { id: 7, name: "home/gitops" };
const folder = mkdtempSync(join(tmpdir(), "anchorwatch-memory-git-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PATHS = ["apps/shop/a.yaml", "apps/shop/b.yaml", "apps/shop.yaml", "apps/blog/c.yaml", "docs/changes.md"] as const;

interface Made {
  readonly commits: string[];
  readonly trees: (string | undefined)[];
}

/** Texts that differ from each other in a few lines of twelve. */
function aText(chance: Chance): string {
  return Array.from({ length: 12 }, (_item, at) => `line ${at}${chance.happens(0.12) ? ` changed ${chance.between(0, 3)}` : ""}\n`).join("");
}

/** A main line, branches that fork from it, merges back into it where they merge. */
async function makeHistory(bare: BareRepository, seed: number): Promise<Made> {
  const chance = createChance(seed);
  const author = { name: "ada", email: "ada@noreply.example", at: Date.UTC(2026, 0, 1) };
  const main: string[] = [];
  const topics: string[] = [];
  const trees: (string | undefined)[] = [];
  for (let step = 0; step < 16; step += 1) {
    const by = { ...author, at: author.at + step * 1_000 };
    const tip = main.at(-1);
    const topic = topics.shift();
    if (tip !== undefined && topic !== undefined && chance.happens(0.6)) {
      const merged = await bare.merge(tip, topic, { message: `merge ${step}`, author: by });
      trees.push(merged);
      if (merged !== undefined) main.push(merged);
      continue;
    }
    const fork = main.length > 1 && chance.happens(0.6) ? main[chance.between(0, main.length)] : undefined;
    const changes = PATHS.filter(() => step === 0 || chance.happens(0.4)).map((path) => ({
      path,
      content: step > 0 && chance.happens(0.1) ? undefined : Buffer.from(aText(chance)),
    }));
    const commit = await bare.write({ base: fork ?? tip, changes, message: `step ${step}\n\nbecause`, author: by });
    (fork === undefined ? main : topics).push(commit);
  }
  const commits = [...main, ...topics];
  for (const [at, commit] of commits.entries()) await bare.move(`refs/heads/branch-${at}`, undefined, commit);
  return { commits, trees };
}

async function answers(bare: BareRepository, git: Git, { commits }: Made): Promise<unknown> {
  const resolved: unknown[] = [await bare.branches()];
  for (const at of commits.keys()) resolved.push(await git.resolve(REPOSITORY, `branch-${at}`));
  const told: unknown[] = [];
  for (const [at, commit] of commits.entries()) told.push(await answersAbout(bare, git, [commit, commits[(at * 5 + 3) % commits.length] ?? commit]));
  return [resolved, told];
}

async function answersAbout(bare: BareRepository, git: Git, [commit, other]: readonly [string, string]): Promise<unknown> {
  const edits = [
    { path: "apps/shop/b.yaml", content: "b: 2\n" },
    { path: "new/d.yaml", content: "" },
  ];
  return await Promise.all([
    bare.commit(commit),
    bare.entries(commit),
    bare.files(commit, PATHS),
    bare.mergeBase(commit, other),
    bare.size(commit, other),
    bare.log(other, commit, 5),
    git.log(REPOSITORY, { from: other, to: commit, path: "apps/shop", limit: 9 }),
    git.log(REPOSITORY, { to: commit, path: "", limit: 20 }),
    git.diff(REPOSITORY, other, commit, "apps"),
    git.files(REPOSITORY, commit, "apps/shop"),
    git.read(REPOSITORY, commit, PATHS[0]),
    git.isAncestor(REPOSITORY, other, commit),
    git.mergedTree(REPOSITORY, commit, other),
    git.treeWith(REPOSITORY, commit, edits),
  ]);
}

describe("git in memory", () => {
  it.each([1, 2, 3])("gives what git gives, ids included (history %i)", { timeout: 120_000 }, async (seed) => {
    const memory = createMemoryGit();
    const bare = await openBareRepository(join(folder, `${seed}.git`));
    const real = createGit({ directory: join(folder, `clones-${seed}`), urlOf: () => `file://${bare.directory}` });
    const inMemory = await makeHistory(memory.bare, seed);
    expect(inMemory).toEqual(await makeHistory(bare, seed));
    expect(await answers(memory.bare, memory.clone(), inMemory)).toEqual(await answers(bare, real, inMemory));
  });

  it("has in a clone only what was fetched, as git has", async () => {
    const { bare, clone } = createMemoryGit();
    const { commits } = await makeHistory(bare, 4);
    const [first = "", last = ""] = [commits[0], commits.at(-1)];
    const git = clone();
    await expect(git.read(REPOSITORY, first, PATHS[0])).rejects.toThrow(`bad object ${first}`);
    await git.resolve(REPOSITORY, last);
    expect(await git.read(REPOSITORY, first, PATHS[0])).toContain("line 0");
  });

  it("moves a branch only from where it is", async () => {
    const { bare } = createMemoryGit();
    await bare.move("refs/heads/main", undefined, "a".repeat(40));
    await expect(bare.move("refs/heads/main", undefined, "b".repeat(40))).rejects.toThrow("cannot lock ref 'refs/heads/main'");
  });
});
