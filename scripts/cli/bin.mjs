#!/usr/bin/env node
/** `npx anchorwatch` in a clone: runs the TypeScript entry. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const here = import.meta.dirname;
const tsx = join(here, "..", "..", "node_modules", "tsx", "dist", "cli.mjs");
const run = spawnSync(process.execPath, [tsx, join(here, "anchorwatch.ts"), ...process.argv.slice(2)], { stdio: "inherit" });
process.exit(run.status ?? 1);
