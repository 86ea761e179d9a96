/** An app of the GitOps tool as far as building it needs it: where it is built from, and with what. */
import { buildingSource, type SourceOptions, sourceOptions } from "../records/app-source.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { textAt } from "../records/read-object.ts";

export interface AppOfPath {
  readonly name: string;
  readonly namespace: string;
  readonly path: string;
  /** Where its objects go when they name no namespace. */
  readonly targetNamespace?: string;
  /** What the Application says of how the path is built. */
  readonly options?: SourceOptions;
}

/** Reads an Argo CD Application. */
export function appOfPath(application: KubernetesObject): AppOfPath {
  const { name, namespace = "argocd" } = application.metadata;
  const target = textAt(application, "spec", "destination", "namespace");
  const parts = (textAt(buildingSource(application), "path") ?? "").split("/");
  const path = parts.filter((part) => part !== "" && part !== ".").join("/");
  return { name, namespace, path, options: sourceOptions(application), ...(target !== undefined && { targetNamespace: target }) };
}
