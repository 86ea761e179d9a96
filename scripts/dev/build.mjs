/** `npm run build`: the command as one bundle in `dist/`, each subcommand and adapter in a chunk of its own that is read when it is used. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));
const outdir = join(root, "dist");

/** What our CommonJS dependencies expect to find in a module. */
const REQUIRE = 'import { createRequire as bundled } from "node:module"; const require = bundled(import.meta.url);';

rmSync(outdir, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { anchorwatch: "scripts/cli/anchorwatch.ts" },
  outdir,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  // A native module: it is installed beside the bundle.
  external: ["libsql"],
  banner: { js: REQUIRE },
  sourcemap: "linked",
  metafile: true,
  logLevel: "warning",
});

const sizes = Object.entries(metafile.outputs).filter(([name]) => name.endsWith(".mjs"));
const whole = sizes.reduce((sum, [, { bytes }]) => sum + bytes, 0);
console.log(`dist/anchorwatch.mjs and ${sizes.length - 1} chunks: ${Math.round(whole / 1024)} KiB`);
