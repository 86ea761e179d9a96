/** Renders a directory of plain manifests as Argo CD's directory source does: its YAML and JSON files, not those of folders below. */
import { Refused } from "../../ports/errors.ts";
import type { Rendered, Renderer } from "../../ports/renderer.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { parseManifest } from "../../records/manifest.ts";
import { groupOf } from "../../records/read-object.ts";
import type { SourceFile } from "../../records/source.ts";

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

/** A renderer that runs nothing: it parses, and says so where that is not enough. */
export function createPlainRenderer(): Renderer {
  return {
    render: async (path, files) => {
      const here = files.flatMap((file) => {
        const name = nameIn(path, file.path);
        return name === undefined ? [] : [{ ...file, name }];
      });
      const other = here.flatMap((file) =>
        OTHER_TOOLS.flatMap(([pattern, tool]) => (pattern.test(file.name) ? [`${file.path} needs ${tool}, which is not rendered here`] : [])),
      )[0];
      return other === undefined
        ? renderManifests(here.filter((file) => MANIFEST.test(file.name) && !file.text.includes(SKIPPED)))
        : { kind: "not-rendered", reason: other };
    },
  };
}

/** The name of a file that stands directly in a directory. */
function nameIn(directory: string, path: string): string | undefined {
  const clean = directory.replace(/^\.?\/+|\/+$/g, "").replace(/^\.$/, "");
  const prefix = clean === "" ? "" : `${clean}/`;
  const rest = path.startsWith(prefix) ? path.slice(prefix.length) : "";
  return rest === "" || rest.includes("/") ? undefined : rest;
}

function renderManifests(files: readonly SourceFile[]): Rendered {
  const objects: KubernetesObject[] = [];
  const places = new Map<string, string>();
  for (const file of files) {
    const parsed = parseManifest(file.text);
    if ("problem" in parsed) {
      const { line, col, message } = parsed.problem;
      throw new Refused(`${file.path}:${line}:${col}: ${message}`);
    }
    for (const object of parsed.objects) {
      const key = [groupOf(object.apiVersion), object.kind, object.metadata.namespace ?? "", object.metadata.name].join("/");
      const place = places.get(key);
      if (place !== undefined) return { kind: "not-rendered", reason: `${object.kind} ${object.metadata.name} stands in ${place} and again in ${file.path}` };
      places.set(key, file.path);
      objects.push(object);
    }
  }
  return { kind: "rendered", objects };
}
