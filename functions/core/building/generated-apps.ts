/** The Applications that files of a repository declare, by themselves or through an ApplicationSet whose generators are followed here: lists and files in Git. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { isObject, parseManifest } from "../records/manifest.ts";
import { matchesGlob } from "../records/path-glob.ts";
import { listAt, textAt, valueAt } from "../records/read-object.ts";
import { parseYaml } from "../records/safe-yaml.ts";
import type { SourceFile } from "../records/source.ts";

/** Applications that one set may make. */
const MAX_GENERATED = 200;

type Parameters = Readonly<Record<string, unknown>>;

/** Those of this name; none where a generator or a template is not followed. */
export function declaredApps(files: readonly SourceFile[], name: string): readonly KubernetesObject[] {
  return files.flatMap(({ text }) => {
    if (!/\bkind: *["']?Application/.test(text)) return [];
    const parsed = parseManifest(text);
    const objects = "objects" in parsed ? parsed.objects.filter(({ apiVersion }) => apiVersion.startsWith("argoproj.io/")) : [];
    const generated = objects.filter(({ kind }) => kind === "ApplicationSet").flatMap((set) => generatedBy(set, files));
    return [...objects.filter(({ kind }) => kind === "Application"), ...generated].filter(({ metadata }) => metadata.name === name);
  });
}

/** Files that a set's generators read: what stands in them decides, too. */
export function generatorFiles(set: KubernetesObject, paths: readonly string[]): readonly string[] {
  const globs = listAt(set, "spec", "generators").flatMap((generator) => listAt(generator, "git", "files").flatMap((file) => textAt(file, "path") ?? []));
  return paths.filter((path) => globs.some((glob) => matchesGlob(path, glob)));
}

function generatedBy(set: KubernetesObject, files: readonly SourceFile[]): readonly KubernetesObject[] {
  // A patch of the template is code of its own.
  if (valueAt(set, "spec", "templatePatch") !== undefined) return [];
  const generators = listAt(set, "spec", "generators");
  const parameters = generators.flatMap((generator) => [...listAt(generator, "list", "elements"), ...ofFiles(set, generator, files)]).slice(0, MAX_GENERATED);
  return parameters.flatMap((one) => {
    const template = filled(valueAt(set, "spec", "template"), one as Parameters);
    const object = { apiVersion: "argoproj.io/v1alpha1", kind: "Application", ...Object(template) } as Record<string, unknown>;
    const named = { ...object, metadata: { namespace: set.metadata.namespace ?? "argocd", ...Object(object["metadata"]) } };
    return JSON.stringify(named).includes("{{") || !isObject(named) ? [] : [named];
  });
}

function ofFiles(set: KubernetesObject, generator: unknown, files: readonly SourceFile[]): readonly Parameters[] {
  if (listAt(generator, "git", "files").length === 0) return [];
  const paths = new Set(
    generatorFiles(
      { ...set, spec: { generators: [generator] } },
      files.map(({ path }) => path),
    ),
  );
  return files
    .filter(({ path }) => paths.has(path))
    .flatMap(({ path, text }) => {
      const parsed = parseYaml(text);
      const value: unknown = "documents" in parsed ? parsed.documents[0]?.value : undefined;
      const directory = path.split("/").slice(0, -1);
      return value === null || typeof value !== "object"
        ? []
        : [{ ...value, path: { path: directory.join("/"), basename: directory.at(-1) ?? "", filename: path.split("/").at(-1) ?? "" } }];
    });
}

/** `{{name}}`, `{{path.basename}}` and, in Go templates, `{{ .path.basename }}`; anything else stays, and makes the whole unknown. */
function filled(template: unknown, parameters: Parameters): unknown {
  if (typeof template === "string")
    return template.replaceAll(/\{\{ {0,4}\.?([\w.-]{1,128}) {0,4}\}\}/g, (whole, key: string) => valueOf(parameters, key) ?? whole);
  if (Array.isArray(template)) return template.map((item: unknown) => filled(item, parameters));
  if (template === null || typeof template !== "object") return template;
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, filled(value, parameters)]));
}

function valueOf(parameters: Parameters, key: string): string | undefined {
  const value = key === "path" ? valueAt(parameters, "path", "path") : valueAt(parameters, ...key.split("."));
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
