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
  /** Relative to the chart, the later wins; `values` and `valuesObject` come after them, `parameters` last. */
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

/** Reads the options of an Application's one source. */
export function sourceOptions(application: KubernetesObject): SourceOptions {
  if (valueAt(application, "spec", "sources") !== undefined) return { beyond: "the app has several sources" };
  const source = valueAt(application, "spec", "source");
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

function helmOptions(source: unknown): HelmOptions {
  const releaseName = textAt(source, "helm", "releaseName");
  const values = textAt(source, "helm", "values");
  const valuesObject = valueAt(source, "helm", "valuesObject");
  return {
    ...(releaseName !== undefined && { releaseName }),
    valueFiles: listAt(source, "helm", "valueFiles").map(String),
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
