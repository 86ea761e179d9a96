#!/usr/bin/env node
/** `npx anchorwatch` in a clone: runs the TypeScript entry. */
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runThrough } from "../dev/run-through.mjs";

const tsx = fileURLToPath(new URL("../../node_modules/tsx/dist/cli.mjs", import.meta.url));
runThrough([tsx, fileURLToPath(new URL("anchorwatch.ts", import.meta.url)), ...process.argv.slice(2)]);
