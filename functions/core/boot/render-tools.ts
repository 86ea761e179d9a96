/** Kustomize and Helm of this machine, by the environment or the PATH; what is not there is not rendered, and plans say so. */
import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { RenderTools } from "../adapters/renderer/tools.ts";
import { readEnvironment } from "./environment.ts";

export function findRenderTools(): RenderTools {
  const { kustomize, helm, path } = readEnvironment();
  const folders = path.split(delimiter).filter((folder) => isAbsolute(folder));
  const find = (name: string): string | undefined => folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
  return { kustomize: kustomize ?? find("kustomize"), helm: helm ?? find("helm") };
}
