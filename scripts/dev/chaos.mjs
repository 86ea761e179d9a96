/**
 * `npm run chaos`: every kill of the real process, at every place. With `-- --seeds N`: simulations in virtual time.
 * With `-- --kills N`: kills of the real process at places and times that a seed draws, on a disk that fails now and then.
 */
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runThrough } from "./run-through.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const args = process.argv.slice(2);
const asked = String(args.join(" "));
const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
/** Simulations make much garbage that dies young: with more room for it, less of their time goes into collecting it. */
const ROOMY = ["--max-semi-space-size=64", "--import", new URL("../../node_modules/tsx/dist/loader.mjs", import.meta.url).href];

if (asked.includes("--kills")) runThrough([tsx, join(root, "test/chaos/random-kills.ts"), ...args]);
else if (asked.includes("--seed")) runThrough([...ROOMY, join(root, "test/chaos/simulator/main.ts"), ...args]);
else {
  process.env.ANCHORWATCH_ALL_KILLS = "1";
  runThrough([join(root, "node_modules/vitest/vitest.mjs"), "run", "--project", "chaos", ...args]);
}
