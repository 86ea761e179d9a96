/** The repository as the rules see it: what is or would be in Git, not what lies about. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseFile, type SourceFile, type Text } from "./source-file.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Every path in Git, and those not ignored that could be added. */
export function repositoryPaths(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(listed.split("\0"))].filter((path) => path !== "" && existsSync(join(ROOT, path))).sort();
}

export function readText(path: string): Text {
  return { path, source: readFileSync(join(ROOT, path), "utf8") };
}

/** All TypeScript; recorded bodies are data. */
export function readSources(paths: readonly string[]): readonly SourceFile[] {
  return paths.filter((path) => /\.tsx?$/.test(path) && !path.startsWith("test/fixtures/")).map((path) => parseFile(readText(path)));
}
