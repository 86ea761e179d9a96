/** Renders Kustomize and Helm by their own tools, as Argo CD does; plain directories as before. What would fetch or run something is not rendered. */
import { stringify } from "yaml";
import { Refused } from "../../ports/errors.ts";
import type { Rendered, Renderer, RenderOptions } from "../../ports/renderer.ts";
import type { HelmOptions, KustomizeOptions } from "../../records/app-source.ts";
import { joinPath, KUSTOMIZATION_NAMES, referencesOf } from "../../records/build-references.ts";
import { plainManifests } from "../../records/directory-source.ts";
import { parseManifest } from "../../records/manifest.ts";
import { listAt, textAt } from "../../records/read-object.ts";
import { parseYaml } from "../../records/safe-yaml.ts";
import type { SourceFile } from "../../records/source.ts";
import { createPlainRenderer } from "./plain.ts";
import { runTool } from "./run-tool.ts";

/** Programs by their absolute paths; without one its sources are not rendered. */
export interface RenderTools {
  readonly kustomize?: string | undefined;
  readonly helm?: string | undefined;
}

interface Source {
  readonly path: string;
  readonly files: readonly SourceFile[];
  readonly options: RenderOptions;
}

/** A folder that no repository has. */
const WRAPPER = ".anchorwatch-render";
/** A list of rendered objects is larger than a file that a person writes. */
const RENDERED_MAX_BYTES = 4 * 1024 * 1024;

export function createToolRenderer(tools: RenderTools): Renderer {
  const plain = createPlainRenderer();
  return {
    async render(path, files, options = {}) {
      if (options.beyond !== undefined) return { kind: "not-rendered", reason: options.beyond };
      const kind = plainManifests(path, files);
      if (!("tool" in kind)) return await plain.render(path, files);
      const source = { path, files, options };
      const [program, run] =
        kind.tool === "Kustomize" ? ([tools.kustomize, renderKustomize] as const) : kind.tool === "Helm" ? ([tools.helm, renderHelm] as const) : [undefined];
      return program === undefined || run === undefined
        ? { kind: "not-rendered", reason: `${kind.file} needs ${kind.tool}, which is not rendered here` }
        : await run(program, source);
    },
  };
}

async function renderKustomize(program: string, { path, files, options }: Source): Promise<Rendered> {
  for (const file of files.filter((one) => KUSTOMIZATION_NAMES.some((name) => one.path === name || one.path.endsWith(`/${name}`)))) {
    const { refusal } = referencesOf(file.path, file.text);
    if (refusal !== undefined) return { kind: "not-rendered", reason: refusal };
  }
  const { kustomize } = options;
  const wrapper = kustomize === undefined ? [] : [wrapperOf(path, kustomize)];
  const target = kustomize === undefined ? path || "." : WRAPPER;
  return objectsOf(await runTool({ program, args: ["build", target], files: [...files, ...wrapper] }));
}

/** What the Application adds is a layer over the path, as `kustomize edit` would make it. */
function wrapperOf(path: string, { images, namePrefix, nameSuffix }: KustomizeOptions): SourceFile {
  const layer = {
    resources: [`../${path}`],
    ...(namePrefix !== undefined && { namePrefix }),
    ...(nameSuffix !== undefined && { nameSuffix }),
    ...(images.length > 0 && { images: images.map(imageOf) }),
  };
  return { path: `${WRAPPER}/kustomization.yaml`, text: stringify(layer) };
}

/** `name=new:tag`, `name:tag` or `name@digest`. */
function imageOf(text: string): object {
  const [name, image] = text.includes("=") ? (text.split("=", 2) as [string, string]) : [text.replace(/(@|:(?=[^/]*$)).*$/, ""), text];
  const [, newName, newTag, digest] = /^(.*?)(?::([^/:@]+))?(?:@(.+))?$/.exec(image) ?? [];
  return { name, ...(newName !== undefined && { newName }), ...(newTag !== undefined && { newTag }), ...(digest !== undefined && { digest }) };
}

async function renderHelm(program: string, { path, files, options }: Source): Promise<Rendered> {
  const missing = missingDependency(path, files);
  if (missing !== undefined) return { kind: "not-rendered", reason: missing };
  const helm: HelmOptions = options.helm ?? { valueFiles: [], parameters: [] };
  const outside = helm.valueFiles.find((file) => /^[a-z]+:|^\$/.test(file) || joinPath(path, file) === undefined);
  if (outside !== undefined) return { kind: "not-rendered", reason: `the values ${outside} are not in this repository` };
  const extra = [
    ...(helm.values === undefined ? [] : [{ path: `${WRAPPER}/values.yaml`, text: helm.values }]),
    ...(helm.valuesObject === undefined ? [] : [{ path: `${WRAPPER}/values-object.yaml`, text: stringify(helm.valuesObject) }]),
  ];
  const valueFiles = [...helm.valueFiles.map((file) => joinPath(path, file) ?? file), ...extra.map((file) => file.path)];
  const args = [
    "template",
    helm.releaseName ?? options.name ?? "release",
    `./${path}`,
    "--include-crds",
    ...(options.namespace === undefined ? [] : ["--namespace", options.namespace]),
    ...valueFiles.flatMap((file) => ["--values", file]),
    ...helm.parameters.flatMap(({ name, value, forceString }) => [forceString ? "--set-string" : "--set", `${name}=${value}`]),
  ];
  return objectsOf(await runTool({ program, args, files: [...files, ...extra] }));
}

/** A chart is not fetched: its dependencies lie in `charts/`, or it is not rendered. */
function missingDependency(path: string, files: readonly SourceFile[]): string | undefined {
  const prefix = path === "" ? "" : `${path}/`;
  const chart = files.find((file) => file.path === `${prefix}Chart.yaml`);
  const parsed = parseYaml(chart?.text ?? "");
  const value = "documents" in parsed ? parsed.documents[0]?.value : undefined;
  const names = listAt(value, "dependencies").map((dependency) => textAt(dependency, "name") ?? "");
  const lacking = names.find((name) => !files.some((file) => file.path.startsWith(`${prefix}charts/${name}`)));
  return lacking === undefined ? undefined : `the chart ${prefix}Chart.yaml needs ${lacking}, which is not in the repository, and nothing is fetched here`;
}

function objectsOf(text: string): Rendered {
  const parsed = parseManifest(text, { maxBytes: RENDERED_MAX_BYTES });
  if ("problem" in parsed) throw new Refused(`what was rendered cannot be read: line ${parsed.problem.line}: ${parsed.problem.message}`);
  return { kind: "rendered", objects: parsed.objects.filter((object) => object.metadata.annotations?.["helm.sh/hook"] === undefined) };
}
