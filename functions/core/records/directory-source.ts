/** Which files of a directory Argo CD applies as they stand, and by which it takes the directory for something else. */
import type { SourceFile } from "./source.ts";

/** Files by which Argo CD takes a directory for something else, or that it evaluates. */
const OTHER_TOOLS: readonly (readonly [pattern: RegExp, tool: string])[] = [
  [/^(kustomization\.ya?ml|Kustomization)$/, "Kustomize"],
  [/^Chart\.yaml$/, "Helm"],
  [/\.jsonnet$/, "Jsonnet"],
  [/^\.argocd-source.*\.yaml$/, "an override of the app's source"],
];
const MANIFEST = /\.(ya?ml|json)$/;
/** Argo CD leaves out a file that says this. */
const SKIPPED = "+argocd:skip-file-rendering";

/** The manifests that stand directly in a directory (not those of folders below), or which file needs which tool. */
export function plainManifests(
  directory: string,
  files: readonly SourceFile[],
): { readonly manifests: readonly SourceFile[] } | { readonly file: string; readonly tool: string } {
  const here = files.flatMap((file) => {
    const name = nameIn(directory, file.path);
    return name === undefined ? [] : [{ file, name }];
  });
  for (const [pattern, tool] of OTHER_TOOLS) {
    const found = here.find(({ name }) => pattern.test(name));
    if (found) return { file: found.file.path, tool };
  }
  return { manifests: here.filter(({ file, name }) => MANIFEST.test(name) && !file.text.includes(SKIPPED)).map(({ file }) => file) };
}

/** The name of a file that stands directly in a directory. */
function nameIn(directory: string, path: string): string | undefined {
  const clean = directory.replace(/^\.?\/+|\/+$/g, "").replace(/^\.$/, "");
  const prefix = clean === "" ? "" : `${clean}/`;
  const rest = path.startsWith(prefix) ? path.slice(prefix.length) : "";
  return rest === "" || rest.includes("/") ? undefined : rest;
}
