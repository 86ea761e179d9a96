/** What is shipped beside the code, found from the sources and from a bundle alike. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** @returns the folder's path, with a slash at its end @throws Error where the code stands in no installation of ours */
export function shipped(folder: "pipelines" | "manifests/base"): string {
  let above = import.meta.dirname;
  while (!existsSync(join(above, "pipelines", "policy.yaml"))) {
    const next = dirname(above);
    if (next === above) throw new Error(`there is no folder ${folder} above ${import.meta.dirname}: pipelines and manifests belong beside the code`);
    above = next;
  }
  return `${join(above, folder)}/`;
}
