/** An app's objects as the GitOps tool would apply them: those without a namespace go to the app's. */
import type { Rendered, Renderer } from "../ports/renderer.ts";
import { Refused } from "../ports/errors.ts";
import { overriddenOptions, type SourceOptions } from "../records/app-source.ts";
import { joinPath } from "../records/build-references.ts";
import { parseYaml } from "../records/safe-yaml.ts";
import type { SourceFile } from "../records/source.ts";
import type { AppOfPath } from "./app-of-path.ts";

/** Kinds that have no namespace, as far as a home cluster's repository has them. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  "Namespace",
  "Node",
  "PersistentVolume",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "StorageClass",
  "IngressClass",
  "PriorityClass",
  "ClusterIssuer",
]);

/** Broken input is not rendered, with the place in its words; everything else that is wrong is an error. @throws Unavailable */
export async function renderApp(renderer: Renderer, app: AppOfPath, files: readonly SourceFile[]): Promise<Rendered> {
  try {
    const rendered = await renderer.render(app.path, files, {
      ...optionsOf(app, files),
      name: app.name,
      ...(app.targetNamespace !== undefined && { namespace: app.targetNamespace }),
    });
    if (rendered.kind !== "rendered") return rendered;
    const objects = rendered.objects.map((object) => {
      if (object.metadata.namespace !== undefined || app.targetNamespace === undefined || CLUSTER_SCOPED.has(object.kind)) return object;
      return { ...object, metadata: { ...object.metadata, namespace: app.targetNamespace } };
    });
    return { kind: "rendered", objects };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { kind: "not-rendered", reason: error.message };
  }
}

/** With what stands in `.argocd-source.yaml` and in the one for this app, where its image updater writes. */
function optionsOf({ path, name, options }: AppOfPath, files: readonly SourceFile[]): SourceOptions {
  return [".argocd-source.yaml", `.argocd-source-${name}.yaml`].reduce<SourceOptions>((before, file) => {
    const override = files.find((one) => one.path === joinPath(path, file));
    if (!override) return before;
    const parsed = parseYaml(override.text);
    if ("problem" in parsed) throw new Refused(`${override.path}:${parsed.problem.line}:${parsed.problem.col}: ${parsed.problem.message}`);
    return overriddenOptions(before, parsed.documents[0]?.value);
  }, options ?? {});
}
