/** The one list of what the architecture's rules let pass, each with its reason. An exemption that is not needed any more fails the test. */

export interface Exemption {
  readonly rule: string;
  readonly path: string;
  /** Why the rule does not fit this file. */
  readonly reason: string;
}

const ONE_CLOSURE = "one closure holds one state; its parts are short and have no meaning outside it";

export const EXEMPTIONS: readonly Exemption[] = [
  { rule: "no default exports", path: "vitest.config.ts", reason: "vitest reads its settings from the default export" },
  { rule: "functions stay short", path: "functions/core/adapters/memory/memory-store.ts", reason: ONE_CLOSURE },
  { rule: "functions stay short", path: "functions/core/boot/local-process.ts", reason: ONE_CLOSURE },
  { rule: "functions stay short", path: "functions/core/local/cluster/cluster.ts", reason: ONE_CLOSURE },
  { rule: "functions stay short", path: "functions/core/adapters/sqlite/sqlite-store.ts", reason: ONE_CLOSURE },
  { rule: "functions stay short", path: "functions/core/boot/compose-functions.ts", reason: "a list of all functions, one entry each" },
  { rule: "functions stay short", path: "functions/core/boot/local-world.ts", reason: "a list of the parts of the world, one entry each" },
  { rule: "functions stay short", path: "functions/core/engine/adopt.ts", reason: "one record written out field by field" },
  { rule: "functions stay short", path: "functions/core/local/forge/git/bare-repository.ts", reason: ONE_CLOSURE },
  { rule: "functions stay short", path: "functions/core/local/forge/routes/pulls.ts", reason: "a list of routes, one entry each" },
  { rule: "files stay short", path: "test/contract/forge.suite.ts", reason: "one suite for one port, read from top to bottom" },
];
