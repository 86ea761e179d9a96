/** Every gate, in turn: the first that fails says so, and the rest still run. */
import { spawnSync } from "node:child_process";

const GATES = [
  ["format", "oxfmt", ["--check", "functions", "scripts", "test", "vitest.config.ts"]],
  ["types", "tsc", ["-p", "."]],
  ["lint", "oxlint", ["--type-aware"]],
  ["dead code", "knip", []],
  ["duplicates", "jscpd", ["functions", "scripts", "--min-lines", "12", "--min-tokens", "90", "--threshold", "0", "--reporters", "console", "--silent"]],
  ["layers", "vitest", ["run", "--project", "unit", "test/unit/architecture"]],
];

const failed = GATES.filter(([name, command, args]) => {
  console.log(`== ${name}`);
  return spawnSync("npx", ["--no-install", command, ...args], { stdio: "inherit" }).status !== 0;
}).map(([name]) => name);
console.log(failed.length === 0 ? "check is clean" : `failed: ${failed.join(", ")}`);
process.exit(failed.length === 0 ? 0 : 1);
