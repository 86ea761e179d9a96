/** A story to be told on the local world: a healthy beginning, the commit that breaks it, what came after. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import type { PushedFiles } from "../forge/actions/commits.ts";

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly applications: readonly KubernetesObject[];
  readonly healthy: readonly { readonly by: string; readonly push: PushedFiles }[];
  readonly breaking: { readonly by: string; readonly push: PushedFiles };
  readonly after: readonly { readonly by: string; readonly push: PushedFiles }[];
}

/** An Argo CD Application over one path, synced by itself. */
export function application(name: string, path: string): KubernetesObject {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name, namespace: "argocd" },
    spec: {
      project: "default",
      source: { repoURL: "http://gitea.example/home/gitops.git", path, targetRevision: "main" },
      destination: { namespace: "web", server: "https://kubernetes.default.svc" },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        retry: { backoff: { duration: "2s", factor: 2, maxDuration: "30s" }, limit: 3, refresh: true },
        syncOptions: ["CreateNamespace=true"],
      },
    },
  };
}
