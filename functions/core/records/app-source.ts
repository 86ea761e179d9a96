/** How an app of the GitOps tool is built from its path: what an Application says of it (contracts 6.1). */
import type { KubernetesObject } from "./kubernetes-object.ts";
import { listAt, textAt, valueAt } from "./read-object.ts";

export interface HelmParameter {
  readonly name: string;
  readonly value: string;
  readonly forceString: boolean;
}

export interface HelmOptions {
  readonly releaseName?: string;
  /** Relative to the chart, or from the top of the repository with `/`; the later wins; `values` and `valuesObject` come after them, `parameters` last. */
  readonly valueFiles: readonly string[];
  readonly values?: string;
  readonly valuesObject?: unknown;
  readonly parameters: readonly HelmParameter[];
}

export interface KustomizeOptions {
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly images: readonly string[];
}

export interface SourceOptions {
  readonly helm?: HelmOptions;
  readonly kustomize?: KustomizeOptions;
  /** Set by what is not understood: such a source is not rendered. */
  readonly beyond?: string;
}

/** Fields of a source that decide what comes out and are not followed. */
const BEYOND = ["plugin", "chart", "directory"] as const;
const HELM_BEYOND = ["fileParameters", "skipCrds", "kubeVersion", "apiVersions", "passCredentials", "skipTests"] as const;
const KUSTOMIZE_BEYOND = ["patches", "components", "replicas", "commonLabels", "commonAnnotations", "namespace"] as const;

/** The source that an Application is built from; others of the same repository and revision may hold its values (`$ref/…`). */
export function buildingSource(application: KubernetesObject): unknown {
  const sources = listAt(application, "spec", "sources");
  if (sources.length === 0) return valueAt(application, "spec", "source");
  const [only, ...more] = sources.filter((source) => textAt(source, "ref") === undefined || textAt(source, "path") !== undefined);
  const isSame = (source: unknown): boolean => ["repoURL", "targetRevision"].every((field) => textAt(source, field) === textAt(only, field));
  return only !== undefined && more.length === 0 && textAt(only, "path") !== undefined && sources.every(isSame) ? only : undefined;
}

/** Reads the options of the source that an Application is built from. */
export function sourceOptions(application: KubernetesObject): SourceOptions {
  const source = buildingSource(application);
  return source === undefined && valueAt(application, "spec", "sources") !== undefined ? { beyond: "the app has several sources" } : optionsIn(source);
}

function optionsIn(source: unknown): SourceOptions {
  const has = (path: readonly string[]): boolean => valueAt(source, ...path) !== undefined;
  const beyond = [
    ...BEYOND.filter((field) => has([field])),
    ...HELM_BEYOND.filter((field) => has(["helm", field])).map((field) => `helm.${field}`),
    ...KUSTOMIZE_BEYOND.filter((field) => has(["kustomize", field])).map((field) => `kustomize.${field}`),
  ];
  const [first] = beyond;
  if (first !== undefined) return { beyond: `the app's source has ${first}` };
  return { ...(has(["helm"]) && { helm: helmOptions(source) }), ...(has(["kustomize"]) && { kustomize: kustomizeOptions(source) }) };
}

/** What a `.argocd-source.yaml` beside the sources puts over them, as Argo CD merges it: lists as a whole. */
export function overriddenOptions(options: SourceOptions, override: unknown): SourceOptions {
  const over = optionsIn({ helm: valueAt(override, "helm"), kustomize: valueAt(override, "kustomize") });
  if (options.beyond !== undefined || over.beyond !== undefined) return { beyond: options.beyond ?? over.beyond ?? "" };
  const named = <Part extends object>(tool: string, part: Part | undefined): Partial<Part> =>
    Object.fromEntries(Object.entries(part ?? {}).filter(([field]) => valueAt(override, tool, field) !== undefined)) as Partial<Part>;
  const helm: HelmOptions = { valueFiles: [], parameters: [], ...options.helm, ...named("helm", over.helm) };
  if (over.helm?.valuesObject !== undefined) Object.assign(helm, { valuesObject: merged(options.helm?.valuesObject, over.helm.valuesObject) });
  return {
    ...(options.helm || over.helm ? { helm } : {}),
    ...(options.kustomize || over.kustomize ? { kustomize: { images: [], ...options.kustomize, ...named("kustomize", over.kustomize) } } : {}),
  };
}

function merged(base: unknown, over: unknown): unknown {
  const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => value !== null && typeof value === "object" && !Array.isArray(value);
  if (!isMap(base) || !isMap(over)) return over;
  const entries = [...new Set([...Object.keys(base), ...Object.keys(over)])].map(
    (key) => [key, key in over ? merged(base[key], over[key]) : base[key]] as const,
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

function helmOptions(source: unknown): HelmOptions {
  const releaseName = textAt(source, "helm", "releaseName");
  const values = textAt(source, "helm", "values");
  const valuesObject = valueAt(source, "helm", "valuesObject");
  return {
    ...(releaseName !== undefined && { releaseName }),
    valueFiles: listAt(source, "helm", "valueFiles").map((file) => String(file).replace(/^\$[\w-]+\//, "/")),
    ...(values !== undefined && { values }),
    ...(valuesObject !== undefined && { valuesObject }),
    parameters: listAt(source, "helm", "parameters").map((parameter) => ({
      name: textAt(parameter, "name") ?? "",
      value: String(valueAt(parameter, "value") ?? ""),
      forceString: valueAt(parameter, "forceString") === true,
    })),
  };
}

function kustomizeOptions(source: unknown): KustomizeOptions {
  const namePrefix = textAt(source, "kustomize", "namePrefix");
  const nameSuffix = textAt(source, "kustomize", "nameSuffix");
  return {
    ...(namePrefix !== undefined && { namePrefix }),
    ...(nameSuffix !== undefined && { nameSuffix }),
    images: listAt(source, "kustomize", "images").map(String),
  };
}
