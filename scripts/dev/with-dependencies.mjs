/** Runs a command with the locked dependencies installed: what makes `npm start` and `npm test` all that a newcomer types. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Anchorwatch needs Node 20.19 or later; this is ${process.version}.`);
  process.exit(1);
}

const installed = join(root, "node_modules", ".package-lock.json");
const lock = join(root, "package-lock.json");
if (!existsSync(installed) || statSync(installed).mtimeMs + 1000 < statSync(lock).mtimeMs) {
  console.error("Installing the locked dependencies (npm ci) ...");
  const install = spawnSync("npm", ["ci", "--ignore-scripts", "--no-fund", "--no-audit"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (install.status !== 0) process.exit(install.status ?? 1);
}

const [command = "", ...args] = process.argv.slice(2);
const bin = join(root, "node_modules", command);
const run = spawnSync(process.execPath, [bin, ...args], { stdio: "inherit" });
process.exit(run.status ?? 1);
