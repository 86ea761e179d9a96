/** Runs a command with the locked dependencies installed: what makes `npm start` and `npm test` all that a newcomer types. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runThrough } from "./run-through.mjs";

// Not `import.meta.dirname`: a Node that is too old for it shall still read the sentence below.
const root = fileURLToPath(new URL("../../", import.meta.url));

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Anchorwatch needs Node 20.19 or later; this is ${process.version}.`);
  process.exit(1);
}

const reason = reasonToInstall();
if (reason !== undefined) {
  console.error(`${reason}: installing the locked dependencies (npm ci) ...`);
  const command = ["ci", "--ignore-scripts", "--no-fund", "--no-audit"];
  const install = spawnSync("npm", command, { cwd: root, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  if (install.status !== 0) {
    console.error(`npm ci failed (${install.error?.message ?? `it ended with ${install.status ?? install.signal}`}); nothing was started.`);
    process.exit(1);
  }
}

const [script = "", ...args] = process.argv.slice(2);
runThrough([join(root, "node_modules", script), ...args]);

/** npm writes its own lock file last, so an installation that broke off has none. A second of slack: a checkout writes in any order. */
function reasonToInstall() {
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return "There are no dependencies yet";
  const stale = statSync(installed).mtimeMs + 1000 < statSync(join(root, "package-lock.json")).mtimeMs;
  return stale ? "package-lock.json is newer than what is installed" : undefined;
}
