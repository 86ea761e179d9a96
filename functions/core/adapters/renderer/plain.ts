/** Renders a directory of plain manifests as Argo CD's directory source does: its YAML and JSON files, not those of folders below. */
import { Refused } from "../../ports/errors.ts";
import type { Rendered, Renderer } from "../../ports/renderer.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { plainManifests } from "../../records/directory-source.ts";
import { parseManifest } from "../../records/manifest.ts";
import { groupOf } from "../../records/read-object.ts";
import type { SourceFile } from "../../records/source.ts";

/** A renderer that runs nothing: it parses, and says so where that is not enough. */
export function createPlainRenderer(): Renderer {
  return {
    render: async (path, files) => {
      const plain = plainManifests(path, files);
      return "tool" in plain
        ? { kind: "not-rendered", reason: `${plain.file} needs ${plain.tool}, which is not rendered here` }
        : renderManifests(plain.manifests);
    },
  };
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
