/** What may lie at the top of the repository, and in which rooms code may stand. */
import { IMPORT_TABLE, roomOf } from "./rooms.ts";
import type { Violation } from "./source-file.ts";

/** The given entries, root documents and dotfiles (design 10); nothing else. */
const TOP_LEVEL: ReadonlySet<string> = new Set([
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "vitest.config.ts",
  "functions",
  "pipelines",
  "manifests",
  "argocd",
  "scripts",
  "test",
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  "LICENSE",
  "AGENTS.md",
  "CLAUDE.md",
  "Dockerfile",
  ".ci",
  ".gitea",
  ".dockerignore",
  ".editorconfig",
  ".gitattributes",
  ".gitignore",
  ".jscpd.json",
  ".node-version",
  ".npmrc",
  ".nvmrc",
  ".oxfmtrc.json",
  ".oxlintrc.json",
  "knip.json",
]);

/** Drawers: names that say nothing of what is in them. */
const DRAWERS = /(^|\/)(utils?|helpers?|common|misc|types|lib)(\.tsx?$|\/)/;

export function keepsLayout(paths: readonly string[]): Violation[] {
  return paths.flatMap((path) => {
    const top = path.split("/", 1)[0] ?? path;
    if (!TOP_LEVEL.has(top)) return [{ path, line: 1, message: `${top} has no place at the top of the repository` }];
    const room = roomOf(path);
    if (room !== undefined && !IMPORT_TABLE.has(room)) return [{ path, line: 1, message: `functions/core/${room} is not a room of the import table` }];
    return DRAWERS.test(path) && !path.startsWith("test/fixtures/") ? [{ path, line: 1, message: "a drawer; name the file by what it has" }] : [];
  });
}
